import type { Node } from "@pgsql/types";
import { detachesConcurrently } from "./alter-table.ts";
import { constantText, read } from "./tree.ts";

const ALWAYS = new Set(["CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt", "AlterSystemStmt"]);

/** Whether PostgreSQL calls PreventInTransactionBlock for the statement (tcop/utility.c and the commands it calls). */
export function needsAutocommit(name: string, node: Node): boolean {
  if (ALWAYS.has(name)) return true;
  const { IndexStmt, DropStmt, VacuumStmt, ClusterStmt, DiscardStmt, AlterTableStmt, TransactionStmt } = read(node);
  if (IndexStmt !== undefined) return IndexStmt.concurrent === true;
  if (DropStmt !== undefined) return DropStmt.concurrent === true;
  if (VacuumStmt !== undefined) return VacuumStmt.is_vacuumcmd === true;
  if (ClusterStmt !== undefined) return ClusterStmt.relation === undefined;
  if (DiscardStmt !== undefined) return DiscardStmt.target === "DISCARD_ALL";
  if (AlterTableStmt !== undefined) return detachesConcurrently(AlterTableStmt);
  if (TransactionStmt !== undefined)
    return TransactionStmt.kind === "TRANS_STMT_COMMIT_PREPARED" || TransactionStmt.kind === "TRANS_STMT_ROLLBACK_PREPARED";
  return reindexNeedsIt(node) || databaseNeedsIt(node) || subscriptionNeedsIt(node);
}

function reindexNeedsIt(node: Node): boolean {
  const { ReindexStmt } = read(node);
  if (ReindexStmt === undefined) return false;
  if (ReindexStmt.kind !== "REINDEX_OBJECT_INDEX" && ReindexStmt.kind !== "REINDEX_OBJECT_TABLE") return true;
  return isOn(ReindexStmt.params, "concurrently", false);
}

/** ALTER DATABASE … SET TABLESPACE. */
function databaseNeedsIt(node: Node): boolean {
  return (read(node).AlterDatabaseStmt?.options ?? []).some((option) => read(option).DefElem?.defname === "tablespace");
}

/** With a replication slot to make or drop, or with tables to look up on the other server. */
function subscriptionNeedsIt(node: Node): boolean {
  const { CreateSubscriptionStmt, AlterSubscriptionStmt, DropSubscriptionStmt } = read(node);
  if (CreateSubscriptionStmt !== undefined) {
    const { options } = CreateSubscriptionStmt;
    return isOn(options, "connect", true) && isOn(options, "create_slot", true);
  }
  if (AlterSubscriptionStmt !== undefined) {
    if (AlterSubscriptionStmt.kind === "ALTER_SUBSCRIPTION_REFRESH") return true;
    return (AlterSubscriptionStmt.kind ?? "").endsWith("PUBLICATION") && isOn(AlterSubscriptionStmt.options, "refresh", true);
  }
  return DropSubscriptionStmt !== undefined;
}

function isOn(options: readonly Node[] | undefined, name: string, absent: boolean): boolean {
  const option = (options ?? []).map((node) => read(node).DefElem).find((element) => element?.defname === name);
  return option === undefined ? absent : !/^(?:false|off|0)$/i.test(constantText(option.arg) ?? "");
}
