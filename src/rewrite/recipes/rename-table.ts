import type { Draft, Hazard, Refusal } from "../draft.ts";
import { ident } from "../../model/sql-name.ts";
import { userStatement } from "../statement-text.ts";
import { caughtUpGate, unique } from "../words.ts";

/** An updatable view carries the new name; the table, and with it the topic, keep the old one until the consumers are ready. */
export function renameTable(hazard: Hazard): Draft | Refusal {
  const { before, after, table, withSchema } = hazard;
  if (before.kind === "foreign" || before.partitionOf !== null)
    return {
      reason: `${before.name} is a ${before.kind === "foreign" ? "foreign table" : "partition"}: a view under the new name would not stand in for it`,
    };
  const moved = before.schema !== after.schema;
  const view = withSchema || moved ? `${ident(after.schema)}.${ident(after.name)}` : ident(after.name);
  return {
    recipe: "rename-table",
    expand: [`CREATE VIEW ${view} AS SELECT * FROM ${table}`],
    expandGate: `${streamGate(hazard)} No application names ${table} any more; all use ${view}. ${caughtUpGate}`,
    later: [
      {
        name: "contract",
        files: [
          {
            name: `rename_${before.name}`,
            statements: [`DROP VIEW ${view}`, userStatement(hazard)],
            autocommit: false,
          },
        ],
        gate: `Rows go to ${newTopics(hazard)} from now on, or to the old topic where the connector routes them.`,
      },
    ],
    notes: [
      `The view takes INSERT, UPDATE, DELETE and ON CONFLICT as the table does (PostgreSQL manual, CREATE VIEW, "Updatable Views"); TRUNCATE, foreign keys and LOCK need the table. Grant on it what is granted on the table.`,
      `A view publishes nothing, so the stream does not change in the first phase.`,
    ],
    alsoCut: [],
  };
}

const newTopics = ({ impacts }: Hazard): string =>
  unique(impacts.flatMap(({ projectionAfter }) => projectionAfter?.topic ?? [])).join(", ") || "no topic that a connector captures";

/** What must be done to connector and consumers before the topic moves. */
function streamGate({ impacts, before, after }: Hazard): string {
  const [oldName, newName] = [`${before.schema}.${before.name}`, `${after.schema}.${after.name}`];
  const routes = impacts.flatMap(({ connector, projectionBefore, projectionAfter }) => {
    if (projectionBefore === null) return [];
    const from = projectionAfter?.topic ?? projectionBefore.topic.replace(oldName, newName);
    return [route(connector, from, projectionBefore.topic)];
  });
  return [
    `Where table.include.list or the publication names ${oldName}, they name ${newName} as well, and the connector was restarted: a running connector would go on into the old topic with the old columns.`,
    `Either every consumer reads the new topic as well as the old one, or the connector keeps the old topic, subject and record name:`,
    ...routes,
    "",
  ].join("\n");
}

/** ByLogicalTableRouter renames the records too; RegexRouter moves the topic alone and the registry refuses the record's other name. */
function route(connector: string, from: string, to: string): string {
  return [
    `  connector ${connector}:`,
    `    "transforms": "keepTopic",`,
    `    "transforms.keepTopic.type": "io.debezium.transforms.ByLogicalTableRouter",`,
    `    "transforms.keepTopic.topic.regex": "${from.replaceAll(".", String.raw`\\.`)}",`,
    `    "transforms.keepTopic.topic.replacement": "${to}",`,
    `    "transforms.keepTopic.key.enforce.uniqueness": "false"`,
  ].join("\n");
}
