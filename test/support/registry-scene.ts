import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import type { Project } from "./cli.ts";
import { driftgateHere } from "./cli.ts";

// A migration that meets every answer a registry gives: `shop.public.<table>-value` of each table.

const tables = ["refused", "accepted", "readonly", "hidden", "referring", "unset", "unchecked"] as const;

/** As `orders`, with what happens to the subject as its name. */
const before = tables.map((name) => `CREATE TABLE ${name} (id bigint PRIMARY KEY, email text);`).join("\n");

const after = [
  "ALTER TABLE refused ADD COLUMN n int NOT NULL;",
  ...tables.slice(1).map((name) => `ALTER TABLE ${name} ADD COLUMN note text;`),
  "CREATE TABLE fresh (id int PRIMARY KEY, price double precision DEFAULT 1);",
  "ALTER TABLE accepted RENAME COLUMN email TO mail;",
].join("\n");

const settings = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
  "key.converter": "io.confluent.connect.avro.AvroConverter",
  "value.converter": "io.confluent.connect.avro.AvroConverter",
};

export const sceneFiles: Readonly<Record<string, string>> = {
  "m/V1__base.sql": `${before}\n`,
  "m/V2__next.sql": `${after}\n`,
  "c.json": JSON.stringify({ name: "shop", config: settings }),
};

export const sceneSettings: Readonly<Record<string, string>> = settings;

/** What a text shows of each verdict, so that no case is missing by mistake. */
export const sceneVerdicts: Readonly<Record<string, string>> = {
  refused: "refused",
  accepted: "accepted",
  readonly: "refused",
  hidden: "unknown",
  referring: "accepted",
  unset: "accepted",
  unchecked: "not-protected",
  fresh: "new-subject",
};

export const valueOf = (table: string): string => `shop.public.${table}-value`;

/** The schemas that the connector has registered before the migration, by subject. */
export async function sceneSubjects({ path }: Project): Promise<ReadonlyMap<string, string>> {
  const run = await driftgateHere(["schema", "--path", "m/V1__base.sql", "--connector", "c.json", "--format", "json"], { cwd: path });
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  // As `driftgate schema` prints it.
  const rows = JSON.parse(run.stdout) as readonly { readonly subject: string; readonly avro: JsonValue }[];
  return new Map(rows.map(({ subject, avro }) => [subject, JSON.stringify(avro)]));
}

/** A record that another subject holds, and one that refers to it, for a first version of `referring`. */
export const referred = JSON.stringify({ type: "record", name: "Inner", namespace: "lib", fields: [{ name: "y", type: "int" }] });
export const referring = JSON.stringify({
  type: "record",
  name: "Envelope",
  namespace: "shop.public.referring",
  fields: [{ name: "inner", type: ["null", "lib.Inner"], default: null }],
});
export const reference = { name: "lib.Inner", subject: "lib", version: 1 } as const;

const formats = ["text", "json", "sarif", "github", "gitlab", "markdown", "html"] as const;

export interface SceneReport {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** By format. */
  readonly reports: Readonly<Record<(typeof formats)[number], string>>;
}

/** `check` of the pending migration in every format. */
export async function checkScene({ path }: Project, name: string, args: readonly string[]): Promise<SceneReport> {
  const written = formats.flatMap((format) => ["--format", `${format}=${name}/report.${format}`]);
  const run = await driftgateHere(["check", "m", "--pending", "m/V2*", "--verbose", ...args, ...written], { cwd: path });
  const reports = formats.map((format) => [format, readFileSync(join(path, `${name}/report.${format}`), "utf8")] as const);
  // Every format is there, as the list is the type's.
  return { ...run, reports: Object.fromEntries(reports) as SceneReport["reports"] };
}

/** Outcomes by table of the value subjects. */
export function outcomesIn({ reports }: SceneReport): Readonly<Record<string, string>> {
  // The JSON report's form, which its own tests hold.
  const { subjects } = JSON.parse(reports.json) as {
    readonly subjects: readonly { readonly relation: string; readonly part: string; readonly verdict: { readonly outcome: string } }[];
  };
  const values = subjects.filter(({ part }) => part === "value");
  return Object.fromEntries(values.map(({ relation, verdict }) => [relation.replace("public.", ""), verdict.outcome]));
}
