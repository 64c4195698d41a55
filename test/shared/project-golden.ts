import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "../../src/model/catalog.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import type { Projection, Schemas } from "../../src/model/projection.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { openDatabase } from "../project/catalog-from-sql.ts";
import type { Database } from "../project/catalog-from-sql.ts";

const SHARED = process.env.DRIFTGATE_SHARED ?? "../shared";

export interface Case {
  readonly id: string;
  readonly connector: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  readonly preseed?: readonly string[];
  readonly seed?: readonly string[];
  readonly migration?: readonly string[];
}

export interface Recorded {
  readonly keySchemaConnect?: JsonValue;
  readonly valueSchemaConnect?: JsonValue;
  readonly keyAvro: JsonValue;
  readonly valueAvro: JsonValue;
  readonly keyAvroConfluent?: JsonValue;
  readonly valueAvroConfluent?: JsonValue;
}

export type Phase = "snapshot" | "before" | "after" | "restarted";
export type Golden = {
  readonly id: string;
  readonly tables?: readonly string[];
} & Partial<Record<Phase | "migration", Readonly<Record<string, Recorded | { readonly $same: Phase }>>>>;

export type Common = Readonly<Record<string, JsonObject>>;

export function readShared(path: string): string {
  return readFileSync(join(SHARED, path), "utf8");
}

export function readLines<T>(path: string): readonly T[] {
  return (
    readShared(path)
      .split("\n")
      .filter((line) => line.trim() !== "")
      // Written by the oracle in this form.
      .map((line) => JSON.parse(line) as T)
  );
}

/** How recorded schemas compare: "right", "unknown" (the projection says so itself), or the first difference. */
export interface Outcome {
  readonly where: string;
  readonly result: string;
}

/** One entry for each recorded schema pair of the case. */
export async function compareCase(database: Database, one: Case, golden: Golden, common: Common): Promise<readonly Outcome[]> {
  await reset(database);
  for (const sql of one.before) await database.run(sql);
  const before = await database.catalog();
  await runAll(database, [...(one.preseed ?? []), ...(one.seed ?? []), ...(one.migration ?? [])]);
  return comparePhases(before, await database.catalog(), one.connector, golden, common);
}

export function comparePhases(
  before: Catalog,
  after: Catalog,
  connector: Readonly<Record<string, string>>,
  golden: Golden,
  common: Common,
): readonly Outcome[] {
  const phases: readonly (readonly [Phase, Catalog])[] = [
    ["snapshot", before],
    ["before", before],
    ["after", after],
    ["restarted", after],
  ];
  return phases.flatMap(([phase, catalog]) => {
    const recorded = Object.entries(golden[phase] ?? {});
    if (recorded.length === 0) return [];
    const projections = projectCase(catalog, connector);
    return recorded.map(([topic, entry]) => ({
      where: `${phase} ${topic}`,
      result: verdict(phase, topic, projections, resolve(golden, topic, entry), common),
    }));
  });
}

function projectCase(catalog: Catalog, overrides: Readonly<Record<string, string>>): readonly Projection[] {
  const connector = readConnector({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
    ...overrides,
    ...converterOptions(overrides),
  });
  return project(catalog, connector);
}

/** The oracle has one mapping for keys and values: an option of either counts for both. */
function converterOptions(overrides: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const options = Object.entries(overrides).flatMap(([setting, value]) => {
    const name = /^(?:key|value)\.converter\.(.+)$/.exec(setting)?.[1];
    return name === undefined ? [] : [[`key.converter.${name}`, value] as const, [`value.converter.${name}`, value] as const];
  });
  return Object.fromEntries(options);
}

function schemasOf(projection: Projection, phase: Phase): Schemas | null {
  return phase === "snapshot" ? projection.snapshot : projection.streaming;
}

function verdict(phase: Phase, topic: string, projections: readonly Projection[], recorded: Recorded, common: Common): string {
  const projection = projections.find((candidate) => candidate.topic === topic && schemasOf(candidate, phase) !== null);
  if (projection === undefined) return projections.some(isUnknown) ? "unknown" : "not predicted";
  const difference = isError(recorded) ? "Avro refuses it" : firstDifference(schemasOf(projection, phase), recorded, common);
  if (difference === null) return "right";
  return isUnknown(projection) ? "unknown" : difference;
}

function isUnknown(projection: Projection): boolean {
  return projection.caveats.some((caveat) => caveat.effect === "unknown");
}

function isError(recorded: Recorded): boolean {
  const schemas = [recorded.keyAvroConfluent ?? recorded.keyAvro, recorded.valueAvroConfluent ?? recorded.valueAvro];
  return schemas.some((schema) => isObject(schema) && "error" in schema);
}

function firstDifference(schemas: Schemas | null, recorded: Recorded, common: Common): string | null {
  const pairs: readonly (readonly [string, JsonValue, JsonValue | undefined])[] = [
    // A schema is plain JSON.
    ["keyConnect", (schemas?.key ?? null) as JsonValue, recorded.keySchemaConnect],
    ["valueConnect", (schemas?.value ?? null) as JsonValue, recorded.valueSchemaConnect],
    ["keyAvro", schemas?.keyAvro ?? null, recorded.keyAvroConfluent ?? recorded.keyAvro],
    ["valueAvro", schemas?.valueAvro ?? null, recorded.valueAvroConfluent ?? recorded.valueAvro],
  ];
  for (const [name, mine, theirs] of pairs) {
    if (theirs === undefined) continue;
    const path = differ(mine, restore(theirs, common), name);
    if (path !== null) return path;
    if (name.endsWith("Avro") && JSON.stringify(mine) !== JSON.stringify(theirs)) return `${name}: order of properties`;
  }
  return null;
}

function differ(mine: JsonValue, theirs: JsonValue, path: string): string | null {
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
      const name = [mine[at], theirs[at]]
        .map((one) => (one as { field?: string; name?: string } | undefined)?.field ?? (one as { name?: string } | undefined)?.name ?? "")
        .join("~");
      const below = differ(mine[at] ?? null, theirs[at] ?? null, `${path}[${at} ${name}]`);
      if (below !== null) return below;
    }
    return null;
  }
  if (isObject(mine) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      const below = differ(mine[key] ?? null, theirs[key] ?? null, `${path}.${key}`);
      if (below !== null) return below;
    }
    return null;
  }
  return mine === theirs ? null : `${path}: predicted ${short(mine)}, recorded ${short(theirs)}`;
}

const short = (value: JsonValue): string => (JSON.stringify(value) ?? "undefined").slice(0, 160);

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Puts the constant blocks back that the oracle cut out of Connect schemas. */
function restore(schema: JsonValue, common: Common): JsonValue {
  if (!isObject(schema) || !Array.isArray(schema["fields"])) return schema;
  const before = (schema["fields"] as readonly JsonObject[]).find((field) => field["field"] === "before");
  const fields = (schema["fields"] as readonly JsonObject[]).map((field) => {
    const reference = field["$ref"];
    if (typeof reference === "string") return { ...common[reference], field: field["field"] ?? null };
    return field["fields"] === "$same-as-before" ? { ...field, fields: before?.["fields"] ?? null } : field;
  });
  return { ...schema, fields };
}

function resolve(golden: Golden, topic: string, entry: Recorded | { readonly $same: Phase }): Recorded {
  if (!("$same" in entry)) return entry;
  const other = golden[entry.$same]?.[topic];
  if (other === undefined) throw new Error(`${golden.id}: nothing at ${entry.$same} ${topic}`);
  return resolve(golden, topic, other);
}

/** A database with the extensions of the oracle's, in a schema that survives from case to case; pgvector's types are stand-ins made of text. */
export async function openOracleDatabase(): Promise<Database> {
  const database = await openDatabase();
  await database.run("CREATE SCHEMA ext; SET search_path = public, ext");
  for (const name of ["citext", "cube", "hstore", "isn", "ltree"]) await database.run(`CREATE EXTENSION ${name} SCHEMA ext`);
  for (const name of ["vector", "halfvec", "sparsevec"]) {
    await database.run(`SET search_path = ext; CREATE TYPE ${name};
      CREATE FUNCTION ${name}_in(cstring) RETURNS ${name} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
      CREATE FUNCTION ${name}_out(${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
      CREATE TYPE ${name} (INPUT = ${name}_in, OUTPUT = ${name}_out, TYPMOD_IN = pg_catalog.varbittypmodin, TYPMOD_OUT = pg_catalog.varbittypmodout);
      SET search_path = public, ext`);
  }
  return database;
}

export async function reset(database: Database): Promise<void> {
  await database.run("ROLLBACK").catch(() => undefined);
  await database.run(`
    SET session_replication_role = origin;
    DO $$ DECLARE n text; BEGIN
      FOR n IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', n); END LOOP;
      FOR n IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'ext') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', n); END LOOP;
    END $$; CREATE SCHEMA public; SET search_path = public, ext`);
}

/** A statement that PostgreSQL refuses was refused in the recorded run as well. */
export async function runAll(database: Database, statements: readonly string[]): Promise<void> {
  for (const sql of statements) {
    try {
      await database.run(sql);
    } catch {
      await database.run("ROLLBACK").catch(() => undefined);
    }
  }
}
