import { heartbeatTable, isStreamed, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Column, Relation } from "../../src/model/catalog.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { CatalogChange } from "../../src/model/step.ts";
import { wholeName } from "../../src/model/pattern.ts";

export const heartbeatBroken: Rule = {
  id: "heartbeat-broken",
  title: "The table that a connector's heartbeat writes is dropped, renamed or changed so that the heartbeat fails",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => {
    const queried = context.inputs.connectors.flatMap((connector) => withQuery(context, connector));
    return queried.length > 0 ? queried : byName(context);
  },
};

interface Damage {
  readonly words: string;
  readonly place: Place | null;
}

function withQuery(context: RuleContext, connector: Connector): readonly FindingDraft[] {
  const table = heartbeatTable(context.baseline, connector);
  if (table === null) return [];
  const damage = damageTo(context, table, connector.heartbeat.actionQuery ?? "");
  if (damage === null) return [];
  const name = `${table.schema}.${table.name}`;
  return [
    {
      what: `${damage.words}, and heartbeat.action.query of the connector ${quote(connector.name)} writes to it.`,
      why: `The next heartbeat fails (Could not execute heartbeat action query), and Debezium stops the whole connector with it after its retries: no table is streamed any more, and PostgreSQL keeps its write-ahead log until the disk is full.`,
      remedy: `Change heartbeat.action.query first, restart the connector, then change ${name}.`,
      answer: "registry",
      place: damage.place,
      relation: name,
      connector: connector.name,
    },
  ];
}

/** Without a query, a captured table that is called heartbeat may be written by something else that keeps the slot moving. */
function byName(context: RuleContext): readonly FindingDraft[] {
  return context.tables.flatMap(({ before, streams }) => {
    if (before === null || !context.isHeartbeat(before) || !streams.some(({ projectionBefore }) => isStreamed(projectionBefore))) return [];
    const damage = damageTo(context, before, "");
    if (damage === null) return [];
    return [
      {
        what: `${damage.words}, and by its name it keeps the replication slot moving.`,
        why: `Whatever writes the heartbeat fails from then on. If the other captured tables are quiet, the slot stands still and PostgreSQL keeps its write-ahead log until the disk is full.`,
        remedy: `Change the writer of ${before.schema}.${before.name} first.`,
        answer: "registry" as const,
        place: damage.place,
        relation: `${before.schema}.${before.name}`,
      },
    ];
  });
}

/** What keeps the query from running after the migrations; null when it still does. */
function damageTo(context: RuleContext, table: Relation, query: string): Damage | null {
  const name = `${table.schema}.${table.name}`;
  const now = context.final.relations.find((relation) => relation.schema === table.schema && relation.name === table.name);
  if (now === undefined) {
    const later = context.final.relations.find(({ oid }) => oid === table.oid);
    const words =
      later === undefined
        ? `The heartbeat table ${name} is dropped`
        : `The heartbeat table ${name} is renamed to ${later.schema}.${later.name}`;
    return { words, place: placeOf(context, table, ["relation-dropped", "relation-renamed", "relation-moved"]) };
  }
  const gone = table.columns.find((column) => isNamed(query, column) && !now.columns.some((other) => other.name === column.name));
  if (gone !== undefined) {
    return {
      words: `Column ${quote(gone.name)} of the heartbeat table ${name} is gone`,
      place: placeOf(context, table, ["column-dropped", "column-renamed"]),
    };
  }
  const added = now.columns.find(
    (column) =>
      isRequired(column) && !isNamed(query, column) && !table.columns.some((other) => other.name === column.name && isRequired(other)),
  );
  if (added === undefined || !/\binsert\b/i.test(query)) return null;
  return {
    words: `Column ${quote(added.name)} of the heartbeat table ${name} needs a value that the query does not give`,
    place: placeOf(context, table, ["column-added", "column-nullability-changed", "column-default-changed"]),
  };
}

function placeOf(context: RuleContext, { oid }: Relation, kinds: readonly CatalogChange["kind"][]): Place | null {
  const cause = context.causes.findLast(({ change }) => change.relation === oid && kinds.includes(change.kind));
  return cause === undefined ? null : context.placeOfCause(cause);
}

const isRequired = ({ notNull, default: value, identity, generated }: Column): boolean =>
  notNull && value === null && identity === null && generated === null;

const isNamed = (query: string, { name }: Column): boolean => wholeName(name, "gu").test(query);
