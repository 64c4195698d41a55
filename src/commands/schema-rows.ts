import { UserError } from "../errors.ts";
import type { ConnectSchema } from "../model/connect-schema.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection, Schemas } from "../model/projection.ts";
import type { CheckOptions } from "./options.ts";

export interface SchemaOptions extends CheckOptions {
  /** `schema.name`, or a bare name; empty: all. */
  readonly tables: readonly string[];
  /** What to compare with: a version of Debezium, a file, a subject or "registry", or a git ref; null: only show. */
  readonly against: string | null;
}

/** One item of `driftgate schema --format json`. */
export interface SchemaRow {
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

export function rowsOf(projection: Projection): readonly SchemaRow[] {
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

export const isUnknown = ({ caveats }: Projection): boolean => caveats.some(({ effect }) => effect === "unknown");

export const isNamed = ({ relation: { schema, name } }: Projection, table: string): boolean =>
  table === name || table === `${schema}.${name}`;

/** @throws UserError USAGE when a table that is named is not captured */
export function wantedOf(projections: readonly Projection[], tables: readonly string[]): readonly Projection[] {
  const missing = tables.filter((table) => !projections.some((one) => isNamed(one, table)));
  if (missing.length > 0)
    throw new UserError("USAGE", `no captured table is named ${missing.join(", ")}; "driftgate catalog" lists the tables`);
  return tables.length === 0 ? projections : projections.filter((one) => tables.some((table) => isNamed(one, table)));
}

/** Columns of the terminal; 0 where there is none, so that nothing is cut in a file. */
export const terminalWidth = (): number => (process.stdout.isTTY ? Math.max(process.stdout.columns ?? 80, 60) : 0);
