import type { SubjectImpact } from "../model/impact.ts";
import type { JsonValue } from "../model/json.ts";
import { parseAvro } from "./avro/parse.ts";
import { driftOf } from "./drift.ts";
import { askRegistry } from "./registry-verdict.ts";
import { rowIncompatibilities } from "./row.ts";
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
    refusal: () => refusalOf({ ...side, subject }, context),
  });
}

/**
 * Why the registry refuses what the stream sends next, whatever is pending: the fields where they are known, else its own words, as a clause. Null where
 * it does not refuse, and where that is not known.
 */
function refusalOf(side: Side & { readonly subject: string }, { stored, registryGiven, index, avroLine }: StreamContext): string | null {
  const { subject: name, avro: candidate, projection } = side;
  const input = { name, subject: stored.find(name), registryGiven, candidate, before: null, accepted: index.allBefore };
  const { verdict, against } = askRegistry(input, stored, avroLine);
  if (verdict.outcome !== "refused") return null;
  const parsed = parseAvro(candidate, { strict: "stored", avroLine });
  const rows =
    against === null || !parsed.ok
      ? []
      : [
          ...(verdict.level.startsWith("FORWARD") ? [] : rowIncompatibilities(parsed.schema, against, projection, avroLine)),
          ...(verdict.level.startsWith("BACKWARD") ? [] : rowIncompatibilities(against, parsed.schema, projection, avroLine)),
        ];
  const fields = [...new Set(rows.flatMap(({ field }) => field ?? []))];
  if (fields.length > 0) return `because of ${fields.map((field) => `"${field}"`).join(", ")}`;
  return `and says: ${verdict.messages[0] ?? "no reason"}`;
}
