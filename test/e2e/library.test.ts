import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import * as driftgate from "../../src/index.ts";
import type {
  Catalog,
  CatalogSnapshot,
  CompatibilityLevel,
  Connector,
  Engine,
  Inputs,
  ParsedMigration,
  Parser,
  Projection,
  Report,
  Rewrite,
  SubjectVersion,
} from "../../src/index.ts";
import { driftgateHere as cli, makeProject } from "../support/cli.ts";

const history = [
  { id: "1", sql: "CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(80) NOT NULL, note text);" },
  { id: "2", sql: "ALTER TABLE customer RENAME COLUMN note TO remark;\nALTER TABLE customer ADD COLUMN since date;" },
];
const settings = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
  "key.converter": "io.confluent.connect.avro.AvroConverter",
  "key.converter.schema.registry.url": "http://registry.example:8081",
  "value.converter": "io.confluent.connect.avro.AvroConverter",
  "value.converter.schema.registry.url": "http://registry.example:8081",
};

const names = (at: Catalog): readonly string[] => at.relations.flatMap(({ columns }) => columns.map(({ name }) => name));
const withoutOids = ({ tables }: CatalogSnapshot): readonly object[] => tables.map((table) => ({ ...table, oid: 0 }));
const record = (...fields: readonly object[]): string => JSON.stringify({ type: "record", name: "R", fields });
const stored = (schema: string, version: number): SubjectVersion => ({ version, id: null, schema, schemaType: "AVRO", references: [] });

let parser: Parser;
let engine: Engine;
beforeAll(async () => {
  parser = await driftgate.createParser({ postgresVersion: 17 });
  engine = await driftgate.openEngine({ engine: "pglite" });
});
afterAll(() => engine.close());

describe("from migrations to streams", () => {
  test("parseMigration gives statements and problems with their places", () => {
    const parsed = driftgate.parseMigration(parser, { id: "3", sql: "DROP TABLE customer;\nSELEC 1;\nSELECT 2" });
    expectTypeOf(parsed).toEqualTypeOf<ParsedMigration>();
    expect(parsed.statements.map(({ kind, sql }) => [kind, sql])).toEqual([
      ["drop", "DROP TABLE customer"],
      ["select", "SELECT 2"],
    ]);
    expect(parsed.problems).toMatchObject([
      { message: 'syntax error at or near "SELEC"', span: { path: "3", start: { line: 2, column: 1 } } },
    ]);
  });

  test("replay runs them, and each pending statement is a step between two catalogs", async () => {
    const { catalog, steps, problems } = await driftgate.replay(engine, parser, history);
    expectTypeOf(catalog).toEqualTypeOf<Catalog>();
    expect(problems).toEqual([]);
    expect(steps.map(({ migration, certainty, error }) => ({ migration, certainty, error }))).toEqual(
      ["1", "2", "2"].map((migration) => ({ migration, certainty: "executed", error: null })),
    );
    expect(steps.map(({ after }) => names(after))).toEqual([
      ["id", "email", "note"],
      ["id", "email", "remark"],
      ["id", "email", "remark", "since"],
    ]);
    expect(names(catalog)).toEqual(["id", "email", "remark", "since"]);
  });

  test("replay starts from a dump or from a catalog", async () => {
    const [first, second] = history;
    if (first === undefined || second === undefined) throw new Error("two migrations are needed");
    const whole = driftgate.toSnapshot((await driftgate.replay(engine, parser, history)).catalog);
    const fromDump = await driftgate.replay(engine, parser, [second], first.sql);
    expect(withoutOids(driftgate.toSnapshot(fromDump.catalog))).toEqual(withoutOids(whole));
    const { catalog } = await driftgate.replay(engine, parser, [first]);
    const fromCatalog = await driftgate.replay(engine, parser, [second], catalog);
    expect(fromCatalog.problems).toEqual([]);
    expect(withoutOids(driftgate.toSnapshot(fromCatalog.catalog))).toEqual(withoutOids(whole));
  });

  test("what PostgreSQL refuses is a problem, never a throw", async () => {
    const { problems, steps } = await driftgate.replay(engine, parser, [...history, { id: "3", sql: "DROP TABLE nobody;" }]);
    expect(problems).toMatchObject([{ code: "sql-refused", migration: "3", span: { start: { line: 1, column: 1 } } }]);
    expect(steps.at(-1)?.error).toMatchObject({ code: "42P01" });
  });

  test("toSnapshot has the form of a catalog snapshot", async () => {
    const { catalog } = await driftgate.replay(engine, parser, history);
    const snapshot = driftgate.toSnapshot(catalog);
    expect(Object.keys(snapshot)).toEqual(["tables", "enums", "domains", "composites", "publications"]);
    expect(snapshot.tables).toEqual([
      {
        oid: expect.any(Number),
        schema: "public",
        name: "customer",
        kind: "table",
        persistence: "permanent",
        columns: [
          { attnum: 1, name: "id", type: "bigint", notNull: true, default: null, identity: "always", generated: null },
          { attnum: 2, name: "email", type: "character varying(80)", notNull: true, default: null, identity: null, generated: null },
          { attnum: 3, name: "remark", type: "text", notNull: false, default: null, identity: null, generated: null },
          { attnum: 4, name: "since", type: "date", notNull: false, default: null, identity: null, generated: null },
        ],
        primaryKey: { name: "customer_pkey", columns: ["id"] },
        uniqueIndexes: [],
        replicaIdentity: "default",
        partitionKey: null,
        partitionOf: null,
        inherits: null,
      },
    ]);
  });

  test("readConnector and project give the topic, the subjects and the schemas", async () => {
    const { catalog } = await driftgate.replay(engine, parser, history);
    const connector = driftgate.readConnector(settings, { debeziumVersion: "3.6" });
    expectTypeOf(connector).toEqualTypeOf<Connector>();
    const projections = driftgate.project(catalog, connector);
    expectTypeOf(projections).toExtend<readonly Projection[]>();
    expect(projections).toMatchObject([
      { topic: "shop.public.customer", keySubject: "shop.public.customer-key", valueSubject: "shop.public.customer-value" },
    ]);
    expect(projections[0]?.streaming?.keyAvro).toMatchObject({ type: "record", name: "Key", namespace: "shop.public.customer" });
    expect(() => driftgate.readConnector({ "topic.prefix": "shop" })).toThrow(driftgate.UserError);
  });

  test("the engine without a server says what the text alone tells", async () => {
    const none = await driftgate.openEngine({ engine: "none" });
    const { steps, catalog } = await driftgate.replay(none, parser, history);
    await none.close();
    expect(steps.map(({ certainty }) => certainty)).toEqual(["assumed", "assumed", "assumed"]);
    expect(catalog.relations.map(({ name }) => name)).toEqual(["customer"]);
    await expect(driftgate.openEngine({ engine: "nothing-of-the-kind" })).rejects.toMatchObject({ name: "UserError", code: "USAGE" });
  });
});

describe("compatibility", () => {
  const id = { name: "id", type: "long" };
  const added = { name: "x", type: "string" };

  test("checkCompatibility answers in the registry's words", () => {
    expect(driftgate.checkCompatibility(record(id), record(id, added))).toEqual({ compatible: true, incompatibilities: [] });
    expect(driftgate.checkCompatibility(record(id, added), record(id))).toEqual({
      compatible: false,
      incompatibilities: [{ type: "READER_FIELD_MISSING_DEFAULT_VALUE", path: "/fields/1", message: "x" }],
    });
    expect(() => driftgate.checkCompatibility("nonsense{", '"int"')).toThrow(expect.objectContaining({ code: "SCHEMA_INVALID" }));
  });

  test("checkSubject takes the versions oldest first, and only transitive levels look at all", () => {
    const versions = [stored(record(id), 1), stored(record(id, added), 2)];
    const verdict = (level: CompatibilityLevel) => driftgate.checkSubject(level, record(id, added), versions);
    expect(verdict("BACKWARD")).toEqual({ compatible: true, failures: [] });
    expect(verdict("NONE").compatible).toBe(true);
    expect(verdict("BACKWARD_TRANSITIVE")).toMatchObject({ compatible: false, failures: [{ version: 1, direction: "backward" }] });
  });
});

const files = {
  "m/V1__customer.sql": `${history[0]?.sql ?? ""}\n`,
  "m/V2__remark.sql": `${history[1]?.sql ?? ""}\n`,
  "c.json": JSON.stringify({ name: "shop", config: settings }),
};

describe("the same as the command line", () => {
  const project = makeProject(files);
  afterAll(project.remove);
  const run = async (...args: readonly string[]) => cli(args, { cwd: project.path });
  const fileText = (name: string): string => readFileSync(join(project.path, name), "utf8");
  const source = ["--connector", "c.json"];

  test("check, rewrite and render on saved inputs", async () => {
    const checked = await run("check", "m", "--pending", "m/V2*", ...source, "--save-inputs", "inputs.json", "--format", "json");
    expect(checked.exitCode).toBe(1);
    const inputs = driftgate.parseInputs(fileText("inputs.json"), "inputs.json");
    expectTypeOf(inputs).toEqualTypeOf<Inputs>();
    const report = driftgate.check(inputs);
    expectTypeOf(report).toEqualTypeOf<Report>();
    expect(report.verdict.outcome).toBe("fail");
    expect(report.verdict.findings.map(({ ruleId }) => ruleId)).toContain("column-renamed");
    expect(JSON.parse(driftgate.render(report, "json"))).toEqual(JSON.parse(checked.stdout));
    expect(driftgate.check(inputs)).toEqual(report);
    expect(driftgate.serializeInputs(inputs)).toBe(fileText("inputs.json"));
    for (const format of ["text", "sarif", "github", "gitlab", "markdown", "html"] as const) {
      expect(driftgate.render(report, format), format).toContain("remark");
    }
    const rewrites = driftgate.rewrite(report);
    expectTypeOf(rewrites).toEqualTypeOf<readonly Rewrite[]>();
    expect(rewrites.map(({ phases }) => phases.map(({ name }) => name))).toEqual([["expand", "migrate", "contract"]]);
    expect(() => driftgate.parseInputs("{}", "i.json")).toThrow(expect.objectContaining({ code: "INPUTS_INVALID" }));
  });

  test("schema --format json", async () => {
    const { stdout, exitCode } = await run("schema", "public.customer", "--path", "m", ...source, "--format", "json");
    expect(exitCode).toBe(0);
    // A cast: the list of objects that the command promises, looked at key by key below.
    const rows = JSON.parse(stdout) as readonly Readonly<Record<string, unknown>>[];
    const { catalog } = await driftgate.replay(engine, parser, history);
    const [stream] = driftgate.project(catalog, driftgate.readConnector(settings));
    expect(rows).toEqual(
      (["snapshot", "streaming"] as const).flatMap((origin) =>
        (["key", "value"] as const).map((part) => ({
          connector: "shop",
          schema: "public",
          table: "customer",
          topic: "shop.public.customer",
          part,
          subject: `shop.public.customer-${part}`,
          origin,
          connect: stream?.[origin]?.[part],
          avro: stream?.[origin]?.[`${part}Avro`],
        })),
      ),
    );
  });

  test("catalog --format json, --at and --history", async () => {
    const { catalog } = await driftgate.replay(engine, parser, history);
    // A cast: toSnapshot's own form.
    const snapshot = JSON.parse((await run("catalog", "m", "--format", "json")).stdout) as CatalogSnapshot;
    expect(snapshot).toEqual({
      ...driftgate.toSnapshot(catalog),
      tables: [{ ...driftgate.toSnapshot(catalog).tables[0], oid: snapshot.tables[0]?.oid }],
    });
    const first = JSON.parse((await run("catalog", "m", "--format", "json", "--at", "V1__customer.sql")).stdout) as CatalogSnapshot;
    expect(first.tables[0]?.columns.map(({ name }) => name)).toEqual(["id", "email", "note"]);
    const { stdout } = await run("catalog", "m", "--history");
    const lines: readonly unknown[] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { n: 1, migration: "V1__customer.sql", status: "ok", tables: { "public.customer": expect.objectContaining({ kind: "table" }) } },
      {
        n: 2,
        migration: "V2__remark.sql",
        status: "ok",
        tables: { "public.customer": expect.objectContaining({ primaryKey: { name: "customer_pkey", columns: ["id"] } }) },
        renames: { columns: { "public.customer": { note: "remark" } } },
      },
    ]);
  });

  test("catalog --history: a text that PostgreSQL cannot parse has failed", async () => {
    project.write({ "broken/1_a.sql": "CREATE TABLE t (id int);", "broken/2_b.sql": "ALTER TABLE t ADD COLUMN x int;\nUPDATE t SET SET;" });
    const { stdout, exitCode } = await run("catalog", "broken", "--history");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout.trimEnd().split("\n")[1] ?? "")).toEqual({
      n: 2,
      migration: "2_b.sql",
      status: "failed",
      error: { code: "42601", message: expect.stringContaining("syntax error") },
    });
  });

  test("compat on two files and on a subject", async () => {
    project.write({
      "old.avsc": '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "long"}]}',
      "new.avsc": '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "int"}]}',
      "subjects/config.json": '{"compatibilityLevel": "FORWARD"}',
    });
    project.write({ "subjects/r-value/1.avsc": fileText("old.avsc") });
    const message = { type: "TYPE_MISMATCH", path: "/fields/0/type", message: "reader type: INT not compatible with writer type: LONG" };
    const two = await run("compat", "new.avsc", "old.avsc", "--format", "json");
    expect(two.exitCode).toBe(1);
    expect(JSON.parse(two.stdout)).toEqual({ compatible: false, incompatibilities: [message] });
    expect((await run("compat", "old.avsc", "new.avsc")).exitCode).toBe(0);
    const subject = ["compat", "new.avsc", "--subject", "r-value", "--registry", "subjects", "--format", "json"];
    expect(JSON.parse((await run(...subject)).stdout)).toMatchObject({ compatible: true, level: "FORWARD", incompatibilities: [] });
    const strict = await run(...subject, "--level", "FULL");
    expect(strict.exitCode).toBe(1);
    expect(JSON.parse(strict.stdout)).toMatchObject({ compatible: false, level: "FULL", incompatibilities: [message] });
  });

  test("of a lone file on a table that nobody made, only what it says is claimed", async () => {
    project.write({ "lone.sql": "ALTER TABLE elsewhere RENAME COLUMN note TO remark;\nALTER TABLE elsewhere DROP COLUMN slug;\n" });
    const { stdout } = await run("check", "lone.sql");
    expect(stdout).toContain('Whether "note" may be missing is not known here.');
    expect(stdout).toContain('Whether "slug" may be missing is not known here.');
    expect(stdout).not.toContain("No registry objects to that");
  });

  test("rules, all and one", async () => {
    // A cast: the list of objects that the command promises.
    const rules = JSON.parse((await run("rules", "--format", "json")).stdout) as readonly Readonly<Record<string, unknown>>[];
    expect(rules.length).toBeGreaterThan(25);
    for (const rule of rules) expect(Object.keys(rule)).toEqual(["id", "title", "category", "severity", "since", "requires"]);
    const one = await run("rules", "column-renamed", "--format", "json");
    expect(JSON.parse(one.stdout)).toMatchObject({ id: "column-renamed", severity: "error", documentation: expect.stringContaining("# ") });
    expect((await run("rules", "column-renamed")).stdout).toMatch(
      /^# column-renamed\n\n\| category [^]*\n\nA captured column gets another name\.\n/,
    );
    expect((await run("rules", "column-renamed")).stdout).not.toContain("<!--");
  });
});
