import { connectorNames } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Projection } from "../../src/model/projection.ts";

export const keyEntryNotColumn: Rule = {
  id: "key-entry-not-column",
  title: "A captured table without primary key gets a unique index that stops the connector",
  category: "key",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.tables.flatMap((table) => judge(context, table)),
};

function judge(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { after, streams } = table;
  const stopped = streams.filter(({ projectionBefore, projectionAfter }) => isStopped(projectionAfter) && !isStopped(projectionBefore));
  const reason = stopped[0]?.projectionAfter?.caveats.find(({ code }) => code === CODE)?.message;
  if (after === null || reason === undefined) return [];
  const name = `${after.schema}.${after.name}`;
  const cause = context.causeOf(table, ["unique-indexes-changed", "primary-key-changed", "relation-created", "relation-recreated"]);
  return [
    {
      what: reason,
      why: `Without a primary key Debezium makes the record key of the first unique index by name. It passes over indexes with functions and operators in them, but not over a cast, a subscript or a field of a composite: no column has such a name ("referenced as PRIMARY KEY, but a matching column is not defined"), and no table of the connector is read any more.`,
      remedy: `Give ${name} a primary key. Else write the expression as a function call, or give the table a unique index over columns whose name sorts before.`,
      answer: "registry",
      place: cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector: connectorNames(stopped),
    },
  ];
}

/** Code of the projection's doubt. */
const CODE = "key-entry-no-column";

function isStopped(projection: Projection | null): boolean {
  return projection?.caveats.some(({ code }) => code === CODE) === true;
}
