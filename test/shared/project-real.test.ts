import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog, Relation } from "../../src/model/catalog.ts";
import type { Database } from "../project/catalog-from-sql.ts";
import { comparePhases, openOracleDatabase, readLines, readShared, reset } from "./project-golden.ts";
import type { Common, Golden } from "./project-golden.ts";

type SnapshotColumn = Pick<Relation["columns"][number], "name" | "notNull" | "default" | "identity" | "generated"> & {
  readonly type: string;
};
type Definition = Pick<Relation, "kind" | "persistence" | "primaryKey" | "partitionKey" | "partitionOf"> & {
  readonly columns: readonly SnapshotColumn[];
  readonly uniqueIndexes: readonly { readonly name: string; readonly columns: readonly string[] }[];
};
type Objects<Value> = Readonly<Record<string, Value | null>>;

/** A line of a corpus catalog: the objects that the migration left behind in another state. */
interface Line {
  readonly n: number;
  readonly tables?: Objects<Definition>;
  readonly enums?: Objects<readonly string[]>;
  readonly domains?: Objects<{ readonly type: string; readonly notNull: boolean }>;
  readonly composites?: Objects<readonly { readonly name: string; readonly type: string }[]>;
}

interface State {
  readonly tables: Map<string, Definition>;
  readonly types: Map<string, string>;
}

/** The running connector keeps the enum labels it read at its start; the projection is that of a restart. */
const REMEMBERED: ReadonlySet<string> = new Set([
  "kestra/13 after srv.public.queues",
  "kestra/21 after srv.public.queues",
  "cosmo/51 after srv.public.organization_member_roles",
]);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const qualified = (name: string): string => name.split(".").map(quoted).join(".");

function put<Value>(target: Map<string, Value>, name: string, value: Value | null): void {
  if (value === null) target.delete(name);
  else target.set(name, value);
}

function apply(state: State, line: Line): void {
  for (const [name, definition] of Object.entries(line.tables ?? {})) put(state.tables, name, definition);
  for (const [name, labels] of Object.entries(line.enums ?? {})) {
    put(
      state.types,
      name,
      labels && `CREATE TYPE ${qualified(name)} AS ENUM (${labels.map((one) => `'${one.replaceAll("'", "''")}'`).join(", ")})`,
    );
  }
  for (const [name, domain] of Object.entries(line.domains ?? {})) {
    put(state.types, name, domain && `CREATE DOMAIN ${qualified(name)} AS ${domain.type}${domain.notNull ? " NOT NULL" : ""}`);
  }
  for (const [name, attributes] of Object.entries(line.composites ?? {})) {
    put(
      state.types,
      name,
      attributes && `CREATE TYPE ${qualified(name)} AS (${attributes.map((one) => `${quoted(one.name)} ${one.type}`).join(", ")})`,
    );
  }
}

/** PostgreSQL resolves the types' names; everything else is as the corpus catalog says. */
async function catalogOf(database: Database, state: State, wanted: ReadonlySet<string>): Promise<Catalog> {
  await reset(database);
  const names = [...state.tables.keys()].filter((name) => wanted.has(name));
  const schemas = new Set([...names, ...state.types.keys()].map((name) => name.slice(0, name.indexOf("."))));
  for (const schema of schemas) await database.run(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
  // Types may rest on one another in any order.
  for (let round = 0; round < 3; round += 1) for (const sql of state.types.values()) await database.run(sql).catch(() => undefined);
  for (const name of names) {
    const columns = state.tables
      .get(name)
      ?.columns.map(
        (column) =>
          `${quoted(column.name)} ${column.type.replaceAll("public.citext", "ext.citext").replaceAll("public.ltree", "ext.ltree")}`,
      );
    await database.run(`CREATE TABLE ${qualified(name)} (${columns?.join(", ") ?? ""})`).catch(() => undefined);
  }
  const catalog = await database.catalog();
  return {
    ...catalog,
    relations: catalog.relations.map((relation) => patched(relation, state.tables.get(`${relation.schema}.${relation.name}`))),
  };
}

function patched(relation: Relation, definition: Definition | undefined): Relation {
  if (definition === undefined) return relation;
  const { kind, persistence, primaryKey, partitionKey, partitionOf } = definition;
  const index = { partial: false, expressions: false, immediate: true, valid: true, usableAsIdentity: true };
  return {
    ...relation,
    kind,
    persistence,
    primaryKey,
    partitionKey,
    partitionOf,
    uniqueIndexes: definition.uniqueIndexes.map((one) => ({ ...one, ...index })),
    columns: relation.columns.map((column, at) => {
      const { notNull, default: expression, identity, generated } = definition.columns[at] ?? column;
      return { ...column, notNull, default: expression, identity, generated };
    }),
  };
}

describe("projection of real migrations", () => {
  let database: Database;
  beforeAll(async () => {
    database = await openOracleDatabase();
  });
  afterAll(() => database.close());

  it("gives the recorded schemas", async () => {
    const tally = { right: 0, unknown: 0, remembered: 0 };
    const wrong: string[] = [];
    const common: Common = JSON.parse(readShared("oracle/golden/common.json"));
    const golden = readLines<Golden & { readonly project: string; readonly n: number }>("oracle-real/golden.jsonl");
    for (const project of new Set(golden.map((one) => one.project))) {
      const state: State = { tables: new Map(), types: new Map() };
      for (const line of readLines<Line>(`corpus/${project}/catalog.jsonl`)) {
        const one = golden.find((candidate) => candidate.project === project && candidate.n === line.n);
        const topics = Object.keys({ ...one?.before, ...one?.after }).map((topic) => topic.replace(/^srv\./, ""));
        const before = one === undefined ? null : await catalogOf(database, state, new Set(topics));
        apply(state, line);
        if (one === undefined || before === null) continue;
        const after = await catalogOf(database, state, new Set(topics));
        for (const { where, result } of comparePhases(before, after, {}, one, common)) {
          if (result === "right") tally.right += 1;
          else if (result === "unknown") tally.unknown += 1;
          else if (REMEMBERED.has(`${one.id} ${where}`)) tally.remembered += 1;
          else wrong.push(`${one.id} ${where}: ${result}`);
        }
      }
    }
    process.stdout.write(`real migrations: ${JSON.stringify({ ...tally, wrong: wrong.length })}\n`);
    expect(wrong).toEqual([]);
  });
});
