import type { Connector } from "../model/connector.ts";
import type { Cause, RegistryVerdict } from "../model/impact.ts";
import type { Caveat } from "../model/projection.ts";
import type { CatalogChange } from "../model/step.ts";

/** Verdict where no Avro subject can be named. */
export function unguarded(part: "key" | "value", subject: string | null, connector: Connector): RegistryVerdict {
  const converter = part === "key" ? connector.keyConverter : connector.valueConverter;
  if (converter.format === "json" || converter.format === "plain") {
    const what = converter.format === "json" ? "JSON" : `no schema (${converter.class ?? ""})`;
    return {
      outcome: "not-protected",
      reason: `the ${part} converter of connector ${connector.name} writes ${what}, which no registry checks`,
    };
  }
  if (converter.format === "avro" && subject === null) {
    const why =
      converter.subjectDoubt ?? `the strategy of the ${part} converter of connector ${connector.name} has no subject for what is no record`;
    return { outcome: "unknown", reason: `the subject cannot be told: ${why}` };
  }
  const format = converter.class ?? converter.format;
  return { outcome: "unknown", reason: `the ${part} converter of connector ${connector.name} (${format}) is not covered: only Avro is` };
}

/** Catalog changes that no schema of the stream depends on. */
const invisible: ReadonlySet<CatalogChange["kind"]> = new Set(["replica-identity-changed", "partition-changed", "persistence-changed"]);

/** Why the schemas may be other than projected, where that matters: something changes. In words; null without such a doubt. */
export function doubtOf(now: readonly Caveat[], old: readonly Caveat[], isSame: boolean, causes: readonly Cause[]): string | null {
  if (isSame && causes.every(({ change }) => invisible.has(change.kind))) return null;
  return [...now, ...old].find(({ effect }) => effect === "unknown")?.message ?? null;
}
