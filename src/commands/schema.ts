import { writeStdout } from "../io/output.ts";
import type { ConnectSchema } from "../model/connect-schema.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection, Schemas } from "../model/projection.ts";
import { projectAll } from "../pipeline.ts";
import { UserError } from "../errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConnectors } from "./connectors.ts";
import type { CheckOptions } from "./options.ts";
import { prepare } from "./prepare.ts";

export interface SchemaOptions extends CheckOptions {
  /** `schema.name`, or a bare name; empty: all. */
  readonly tables: readonly string[];
}

/** One line of `driftgate schema --format json`. */
interface SchemaRow {
  readonly connector: string;
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
  readonly part: "key" | "value";
  readonly subject: string | null;
  readonly origin: "snapshot" | "streaming";
  readonly connect: ConnectSchema | null;
  readonly avro: JsonValue | null;
}

/** `driftgate schema`: what Debezium registers after all migrations. @returns the exit code: 1 when something could not be predicted */
export async function schemaCommand(options: SchemaOptions): Promise<number> {
  const { config, result } = await prepare(options, "none");
  const { connectors } = await loadConnectors(options, config);
  const { baseline, steps } = result;
  const wanted = projectAll({ baseline, steps, connectors }).after.filter(({ relation }) => isWanted(relation, options.tables));
  if (wanted.length === 0 && options.tables.length > 0) {
    throw new UserError("USAGE", `no captured table is named ${options.tables.join(", ")}; "driftgate catalog" lists the tables`);
  }
  await writeStdout(
    options.formats.includes("json") ? `${JSON.stringify(wanted.flatMap(rowsOf), null, 2)}\n` : wanted.map(textOf).join("\n"),
  );
  for (const problem of result.problems) process.stderr.write(`driftgate: unknown: ${problem.reason}\n`);
  return wanted.some(({ caveats }) => caveats.some(({ effect }) => effect === "unknown")) || result.problems.length > 0
    ? exitCodes.fail
    : exitCodes.pass;
}

const isWanted = ({ schema, name }: Projection["relation"], tables: readonly string[]): boolean =>
  tables.length === 0 || tables.some((table) => table === name || table === `${schema}.${name}`);

function rowsOf(projection: Projection): readonly SchemaRow[] {
  const origins: readonly ["snapshot" | "streaming", Schemas | null][] = [
    ["snapshot", projection.snapshot],
    ["streaming", projection.streaming],
  ];
  return origins.flatMap(([origin, schemas]) =>
    schemas === null ? [] : [row(projection, origin, "key", schemas), row(projection, origin, "value", schemas)],
  );
}

function row(projection: Projection, origin: "snapshot" | "streaming", part: "key" | "value", schemas: Schemas): SchemaRow {
  const { connector, relation, topic, keySubject, valueSubject } = projection;
  const isKey = part === "key";
  return {
    connector,
    schema: relation.schema,
    table: relation.name,
    topic,
    part,
    subject: isKey ? keySubject : valueSubject,
    origin,
    connect: isKey ? schemas.key : schemas.value,
    avro: isKey ? schemas.keyAvro : schemas.valueAvro,
  };
}

function textOf(projection: Projection): string {
  const { relation, topic, columns, key, keySubject, valueSubject, silent, caveats } = projection;
  const width = Math.max(...columns.map(({ column }) => column.length), 6);
  const lines = [
    `${relation.schema}.${relation.name} → topic ${topic}`,
    `  key subject   ${keySubject ?? "none: records have no key"}${key.columns.length > 0 ? ` (${key.columns.join(", ")})` : ""}`,
    `  value subject ${valueSubject ?? "none"}`,
    ...(silent === null ? [] : [`  not streamed: ${silent}`]),
    ...columns.map(({ column, field, omitted, schema }) =>
      field === null || schema === null
        ? `  ${column.padEnd(width)}  not in the stream: ${omitted ?? "unknown"}`
        : `  ${column.padEnd(width)}  ${fieldText(schema)}${field === column ? "" : `, as ${field}`}`,
    ),
    ...caveats.map(({ message, effect }) => `  ${effect}: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}

function fieldText({ type, name, optional, default: value }: ConnectSchema): string {
  const parts = [
    type,
    ...(name === undefined ? [] : [name]),
    optional ? "optional" : "required",
    ...(value === undefined ? [] : [`default ${JSON.stringify(value)}`]),
  ];
  return parts.join(" ");
}
