import type { SubjectImpact } from "../model/impact.ts";
import type { JsonValue } from "../model/json.ts";
import { driftOf } from "./drift.ts";
import { askRegistry } from "./registry-verdict.ts";
import type { Part, Side, StreamContext } from "./stream-side.ts";
import { sideOf } from "./stream-side.ts";

/** @param ahead what is sent after the migrations: registered before them it is no drift */
export function driftAt(part: Part, side: Side, context: StreamContext, ahead: JsonValue | null): SubjectImpact["drift"] {
  const { subject, avro, projection } = side;
  const { stored, connector, explain } = context;
  if (subject === null) return null;
  const snapshot = part === "value" ? projection.snapshot?.valueAvro : projection.snapshot?.keyAvro;
  const known = [avro, snapshot, ahead].filter((schema) => schema !== undefined && schema !== null);
  return driftOf(stored.find(subject), known, stored, {
    find: (isRegistered) =>
      explain?.(connector, projection.relation.oid, (other) => {
        const sent = sideOf(other, part);
        return sent !== null && sent.subject === subject && isRegistered(sent.avro);
      }) ?? null,
    refusal: () => refusalOf(subject, avro, context),
  });
}

/** Why the registry refuses what the stream sends next, whatever is pending; null where it does not, and where that is not known. */
function refusalOf(name: string, candidate: JsonValue, { stored, registryGiven, index, avroLine }: StreamContext): string | null {
  const input = { name, subject: stored.find(name), registryGiven, candidate, before: null, accepted: index.allBefore };
  const { verdict } = askRegistry(input, stored, avroLine);
  return verdict.outcome === "refused" ? (verdict.messages[0] ?? "no reason given") : null;
}
