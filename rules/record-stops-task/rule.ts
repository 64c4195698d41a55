import { connectorNames, newStops, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, StoppingCode, TablePair } from "../../src/judge/rule.ts";
import type { Cause, RelationImpact } from "../../src/model/impact.ts";
import type { Caveat } from "../../src/model/projection.ts";

export const recordStopsTask: Rule = {
  id: "record-stops-task",
  title: "A transform or converter of the connector fails on the rows of a changed table",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

const REMEDIES: Readonly<Record<StoppingCode, string>> = {
  "transform-fails":
    "Change the transforms so that they fit the table before and after the migration, and update the connector first; or keep the column that they read, or keep the table away from the connector (table.exclude.list) or from the transform (a predicate on the topic).",
  "avro-schema-invalid": "Name the column with letters, digits and underscores alone, or set field.name.adjustment.mode to avro first.",
  "converter-mismatch":
    "Give the connector a converter that takes this, or transforms that make what the converter takes, before the migration is applied.",
  "field-name-duplicate": "Give the column another name: one that differs from the others after the adjustment, too.",
  "columns-differ-by-case": "Give the column a name that differs from the others by more than case.",
  "topic-invalid": "Correct the router or the replacement that names the topic before the migration is applied.",
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  if (table.after === null) return [];
  const faults = new Map<string, { readonly caveat: Caveat & { readonly code: StoppingCode }; readonly streams: RelationImpact[] }>();
  for (const stream of table.streams) {
    const [caveat] = newStops(stream.projectionBefore, stream.projectionAfter);
    if (caveat === undefined) continue;
    const known = faults.get(caveat.message);
    if (known === undefined) faults.set(caveat.message, { caveat, streams: [stream] });
    else known.streams.push(stream);
  }
  return [...faults.values()].map(({ caveat, streams }) => {
    const cause = causeIn(table, caveat.message);
    return {
      what: `${table.before === null ? `Rows of the new table ${table.name} cannot` : `Rows of ${table.name} can no longer`} be sent. ${caveat.message}`,
      why: `The first row of ${table.name} after the migration stops the task of connector ${connectorNames(streams)}, and so the stream of all its tables; PostgreSQL keeps its write-ahead log until it runs again. With errors.tolerance=all the rows are lost instead.`,
      remedy: REMEDIES[caveat.code],
      answer: "registry",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: streams.map(({ connector }) => connector).join(", "),
      detail: caveat.code,
    };
  });
}

/** The last change of a column that the message names, else the last of all. */
function causeIn(table: TablePair, message: string): Cause | null {
  const named = table.causes.filter(({ change }) => {
    if (!("position" in change)) return false;
    const names = [table.before, table.after].flatMap(
      (one) => one?.columns.find(({ position }) => position === change.position)?.name ?? [],
    );
    return names.some((name) => message.includes(quote(name)) || message.split(/[^\p{L}\p{N}_-]+/u).includes(name));
  });
  return named.at(-1) ?? table.causes.at(-1) ?? null;
}
