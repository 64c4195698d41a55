import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Projection } from "../../src/model/projection.ts";

const code = "table-sent-under-old-name";

export const tableSentUnderOldName: Rule = {
  id: code,
  title: "A running connector goes on with a renamed table under its old name",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.astray.flatMap((one) => judge(context, one)),
};

function judge(context: RuleContext, { connector, relation, topic, caveats }: Projection): readonly FindingDraft[] {
  const caveat = caveats.find((one) => one.code === code);
  const before = context.baseline.relations.find(({ oid }) => oid === relation.oid) ?? null;
  const table = context.tables.find((one) => one.before?.oid === relation.oid);
  if (caveat === undefined || table === undefined || context.isHeartbeat(before)) return [];
  const cause = context.causeOf(table, ["relation-renamed", "relation-moved"]) ?? table.causes.at(-1);
  const fits = caveat.effect === "note";
  return [
    {
      what: caveat.message,
      why: fits
        ? `A connector that runs tells tables apart by their number in the database, and skips a new name that its lists do not have. Topic ${topic} so gets the changes of a table that has another name, until a restart ends them without an error.`
        : `A connector that runs tells tables apart by their number in the database, skips a new name that its lists do not have, and puts the values by position into the columns it knows. A value that does not fit stops its task for all tables; one that fits is sent as another column.`,
      remedy: `Name the table under its new name in the connector's lists and restart the connector together with the migration, or let nothing write to the renamed table until then.`,
      answer: "risk",
      ...(fits ? { severity: "warning" as const } : {}),
      place: cause === undefined || cause === null ? null : context.placeOfCause(cause),
      relation: table.name,
      connector,
    },
  ];
}
