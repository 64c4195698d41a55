import { connectorSettings } from "./connector-settings.ts";
import type { SettingGroup } from "./connector-settings.ts";
import { cell, connectorJson, connectorJsonc, settingsTable } from "./connector-text.ts";
import { databaseStatements } from "./database.ts";
import type { SetupChoices, SetupFacts } from "../model/setup.ts";
import { listOf } from "../model/words.ts";
import { planIdentity } from "./replica-identity.ts";
import type { IdentityPlan } from "./replica-identity.ts";
import { serverSettings } from "../model/server-settings.ts";
import type { ServerSetting } from "../model/server-settings.ts";

/** Everything a new stream needs, before any of it is written. */
export interface SetupPlan {
  readonly settings: readonly SettingGroup[];
  readonly identities: readonly IdentityPlan[];
  /** The database side, each without its semicolon. */
  readonly statements: readonly string[];
  readonly server: readonly ServerSetting[];
  /** What the user has to know or do beside that; in words. */
  readonly notes: readonly string[];
}

/** Plans the connector, the database side and the server's settings. Pure. */
export function planSetup(facts: SetupFacts, choices: SetupChoices): SetupPlan {
  const identities = choices.tables.map((relation) => planIdentity(facts.catalog, relation, facts.statistics.get(relation.oid)));
  return {
    settings: connectorSettings(choices),
    identities,
    statements: databaseStatements(choices, identities),
    server: serverSettings(choices, facts.server),
    notes: notesOf(choices, identities),
  };
}

function notesOf(choices: SetupChoices, identities: readonly IdentityPlan[]): readonly string[] {
  const { role, snapshot, schema, name } = choices;
  const partitioned = identities.filter(({ relation, wanted }) => relation.kind === "partitioned" && wanted !== "default");
  return [
    `Set the password of role ${role} by hand (\\password ${role} in psql) and put it where the Connect worker's config provider finds it: /etc/kafka-connect/secrets/${name}.properties with database.user and database.password. On a managed service the REPLICATION attribute is granted as a role instead (rds_replication on Amazon RDS).`,
    ...(snapshot === "no_data"
      ? [
          `Fill a topic with what a table has today, one at a time and at a quiet hour: INSERT INTO ${schema}.debezium_signal VALUES (gen_random_uuid(), 'execute-snapshot', '{"type": "incremental", "data-collections": ["schema.table"]}'). It goes on in chunks beside the stream and holds no long transaction.`,
        ]
      : [
          "The first start reads every captured table in one transaction, which keeps vacuum from cleaning up until it ends. On a large and busy database take --snapshot-mode no_data instead.",
        ]),
    ...secretNotes(choices),
    ...partitioned.map(
      ({ relation }) =>
        `A new partition of ${relation.schema}.${relation.name} does not take over REPLICA IDENTITY FULL: set it wherever partitions are made.`,
    ),
  ];
}

const secretName = /(^|_)(passw(or)?d|passwd|pwd|secret|token|api_?key|private_?key|ssn|salt|iban|card_?number|cvv)(_|$)/i;

/** What should hardly leave the database; a guess by name, so it is only said. */
function secretNotes({ tables }: SetupChoices): readonly string[] {
  const found = tables.flatMap(({ schema, name, columns }) =>
    columns.filter((column) => secretName.test(column.name)).map((column) => `${schema}.${name}.${column.name}`),
  );
  if (found.length === 0) return [];
  const shown = listOf(found.length > 6 ? [...found.slice(0, 5), `${found.length - 5} more`] : found);
  return [
    `By their names these columns hold secrets: ${shown}. What consumers must not see goes into column.exclude.list, or behind column.mask.hash.v2….with.salt….`,
  ];
}

/** The connector's configuration for the REST API, or with comments. */
export function connectorFile(plan: SetupPlan, choices: SetupChoices, format: "json" | "jsonc"): string {
  return format === "json" ? connectorJson(choices.name, plan.settings) : connectorJsonc(choices.name, plan.settings);
}

/** The page beside the configuration: every setting, every table and what to ask of the server. */
export function connectorPage({ settings, identities, server, notes }: SetupPlan, choices: SetupChoices): string {
  return `${[
    `# Connector ${choices.name}`,
    "What stands in its configuration and in the migration that goes with it, and why.",
    "## Before the first start",
    notes.map((note) => `- ${note}`).join("\n"),
    "## Settings of the PostgreSQL server",
    [
      "| setting | wanted | now | why |",
      "| --- | --- | --- | --- |",
      ...server.map(
        ({ name, wanted, present, isMet, needsRestart, why }) =>
          `| \`${name}\` | ${cell(wanted)}${needsRestart ? " (restart)" : ""} | ${present === null ? "not known" : `${cell(present)}${isMet === true ? "" : ", **to be changed**"}`} | ${cell(why)} |`,
      ),
    ].join("\n"),
    "## Captured tables",
    [
      "| table | REPLICA IDENTITY | why | cost |",
      "| --- | --- | --- | --- |",
      ...identities.map(
        ({ relation, wanted, why, cost }) =>
          `| ${cell(`${relation.schema}.${relation.name}`)} | ${identityText(wanted)} | ${cell(why)} | ${cell(cost ?? "none")} |`,
      ),
    ].join("\n"),
    settingsTable(settings),
  ].join("\n\n")}\n`;
}

export function identityText(wanted: IdentityPlan["wanted"]): string {
  return typeof wanted === "object" ? `USING INDEX ${wanted.index}` : wanted.toUpperCase();
}
