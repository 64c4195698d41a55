import type { Catalog, Relation } from "../model/catalog.ts";
import { relationNamed } from "../model/relation-named.ts";
import type { QualifiedName } from "../model/statement.ts";
import type { Step } from "../model/step.ts";
import { changedRelations } from "./diff.ts";

/** Relations in a state that a row written then would show to the stream. */
export interface SeenState {
  /** Index of the statement after which it holds. */
  readonly step: number;
  /** Index of the statement that commits it: rows of a transaction are sent, and the catalog beside them is read, only then. */
  readonly commit: number;
  /** The statement itself writes rows; else the state is only committed, and rows of others may show it. */
  readonly written: boolean;
  readonly relations: readonly Relation[];
}

/**
 * The states in between, in order: a change of a table alone sends nothing, but the next row shows it. Seen are the relations that a statement writes
 * to, and at each commit but the last those that the transaction changed; each state once. What a transaction takes back is never seen.
 */
export function statesSeen(baseline: Catalog, steps: readonly Step[]): readonly SeenState[] {
  const final = steps.at(-1)?.after ?? baseline;
  const news = newsFilter();
  const mayHaveRows = rowsFilter(baseline);
  const states: SeenState[] = [];
  let first = 0;
  for (const [index, step] of steps.entries()) {
    if (steps[index + 1]?.transaction === step.transaction) continue;
    if (!isTakenBack(step)) {
      for (let at = first; at <= index; at += 1) {
        const relations = news(mayHaveRows(steps[at], writtenTo(steps[at])), true);
        if (relations.length > 0) states.push({ step: at, commit: index, written: true, relations });
      }
      const start = steps[first]?.before ?? baseline;
      const changed = step.after === final ? [] : news(changedRelations(start, step.after), false);
      if (changed.length > 0) states.push({ step: index, commit: index, written: false, relations: changed });
    }
    first = index + 1;
  }
  return states;
}

/**
 * Lets through the relations that may have rows when a statement writes to them: an UPDATE or DELETE of a table that the migrations themselves make, and into which
 * none of them has put a row, writes nothing. Statements that run code of their own may have filled any table.
 */
function rowsFilter({ relations }: Catalog): (step: Step | undefined, written: readonly Relation[]) => readonly Relation[] {
  const filled = new Set(relations.map(({ oid }) => oid));
  let any = false;
  return (step, written) => {
    if (step === undefined) return [];
    const { statement } = step;
    if (fillsUnseen(statement)) any = true;
    const empties = statement.kind === "dml" && (statement.command === "update" || statement.command === "delete");
    if (!empties) for (const { oid } of [...written, ...madeFull(step)]) filled.add(oid);
    return empties && !any ? written.filter(({ oid }) => filled.has(oid)) : written;
  };
}

/** Functions of PostgreSQL's own that are called by themselves in migrations and put no row into a table. */
const harmless = /^(?:pg_\w+|setval|nextval|set_config|current_setting|now|gen_random_uuid|create_hypertable)$/;

/** In an UPDATE or INSERT a function gives values; of one that a SELECT, CALL or DO runs nobody knows what else it writes. */
function fillsUnseen(statement: Step["statement"]): boolean {
  if (statement.kind === "select") return statement.functions.some((name) => !harmless.test(name));
  if (statement.kind === "do") return /\b(?:insert|copy|execute|perform|call|merge)\b/i.test(statement.body);
  return statement.kind === "call" || statement.kind === "opaque";
}

/** A table made of a query's rows. */
function madeFull({ statement, after }: Step): readonly Relation[] {
  const relation = statement.kind === "create-table" && statement.fromQuery ? relationNamed(after, statement.relation) : null;
  return relation === null ? [] : [relation];
}

/** Lets through what was not seen as it is, or not yet written to. */
function newsFilter(): (relations: readonly Relation[], written: boolean) => readonly Relation[] {
  const last = new Map<number, { readonly relation: Relation; readonly written: boolean }>();
  return (relations, written) =>
    relations.filter((relation) => {
      const known = last.get(relation.oid);
      if (known?.relation === relation && (known.written || !written)) return false;
      last.set(relation.oid, { relation, written });
      return true;
    });
}

const isTakenBack = ({ statement }: Step): boolean => statement.kind === "transaction" && statement.action === "rollback";

function writtenTo(step: Step | undefined): readonly Relation[] {
  const named = step === undefined || step.error !== null ? null : target(step);
  const relation = named === null || step === undefined ? null : relationNamed(step.after, named);
  return relation === null || step === undefined ? [] : [relation, ...partitionsOf(step.after, relation)];
}

function target({ statement }: Step): QualifiedName | null {
  if (statement.kind === "dml") return statement.relation;
  return statement.kind === "copy" && statement.direction === "from" ? statement.relation : null;
}

/** Rows of a partitioned table go to its partitions, whose topics are their own without publish_via_partition_root. */
function partitionsOf(catalog: Catalog, { kind, schema, name }: Relation): readonly Relation[] {
  if (kind !== "partitioned") return [];
  const own = catalog.relations.filter(({ partitionOf }) => partitionOf?.schema === schema && partitionOf.name === name);
  return own.flatMap((one) => [one, ...partitionsOf(catalog, one)]);
}
