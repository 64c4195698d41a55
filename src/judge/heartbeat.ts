import type { Catalog, Relation } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import { relationNamed } from "../model/relation-named.ts";

const target =
  /\b(?:insert\s+into|update(?:\s+only)?|delete\s+from|merge\s+into)\s+((?:"(?:[^"]|"")+"|[\w$]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[\w$]+))?)/i;

/** The table that the connector's heartbeat.action.query writes; null without a query, or for one that writes no table of the catalog. */
export function heartbeatTable(catalog: Catalog, { heartbeat }: Connector): Relation | null {
  const written = target.exec(heartbeat.actionQuery ?? "")?.[1];
  if (written === undefined) return null;
  const parts = [...written.matchAll(/"((?:[^"]|"")+)"|([\w$]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "").toLowerCase() : quoted.replaceAll('""', '"'),
  );
  const [first = "", second] = parts;
  return relationNamed(catalog, second === undefined ? { schema: null, name: first } : { schema: first, name: second });
}

/** Whether the relation is a heartbeat table: one that a query writes, or by its name where no connector has a query. */
export function isHeartbeat(baseline: Catalog, connectors: readonly Connector[], relation: Relation | null): boolean {
  if (relation === null) return false;
  if (connectors.some((connector) => heartbeatTable(baseline, connector)?.oid === relation.oid)) return true;
  return /heartbeat/i.test(relation.name) && connectors.every(({ heartbeat }) => heartbeat.actionQuery === null);
}
