import type { ConnectorFacts, DatabaseFacts, Diagnosis, HeartbeatFacts } from "../model/doctor.ts";
import { durationText } from "../model/size.ts";
import { diagnoser } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";

const { good, bad, unknown } = diagnoser("heartbeat");

/** The heartbeat that keeps a slot moving while the captured tables rest. */
export const heartbeatChecks: Check = ({ connectors, database }) => connectors.flatMap((connector) => ofConnector(connector, database));

function ofConnector({ connector }: ConnectorFacts, database: DatabaseFacts | null): readonly Diagnosis[] {
  const { name, heartbeat } = connector;
  if (heartbeat.intervalMs <= 0) {
    return [
      bad("heartbeat-interval", "error", name, {
        what: `Connector ${name} has no heartbeat (heartbeat.interval.ms is 0).`,
        why: "While its tables rest and others are written, it confirms nothing, and write-ahead log piles up until the disk is full.",
        remedy:
          "Set heartbeat.interval.ms to 10000 and heartbeat.action.query to an upsert of a small captured table; driftgate init writes both.",
      }),
    ];
  }
  if ((heartbeat.actionQuery ?? "").trim() === "") {
    return [
      bad("heartbeat-query", "warning", name, {
        what: `Connector ${name} beats every ${durationText(heartbeat.intervalMs / 1000)}, but writes nothing (heartbeat.action.query is not set).`,
        why: "Where another database of the same server does the writing, no change reaches the slot that the connector could confirm.",
        remedy: "Set heartbeat.action.query to an upsert of a small captured table.",
      }),
    ];
  }
  if (database === null) return [];
  const facts = database.heartbeats.get(name);
  if (facts === undefined || !facts.known)
    return [
      unknown("heartbeat-query", name, facts?.reason ?? "the heartbeat was not looked at", "run doctor as a role that may read the table"),
    ];
  const found = problems(connector, facts.value, database);
  const every = `every ${durationText(heartbeat.intervalMs / 1000)}`;
  return found.length > 0
    ? found
    : [good("heartbeat-query", name, `Connector ${name} writes ${facts.value.table ?? "its heartbeat"} ${every}.`)];
}

function problems(
  { name, publication, heartbeat }: ConnectorFacts["connector"],
  facts: HeartbeatFacts,
  { catalog }: DatabaseFacts,
): readonly Diagnosis[] {
  const { invalid, table, writable, lastBeatSeconds } = facts;
  if (invalid !== null) {
    return [
      bad("heartbeat-query", "error", name, {
        what: `PostgreSQL refuses the heartbeat of connector ${name}: ${invalid}.`,
        why: "The connector's task fails after its retries, for all tables (measured with Debezium 3.6).",
        remedy: "Correct heartbeat.action.query, or make the table it writes.",
      }),
    ];
  }
  const found: Diagnosis[] = [];
  const published = catalog.known ? catalog.value.publications.find((one) => one.name === publication.name) : undefined;
  const isPublished =
    published === undefined ||
    published.allTables ||
    published.tables.some((one) => `${one.schema}.${one.name}` === table) ||
    published.schemas.some((schema) => table?.startsWith(`${schema}.`) === true);
  if (table !== null && !isPublished) {
    found.push(
      bad("heartbeat-published", "warning", table, {
        what: `${table}, which the heartbeat of connector ${name} writes, is not in publication ${publication.name}.`,
        why: "Its changes do not come through the slot, so there is nothing to confirm and the slot stands still.",
        remedy: `ALTER PUBLICATION ${publication.name} ADD TABLE ${table}.`,
      }),
    );
  }
  if (writable === false) {
    found.push(
      bad("heartbeat-writable", "error", table ?? name, {
        what: `The role of connector ${name} may not write ${table ?? "its heartbeat's table"}.`,
        why: "Each beat fails, and with it the task.",
        remedy: `GRANT SELECT, INSERT, UPDATE ON ${table ?? "the table"} to the connector's role.`,
      }),
    );
  }
  const late = Math.max(60, (heartbeat.intervalMs / 1000) * 3);
  if (lastBeatSeconds !== null && lastBeatSeconds > late) {
    found.push(
      bad("heartbeat-age", "error", table ?? name, {
        what: `The last beat of connector ${name} is ${durationText(lastBeatSeconds)} old; one is due every ${durationText(heartbeat.intervalMs / 1000)}.`,
        why: "The connector is down, or stuck in a snapshot or one large transaction.",
        remedy: "Look at the state of its task and at its log.",
      }),
    );
  }
  return found;
}
