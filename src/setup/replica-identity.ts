import type { Catalog, Relation, UniqueIndex } from "../model/catalog.ts";
import { sizeText } from "../model/size.ts";
import { mayBeToasted } from "../model/toast.ts";
import { listOf } from "../model/words.ts";
import { partitionsBelow } from "./captured.ts";
import type { TableStatistics } from "../model/setup.ts";

/** The replica identity a captured table should have, and why. */
export interface IdentityPlan {
  readonly relation: Relation;
  readonly wanted: "default" | "full" | { readonly index: string };
  /** Already so. */
  readonly isSet: boolean;
  readonly why: string;
  /** What it costs in write-ahead log; null where it costs nothing, or nothing is known. */
  readonly cost: string | null;
  /** Tables that hold the rows and need it set: the table, or its partitions. */
  readonly targets: readonly Relation[];
}

/** Decides by what UPDATE and DELETE need, and by large values that would come as a placeholder. */
export function planIdentity(catalog: Catalog, relation: Relation, statistics: TableStatistics | undefined): IdentityPlan {
  const { wanted, why } = decide(relation);
  const targets =
    relation.kind === "partitioned" ? partitionsBelow(catalog.relations, relation).filter(({ kind }) => kind === "table") : [relation];
  const isSet = targets.every(({ replicaIdentity }) => isSame(replicaIdentity, wanted));
  return { relation, wanted, isSet, why, cost: wanted === "full" ? costOf(relation, statistics) : null, targets };
}

function decide(relation: Relation): Pick<IdentityPlan, "wanted" | "why"> {
  const key = relation.primaryKey?.columns ?? null;
  const index = relation.uniqueIndexes.find(({ usableAsIdentity }) => usableAsIdentity) ?? null;
  const large = relation.columns.filter((column) => mayBeToasted(column) && !isKey(column.name, key, index)).map(({ name }) => `"${name}"`);
  if (large.length > 0) {
    const columns = listOf(large.length > 4 ? [...large.slice(0, 3), `${large.length - 3} more`] : large);
    return {
      wanted: "full",
      why: `a large value of ${columns} that an UPDATE leaves as it is would come as a placeholder`,
    };
  }
  if (key !== null) return { wanted: "default", why: "the primary key tells the row, and no column holds large values" };
  if (index !== null && relation.kind !== "partitioned")
    return { wanted: { index: index.name }, why: `without a primary key the unique index "${index.name}" tells the row` };
  return { wanted: "full", why: "without a primary key PostgreSQL refuses UPDATE and DELETE on a published table" };
}

const isKey = (column: string, key: readonly string[] | null, index: UniqueIndex | null): boolean =>
  (key ?? index?.columns ?? []).includes(column);

function isSame(is: Relation["replicaIdentity"], wanted: IdentityPlan["wanted"]): boolean {
  return typeof is === "object" && typeof wanted === "object" ? is.index === wanted.index : is === wanted;
}

/** With FULL the whole old row goes into the write-ahead log with every UPDATE and DELETE. */
function costOf({ kind }: Relation, statistics: TableStatistics | undefined): string {
  const each = "every UPDATE and DELETE writes the whole old row into the write-ahead log";
  if (statistics === undefined || statistics.rows <= 0) return `${each}; how much that is can be estimated with --database-url`;
  const row = Math.round(statistics.bytes / statistics.rows);
  const { changesPerDay } = statistics;
  const rows = `${each}: some ${sizeText(row)} a row${kind === "partitioned" ? " (over all partitions)" : ""}`;
  return changesPerDay === null ? rows : `${rows}, about ${sizeText(row * changesPerDay)} a day at the present rate`;
}
