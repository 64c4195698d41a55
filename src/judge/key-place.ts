import type { Catalog } from "../model/catalog.ts";
import { tableKey } from "../model/record-key.ts";
import type { Place, RuleContext, TablePair } from "./rule.ts";

/**
 * Where the record key of a table that keeps its identity changed last: the statement across which Debezium would take another key, be it that it
 * made the index that now stands in, or dropped the one that did. Null where the table itself gives the same key all along.
 * @param by "name": a rename of a key's column counts as well
 */
export function keyPlace(context: RuleContext, { before, after, recreated }: TablePair, by: "column" | "name"): Place | null {
  const relation = after?.oid ?? before?.oid;
  if (relation === undefined || recreated) return null;
  const place = context.placeWhere((catalog) => keyText(catalog, relation, by));
  const step = place?.step === null || place === null ? undefined : context.steps[place.step];
  if (place === null || place.step === null || step === undefined) return place;
  const hadPrimaryKey = [step.before, step.after].some(({ relations }) => relations.find(({ oid }) => oid === relation)?.primaryKey);
  return context.placeOfCause({
    step: place.step,
    change: { relation, kind: hadPrimaryKey ? "primary-key-changed" : "unique-indexes-changed" },
  });
}

function keyText({ relations }: Catalog, oid: number, by: "column" | "name"): string {
  const relation = relations.find((one) => one.oid === oid);
  if (relation === undefined) return "";
  const positions = new Map(relation.columns.map(({ name, position }) => [name, position]));
  return JSON.stringify(tableKey(relation).map((name) => (by === "name" ? name : (positions.get(name) ?? name))));
}

/** Where one of the columns that make the two keys differ was renamed, dropped or added: message.key.columns names it. */
export function keyColumnPlace(context: RuleContext, table: TablePair, from: readonly string[], to: readonly string[]): Place | null {
  const apart = new Set([...from.filter((name) => !to.includes(name)), ...to.filter((name) => !from.includes(name))]);
  const positions = table.columns
    .filter(({ before, after }) => [before?.name, after?.name].some((name) => name !== undefined && apart.has(name)))
    .flatMap(({ before, after }) => [after?.position, before?.position].filter((position) => position !== undefined));
  const kinds = ["column-renamed", "column-dropped", "column-added", "column-recreated", "column-generation-changed"] as const;
  const cause = positions.map((position) => context.causeOf(table, kinds, position)).find((found) => found !== null) ?? null;
  return cause === null ? null : context.placeOfCause(cause);
}
