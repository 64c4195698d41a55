import type { Catalog, Relation } from "../model/catalog.ts";
import type { Cause, Change, RelationImpact } from "../model/impact.ts";
import type { Inputs } from "../model/inputs.ts";
import type { ProjectedColumn, Projection } from "../model/projection.ts";
import type { CatalogChange } from "../model/step.ts";
import type { ColumnPair, FindingDraft, Place, RuleContext, TablePair } from "./rule.ts";

/** What the tables are made of. */
export interface TableSources {
  readonly inputs: Pick<Inputs, "baseline">;
  readonly final: Catalog;
  readonly impacts: readonly RelationImpact[];
  readonly causes: readonly Cause[];
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
}

/** Brings all connectors on one relation together and pairs its columns; relations without an impact come last, as they are. */
export function tablesOf(sources: TableSources): readonly TablePair[] {
  const groups = new Map<string, RelationImpact[]>();
  for (const impact of [...sources.impacts, ...unchanged(sources)]) {
    const key = `${impact.before?.oid ?? ""}>${impact.after?.oid ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [impact]);
    else group.push(impact);
  }
  const byRelation = groupByRelation(sources.causes);
  return [...groups.values()].flatMap((streams) => {
    const [first] = streams;
    return first === undefined ? [] : [tableOf(first, streams, byRelation)];
  });
}

const keyOf = ({ connector, relation }: Projection): string => `${relation.oid} ${connector}`;

/** Captured relations that no stage before found a change in: their rows can still be truncated, or an enum they use be renamed. */
function unchanged({ inputs, final, impacts, before, after }: TableSources): readonly RelationImpact[] {
  const told = new Set(
    impacts
      .flatMap(({ projectionBefore, projectionAfter }) => [projectionBefore, projectionAfter])
      .flatMap((one) => (one === null ? [] : [keyOf(one)])),
  );
  const [olds, news] = [byOid(inputs.baseline), byOid(final)];
  const later = new Map(after.map((one) => [keyOf(one), one]));
  return before.flatMap((one) => {
    const next = told.has(keyOf(one)) ? undefined : later.get(keyOf(one));
    const [from, to] = [olds.get(one.relation.oid), news.get(one.relation.oid)];
    if (next === undefined || from === undefined || to === undefined) return [];
    return [{ connector: one.connector, before: from, after: to, projectionBefore: one, projectionAfter: next, causes: [], subjects: [] }];
  });
}

const byOid = ({ relations }: Catalog): ReadonlyMap<number, Relation> => new Map(relations.map((relation) => [relation.oid, relation]));

function tableOf(first: RelationImpact, streams: readonly RelationImpact[], byRelation: ReadonlyMap<number, readonly Cause[]>): TablePair {
  const { before, after } = first;
  const recreated = before !== null && after !== null && before.oid !== after.oid;
  const oids = new Set([before?.oid, after?.oid]);
  const own = [...oids].flatMap((oid) => (oid === undefined ? [] : (byRelation.get(oid) ?? [])));
  const causes = [...new Set([...own, ...streams.flatMap((stream) => stream.causes)])].sort((a, b) => a.step - b.step);
  const relation = before ?? after;
  return {
    name: relation === null ? "" : `${relation.schema}.${relation.name}`,
    before,
    after,
    recreated,
    causes,
    streams,
    columns: before === null || after === null ? [] : pairColumns(before, after, recreated, streams),
  };
}

function groupByRelation(causes: readonly Cause[]): ReadonlyMap<number, readonly Cause[]> {
  const groups = new Map<number, Cause[]>();
  for (const cause of causes) {
    const group = groups.get(cause.change.relation);
    if (group === undefined) groups.set(cause.change.relation, [cause]);
    else group.push(cause);
  }
  return groups;
}

function pairColumns(before: Relation, after: Relation, byName: boolean, streams: readonly RelationImpact[]): readonly ColumnPair[] {
  const paired = new Set<number>();
  const pairs = before.columns.map((column): ColumnPair => {
    const same = byName ? undefined : after.columns.find(({ position }) => position === column.position);
    const namesake = same === undefined ? after.columns.find(({ name }) => name === column.name) : undefined;
    // A namesake that was there before (renamed into place) is that other column, not this one again.
    const taken = !byName && before.columns.some(({ position }) => position === namesake?.position);
    const partner = same ?? (taken ? undefined : namesake);
    if (partner !== undefined) paired.add(partner.position);
    const recreated = partner !== undefined && same === undefined && !byName;
    return { before: column, after: partner ?? null, recreated, uses: usesOf(streams, column.position, partner?.position) };
  });
  const added = after.columns
    .filter(({ position }) => !paired.has(position))
    .map((column): ColumnPair => ({ before: null, after: column, recreated: false, uses: usesOf(streams, undefined, column.position) }));
  return [...pairs, ...added];
}

function usesOf(streams: readonly RelationImpact[], before: number | undefined, after: number | undefined): ColumnPair["uses"] {
  return streams.map((impact) => ({
    impact,
    before: projectedColumn(impact.projectionBefore, before),
    after: projectedColumn(impact.projectionAfter, after),
  }));
}

function projectedColumn(projection: Projection | null, position: number | undefined): ProjectedColumn | null {
  if (projection === null || position === undefined) return null;
  return projection.columns.find((column) => column.position === position) ?? null;
}

/** Whether the column is a field of the events. */
export function isSent(column: ProjectedColumn | null): column is ProjectedColumn {
  return column !== null && column.field !== null;
}

/** Whether changes of the table reach a topic. */
export function isStreamed(projection: Projection | null): boolean {
  return projection !== null && projection.streaming !== null;
}

/** Streams that carried changes of the table before the migration. */
export function streamsBefore(table: TablePair): readonly RelationImpact[] {
  return table.streams.filter(({ projectionBefore }) => isStreamed(projectionBefore));
}

/** Streams that carry changes of the table before the migration and after it, be it to another topic. */
export function keptStreams(table: TablePair): readonly RelationImpact[] {
  return streamsBefore(table).filter(({ projectionAfter }) => isStreamed(projectionAfter));
}

/** Pairs of columns with the uses left that are in a stream on both sides; a table that leaves the stream has none. */
export function keptColumns(table: TablePair): readonly ColumnPair[] {
  const kept = new Set(keptStreams(table));
  if (kept.size === 0) return [];
  return table.columns.flatMap((pair) => {
    const uses = pair.uses.filter(({ impact }) => kept.has(impact));
    return uses.length === 0 ? [] : [{ ...pair, uses }];
  });
}

/** Every finding of `judge` over the columns of all tables that stay in the stream. */
export function eachColumn(
  context: RuleContext,
  judge: (context: RuleContext, table: TablePair, pair: ColumnPair) => readonly FindingDraft[],
): readonly FindingDraft[] {
  return context.tables.flatMap((table) => keptColumns(table).flatMap((pair) => judge(context, table, pair)));
}

/** Differences of the streams' schemas that come from the column. */
export function changesOf(streams: readonly RelationImpact[], position: number): readonly Change[] {
  return streams.flatMap(({ subjects }) => subjects.flatMap(({ changes }) => changes.filter((change) => change.position === position)));
}

/** Uses in which the field was sent before and is not sent after. */
export function droppedFields(pair: ColumnPair): ColumnPair["uses"] {
  return pair.uses.filter(({ before, after }) => isSent(before) && !isSent(after));
}

/** Why a stream carries nothing after the migration, in words; null when it does. */
export function unstreamedReason({ projectionAfter }: RelationImpact): string | null {
  if (projectionAfter === null) return "the connector's filters no longer match it";
  return projectionAfter.streaming === null ? (projectionAfter.silent ?? "it is no longer published") : null;
}

/** Where a column's change stands: a cause of the given kinds, else any of the column, else the one that made the table anew. */
export function columnPlace(
  context: RuleContext,
  table: TablePair,
  pair: ColumnPair,
  kinds: readonly CatalogChange["kind"][],
): Place | null {
  const positions = [pair.after?.position, pair.before?.position].filter((position) => position !== undefined);
  const exact = positions.map((position) => context.causeOf(table, kinds, position)).find((cause) => cause !== null);
  const cause =
    exact ??
    context.causeOf(table, kinds) ??
    context.causeOf(table, ["relation-recreated", "relation-created", "relation-moved", "relation-renamed"]) ??
    table.causes.at(-1);
  return cause === undefined || cause === null ? typePlace(context, pair) : context.placeOfCause(cause);
}

/** Where the type of a column changed below a table that itself did not: a domain's NOT NULL, an enum's labels. */
export function typePlace(context: RuleContext, { before, after }: ColumnPair): Place | null {
  const column = after ?? before;
  return column === null ? null : context.placeWhere(({ types }) => typeText(types, column.type.oid));
}

/** A type with those below its domain or array. */
function typeText(types: Catalog["types"], oid: number): string {
  const type = types.find((one) => one.oid === oid);
  if (type === undefined) return "";
  const below = type.base?.oid ?? type.element;
  return `${JSON.stringify(type)}${below === null ? "" : typeText(types, below)}`;
}

/** Where a pending statement sets NOT NULL for a column that others added; null where it came with the column. */
export function setNotNullPlace({ steps }: RuleContext, { after }: TablePair, column: string): Place | null {
  for (const [step, { statement }] of steps.entries()) {
    if (statement.kind !== "alter-table" || statement.relation.name !== after?.name) continue;
    const command = statement.commands.find((one) => one.kind === "set-not-null" && one.column === column);
    if (command !== undefined) return { span: statement.commands.length > 1 ? command.span : statement.span, step };
  }
  return null;
}
