import type { Relation } from "../model/catalog.ts";

/**
 * Columns by which PostgreSQL identifies an updated or deleted row of a published table: "all" for FULL, null when there are none, so that
 * it refuses UPDATE and DELETE (CheckCmdReplicaIdentity).
 */
export function identityColumns(relation: Relation): "all" | readonly string[] | null {
  const { replicaIdentity, primaryKey } = relation;
  if (replicaIdentity === "full") return "all";
  if (replicaIdentity === "nothing") return null;
  if (replicaIdentity === "default") return primaryKey?.columns ?? null;
  if (primaryKey?.name === replicaIdentity.index) return primaryKey.columns;
  return relation.uniqueIndexes.find(({ name }) => name === replicaIdentity.index)?.columns ?? null;
}

/** `REPLICA IDENTITY FULL`, as it is written in SQL. */
export function identityWords({ replicaIdentity }: Relation): string {
  if (typeof replicaIdentity === "object") return `REPLICA IDENTITY USING INDEX ${replicaIdentity.index}`;
  return `REPLICA IDENTITY ${replicaIdentity.toUpperCase()}`;
}
