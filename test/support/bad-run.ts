import { expect } from "vitest";
import type { CliRun } from "./cli.ts";
import { driftgateHere, makeProject } from "./cli.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const secret = "hunter2";
export const base = "CREATE TABLE orders (id bigint PRIMARY KEY, email text);\n";
export const addition = "ALTER TABLE orders ADD COLUMN note text;\n";
const settings = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
  "database.password": secret,
  "key.converter": "io.confluent.connect.avro.AvroConverter",
  "key.converter.schema.registry.url": `http://reader:${secret}@registry.example:8081`,
  "key.converter.basic.auth.user.info": `reader:${secret}`,
  "value.converter": "io.confluent.connect.avro.AvroConverter",
  "value.converter.schema.registry.url": "http://registry.example:8081",
};
export const connector = (changes: Readonly<Record<string, string | null>> = {}): string =>
  JSON.stringify({
    name: "shop",
    config: Object.fromEntries(Object.entries({ ...settings, ...changes }).filter(([, value]) => value !== null)),
  });
export const check = ["check", "m", "--pending", "m/V2*"];
export const withConnector = [...check, "--connector", "c.json"];

export const undo: (() => void | Promise<void>)[] = [];
/** For afterEach: removes the folders and closes the servers of one test. */
export async function undoAll(): Promise<void> {
  for (const one of undo.splice(0)) await one();
}

/** One run on the files, in this process or as `start` says. */
export async function run(files: Files, args: readonly string[], start: typeof driftgateHere = driftgateHere): Promise<CliRun> {
  const project = makeProject({ "m/V1__orders.sql": base, "m/V2__note.sql": addition, ...files });
  undo.push(project.remove);
  const result = await start(args, { cwd: project.path });
  expect(result.stdout + result.stderr, "no secret").not.toContain(secret);
  expect(result.stdout + result.stderr, "no stack trace").not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
  return result;
}

/** Could not run: exit 2, nothing on stdout, and the one message. */
export async function refuses(
  message: string | RegExp,
  files: Files,
  args: readonly string[] = check,
  start = driftgateHere,
): Promise<CliRun> {
  const result = await run(files, args, start);
  if (typeof message === "string") expect(result.stderr).toBe(`driftgate: ${message}\n`);
  else expect(result.stderr).toMatch(message);
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  return result;
}

export interface JsonReport {
  readonly verdict: string;
  readonly findings: readonly {
    readonly ruleId: string;
    readonly what: string;
    readonly why: string;
    readonly column: string | null;
    readonly span: unknown;
  }[];
  readonly unknowns: readonly { readonly code: string; readonly reason: string; readonly span: unknown }[];
}

/** A verdict that is no pass, as JSON. */
export async function judges(files: Files, args: readonly string[] = check): Promise<JsonReport> {
  const result = await run(files, [...args, "--format", "json"]);
  expect(result).toMatchObject({ exitCode: 1, stderr: "" });
  // A cast: the JSON report has this form; its own schema is tested elsewhere.
  return JSON.parse(result.stdout) as JsonReport;
}
