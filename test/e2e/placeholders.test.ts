import { afterEach, expect, test } from "vitest";
import { driftgateHere, makeProject } from "../support/cli.ts";
import type { Project } from "../support/cli.ts";

const projects: Project[] = [];
afterEach(() => projects.splice(0).forEach((project) => project.remove()));

interface Snapshot {
  readonly tables: readonly { readonly schema: string; readonly name: string }[];
}

async function tablesOf(files: Readonly<Record<string, string>>, path: string) {
  const project = makeProject(files);
  projects.push(project);
  const { stdout, stderr } = await driftgateHere(["catalog", path, "--engine", "none", "--format", "json"], { cwd: project.path });
  // A cast: the form of a catalog snapshot.
  const { tables } = JSON.parse(stdout) as Snapshot;
  return { tables: tables.map(({ schema, name }) => `${schema}.${name}`), stderr };
}

const create = "CREATE TABLE ${schema}.t (id bigint PRIMARY KEY);\n";

test("Flyway's own files give the placeholders their values, driftgate.yml before them", async () => {
  const files = { "db/V1__t.sql": create, "flyway.conf": "flyway.placeholders.schema=app\n" };
  expect(await tablesOf(files, "db")).toEqual({ tables: ["app.t"], stderr: "" });
  expect(await tablesOf({ ...files, "driftgate.yml": "migrations: { placeholders: { schema: own } }\n" }, "db")).toMatchObject({
    tables: ["own.t"],
  });
  const spring = { "src/main/resources/application.yml": "spring: { flyway: { placeholders: { schema: app } } }\n" };
  expect(await tablesOf({ ...spring, "src/main/resources/db/migration/V1__t.sql": create }, ".")).toMatchObject({ tables: ["app.t"] });
});

test("Flyway's own marks, none at all, and none in one script", async () => {
  const marks = { "flyway.conf": "flyway.placeholderPrefix=#[\nflyway.placeholderSuffix=]\nflyway.placeholders.schema=app\n" };
  expect(await tablesOf({ ...marks, "db/V1__t.sql": 'CREATE TABLE #[schema]."${x}" (id int);\n' }, "db")).toEqual({
    tables: ["app.${x}"],
    stderr: "",
  });
  const quoted = { "db/V1__t.sql": 'CREATE TABLE "${x}" (id int);\n' };
  expect(await tablesOf({ ...quoted, "flyway.conf": "flyway.placeholderReplacement=false\n" }, "db")).toMatchObject({
    tables: ["public.${x}"],
  });
  expect(await tablesOf({ ...quoted, "db/V1__t.sql.conf": "placeholderReplacement=false\n" }, "db")).toMatchObject({
    tables: ["public.${x}"],
  });
});

test("Sqitch's variables and Liquibase's properties do", async () => {
  const sqitch = {
    "sqitch.plan": "%project=p\n\nt 2026-01-01T00:00:00Z A <a@b> # t\n",
    "sqitch.conf": '[core]\n\tengine = pg\n[deploy "variables"]\n\tschema = app\n',
    "deploy/t.sql": "CREATE TABLE :schema.t (id bigint PRIMARY KEY);\n",
  };
  expect(await tablesOf(sqitch, ".")).toMatchObject({ tables: ["app.t"] });
  const liquibase = `--liquibase formatted sql\n--property name:schema value:app\n--changeset a:1\n${create}`;
  expect(await tablesOf({ "db/changelog/a.sql": liquibase }, ".")).toMatchObject({ tables: ["app.t"] });
});

test("what \\gexec builds is run", async () => {
  const gexec =
    "SELECT format('ALTER TABLE %I ADD COLUMN note text', relname), 'CREATE TABLE ' || relname || '2 (id int)' FROM pg_class WHERE relname = 't' \\gexec\n";
  const project = makeProject({ "db/1.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n", "db/2.sql": gexec });
  projects.push(project);
  const { stdout, stderr } = await driftgateHere(["catalog", "db"], { cwd: project.path });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/public\.t\n.*\n {2}note {2}text\n[^]*public\.t2\n/), stderr: "" });
});

test("a placeholder without a value is one unknown that names the file, the line and the key", async () => {
  const project = makeProject({ "db/V1__t.sql": create, "db/V2__t.sql": "SELECT 1;\nDROP TABLE ${schema}.t;\n" });
  projects.push(project);
  const args = ["check", "db", "--pending", "db/V2*", "--engine", "none", "--format", "json"];
  const { stdout, exitCode } = await driftgateHere(args, { cwd: project.path });
  // A cast: the part of the JSON report that is looked at.
  const report = JSON.parse(stdout) as {
    readonly verdict: string;
    readonly findings: readonly { readonly ruleId: string; readonly remedy: string }[];
    readonly unknowns: readonly { readonly code: string; readonly reason: string }[];
  };
  expect({ verdict: report.verdict, exitCode }).toEqual({ verdict: "unknown", exitCode: 1 });
  expect(report.findings.map(({ ruleId, remedy }) => [ruleId, remedy])).toEqual([
    ["sql-opaque", expect.stringContaining("migrations: { placeholders: { schema: … } }")],
  ]);
  expect(report.unknowns).toMatchObject([
    {
      code: "migration-opaque",
      reason: expect.stringContaining("set migrations.placeholders.schema in driftgate.yml"),
      span: { path: "db/V1__t.sql", start: { line: 1 } },
    },
    {
      reason: expect.stringContaining("set migrations.placeholders.schema in driftgate.yml"),
      span: { path: "db/V2__t.sql", start: { line: 2 } },
    },
  ]);
});
