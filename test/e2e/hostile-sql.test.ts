import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Project } from "../support/cli.ts";
import { driftgate, driftgateHere, makeProject } from "../support/cli.ts";

const base = `CREATE TABLE orders (id bigint PRIMARY KEY, email text, total int NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX orders_email ON orders (email);
CREATE TABLE items (id bigint PRIMARY KEY, sku text);
CREATE PUBLICATION dbz FOR TABLE orders, items;
`;
const canary = "canary-of-the-host";
const projects: Project[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

interface Outcome {
  readonly exitCode: number;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly stderr: string;
  readonly verdict: string;
  /** Rule and place (file:line) of each finding. */
  readonly findings: readonly string[];
  /** Code and place of each unknown. */
  readonly unknowns: readonly string[];
  readonly text: string;
  readonly folder: string;
}

interface Placed {
  readonly span: { readonly path: string; readonly start: { readonly line: number } } | null;
}

interface Options {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A process of its own where the memory it takes is asked. */
  readonly start?: typeof driftgateHere;
}

/** Checks one hostile migration; the folder holds the file host/canary beside the migrations. */
async function check(sql: string, { args = [], env = {}, start = driftgateHere }: Options = {}): Promise<Outcome> {
  const project = makeProject({ "m/V1__base.sql": base, "m/V2__hostile.sql": "", "host/canary": canary });
  projects.push(project);
  project.write({ "m/V2__hostile.sql": sql.replaceAll("$HOST", join(project.path, "host")) });
  const files = ["--format", "json=report.json", "--format", "text=report.txt"];
  const run = await start(["check", "m", "--pending", "m/V2*", ...files, ...args], { cwd: project.path, env });
  expect(run.stderr).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
  expect(readdirSync(join(project.path, "host"))).toEqual(["canary"]);
  expect(readFileSync(join(project.path, "host/canary"), "utf8")).toBe(canary);
  const { exitCode, seconds, peakMiB, stderr } = run;
  const written = existsSync(join(project.path, "report.json"));
  const text = written ? readFileSync(join(project.path, "report.txt"), "utf8") : "";
  // A cast: the JSON report has this form; its own schema is tested elsewhere.
  const report = JSON.parse(written ? readFileSync(join(project.path, "report.json"), "utf8") : '{"findings":[],"unknowns":[]}') as {
    readonly verdict: string;
    readonly findings: readonly (Placed & { readonly ruleId: string })[];
    readonly unknowns: readonly (Placed & { readonly code: string })[];
  };
  const at = ({ span }: Placed): string => (span === null ? "" : ` ${span.path}:${span.start.line}`);
  return {
    exitCode,
    seconds,
    peakMiB,
    stderr,
    verdict: report.verdict,
    findings: report.findings.map((finding) => finding.ruleId + at(finding)),
    unknowns: report.unknowns.map((unknown) => unknown.code + at(unknown)),
    text,
    folder: project.path,
  };
}

describe("what never ends or takes all there is", () => {
  const cases: readonly [string, string, number][] = [
    ["an endless loop", "DO $$ BEGIN LOOP NULL; END LOOP; END $$;", 1],
    ["ten billion rows counted", "SELECT count(*) FROM generate_series(1, 10000000000);", 1],
    ["ten billion rows inserted", "INSERT INTO orders (id) SELECT g FROM generate_series(1, 10000000000) g;", 1],
    [
      "a hundred million wide rows kept",
      "CREATE TABLE big AS SELECT repeat(md5(g::text), 30) AS t FROM generate_series(1, 100000000) g;",
      1,
    ],
    [
      "endless recursion",
      "SET max_stack_depth = '7MB';\nCREATE FUNCTION f(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN f(i + 1); END $$;\nSELECT f(1);",
      3,
    ],
    ["a text of two gigabytes", "SELECT length(repeat('x', 1000000000) || repeat('y', 70000000));", 1],
    [
      "an array of three gigabytes",
      "SELECT count(x) FROM (SELECT array_agg(repeat('x', 1000)) AS x FROM generate_series(1, 3000000)) q;",
      1,
    ],
  ];
  test.each(cases)("%s", async (_, sql, line) => {
    const outcome = await check(sql, { start: driftgate });
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "unknown" });
    expect(outcome.unknowns).toEqual([expect.stringMatching(new RegExp(`^sql-(limit|refused) m/V2__hostile\\.sql:${line}$`))]);
    expect(outcome.seconds).toBeLessThan(110);
    // 1536 MiB is what a script may grow the process by.
    expect(outcome.peakMiB).toBeLessThan(2600);
  });

  test.each([
    ["100 MB of notices", "DO $$ BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE '%', repeat('x', 1000); END LOOP; END $$;"],
    ["300 MB of rows", "SELECT repeat('x', 1000000) FROM generate_series(1, 300);"],
  ])("%s are read and dropped", async (_, sql) => {
    const outcome = await check(`${sql}\nALTER TABLE orders DROP COLUMN email;`);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "fail" });
    expect(outcome.findings).toContain("column-dropped m/V2__hostile.sql:2");
    expect(outcome.text.length).toBeLessThan(20_000);
    expect(outcome.seconds).toBeLessThan(110);
  });
});

describe("the host's files, programs and network", () => {
  const refused: readonly [string, string, number?][] = [
    ["COPY to a file", "COPY orders TO '$HOST/written';"],
    ["COPY from a file", "COPY orders (email) FROM '$HOST/canary';"],
    ["COPY from a program", "COPY orders (email) FROM PROGRAM 'touch $HOST/made';"],
    ["COPY to a program", "COPY orders TO PROGRAM 'cat > $HOST/made';"],
    ["COPY from a program, hidden", "DO $$ BEGIN EXECUTE 'COPY orders (email) FROM PROGRAM ''touch $HOST/made'''; END $$;"],
    ["lo_import", "SELECT lo_import('$HOST/canary');"],
    ["lo_export", "CREATE TABLE l AS SELECT lo_from_bytea(0, 'x') AS o;\nSELECT lo_export(o, '$HOST/made') FROM l;", 2],
    ["pg_read_file", "SELECT pg_read_file('$HOST/canary');"],
    ["pg_read_binary_file", "CREATE TABLE stolen AS SELECT pg_read_binary_file('/etc/passwd');"],
    ["pg_ls_dir", "SELECT * FROM pg_ls_dir('$HOST');"],
    ["the environment", "SELECT pg_read_file('/proc/self/environ');"],
    [
      "a foreign file",
      "CREATE EXTENSION file_fdw;\nCREATE SERVER s FOREIGN DATA WRAPPER file_fdw;\nCREATE FOREIGN TABLE f (l text) SERVER s OPTIONS (filename '$HOST/canary');\nCREATE TABLE x AS SELECT * FROM f;",
      4,
    ],
    [
      "a foreign program",
      "CREATE EXTENSION file_fdw;\nCREATE SERVER s FOREIGN DATA WRAPPER file_fdw;\nCREATE FOREIGN TABLE f (l text) SERVER s OPTIONS (program 'touch $HOST/made');\nCREATE TABLE x AS SELECT * FROM f;",
      4,
    ],
    [
      "a function of the C library",
      "CREATE FUNCTION sh(cstring) RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'system' LANGUAGE C STRICT;\nSELECT sh('touch $HOST/made');",
    ],
    [
      "a Python function",
      "CREATE EXTENSION plpython3u;\nCREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ import os; return os.system('touch $HOST/made') $$;\nSELECT f();",
      3,
    ],
  ];
  test.each(refused)("%s", async (_, sql, line = 1) => {
    const outcome = await check(sql, { env: { DRIFTGATE_CANARY: canary } });
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "unknown" });
    expect(outcome.unknowns[0]).toMatch(new RegExp(`^[a-z-]+ m/V2__hostile\\.sql:${line}$`));
    expect(outcome.text).not.toContain(canary);
  });

  test("connections", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on a port has an address of this form.
    const { port } = server.address() as AddressInfo;
    const dsn = `host=127.0.0.1 port=${port} password=hunter2`;
    const dblink = await check(`CREATE EXTENSION dblink;\nSELECT dblink_connect('${dsn}');`);
    expect(dblink).toMatchObject({ exitCode: 1, verdict: "unknown" });
    expect(dblink.unknowns).toEqual(["sql-not-executed m/V2__hostile.sql:2"]);
    await check(`CREATE SUBSCRIPTION s CONNECTION '${dsn}' PUBLICATION p;`);
    await check(
      `CREATE EXTENSION postgres_fdw;\nCREATE SERVER r FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '${port}');`,
    );
    await new Promise((resolve) => server.close(resolve));
    expect(connections).toBe(0);
  });

  test("a variable of the environment cannot be read as a psql variable or by a meta command", async () => {
    const outcome = await check("\\! touch $HOST/made\n\\i $HOST/canary\n\\getenv c DRIFTGATE_CANARY\n\\o $HOST/made\nSELECT 1;\n", {
      env: { DRIFTGATE_CANARY: canary },
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.verdict).not.toBe("pass");
    expect(outcome.text).not.toContain(canary);
  });
});

describe("the catalog", () => {
  test.each([
    ["dropped", "DROP SCHEMA pg_catalog CASCADE;"],
    ["emptied", "TRUNCATE pg_class;"],
    ["given a second function", "CREATE FUNCTION pg_catalog.format_type(oid, int4) RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$;"],
    ["bereft of a cast", "DROP CAST (text AS name);"],
  ])("is not %s", async (_, sql) => {
    const outcome = await check(sql);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "unknown" });
    expect(outcome.unknowns).toEqual([expect.stringMatching(/^sql-(refused|not-executed) m\/V2__hostile\.sql:1$/)]);
  });

  const rename = "ALTER TABLE public.orders RENAME COLUMN email TO mail;";
  test.each([
    [
      "temporary tables named as the catalog's",
      "CREATE TEMP TABLE pg_class (oid oid, relname name);\nCREATE TEMP TABLE pg_attribute (attrelid oid);",
      3,
    ],
    ["a table named pg_class in front", "CREATE TABLE pg_class (id int PRIMARY KEY);\nSET search_path = public, pg_catalog;", 3],
    [
      "a schema of false types, functions and operators",
      "CREATE SCHEMA evil;\nCREATE FUNCTION evil.format_type(oid, int) RETURNS pg_catalog.text LANGUAGE sql AS $$ SELECT 'text' $$;\nCREATE DOMAIN evil.text AS int; CREATE DOMAIN evil.int8 AS pg_catalog.text;\nCREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = oidne);\nSET search_path = evil, pg_catalog, public;",
      6,
    ],
    ["no schema at all", "SELECT set_config('search_path', 'nowhere', false);", 2],
    [
      "a role that may not read it",
      "CREATE ROLE weak; REVOKE ALL ON pg_catalog.pg_class FROM public; ALTER TABLE orders OWNER TO weak; GRANT CREATE ON SCHEMA public TO weak;\nSET ROLE weak;",
      3,
    ],
    ["another encoding", "SET client_encoding = 'LATIN1';", 2],
    [
      "time-outs, read-only and small limits",
      "SET statement_timeout = 1; SET default_transaction_read_only = on; SET max_stack_depth = 100; SET temp_file_limit = 0;",
      2,
    ],
    ["triggers off", "SET session_replication_role = replica;", 2],
    ["a savepoint named as ours", "SAVEPOINT driftgate_read;", 2],
  ])("is read aright behind %s", async (_, sql, line) => {
    const outcome = await check(`${sql}\n${rename}`);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "fail" });
    expect(outcome.findings).toContain(`column-renamed m/V2__hostile.sql:${line}`);
  });

  test("written to directly, it counts", async () => {
    const outcome = await check(
      "SET allow_system_table_mods = on;\nUPDATE pg_catalog.pg_attribute SET attname = 'mail' WHERE attname = 'email' AND attrelid = 'orders'::regclass;",
    );
    expect(outcome.verdict).toBe("fail");
    expect(outcome.findings).toContain("column-renamed m/V2__hostile.sql:2");
  });

  test.each([
    ["in plain sight", "DELETE FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'email';", 1],
    ["by SQL put together", "DO $$ BEGIN EXECUTE 'DELETE FROM pg_' || 'attribute WHERE attname = ''email'''; END $$;", 1],
    [
      "by a trigger",
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM pg_' || 'attribute WHERE attname = ''email'''; RETURN NEW; END $$;\nCREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO items VALUES (1, 'a');",
      3,
    ],
    ["by another name for one of its functions", "ALTER FUNCTION pg_catalog.pg_get_expr(pg_node_tree, oid) RENAME TO old_expr;", 1],
  ])("broken %s, it is told and does not pass", async (_, sql, line) => {
    const outcome = await check(sql);
    expect(outcome).toMatchObject({ exitCode: 2, verdict: undefined });
    expect(outcome.stderr).toMatch(
      new RegExp(`^driftgate: m/V2__hostile\\.sql:${line}:1: .*catalog cannot be read.*\\[ENGINE_FAILED\\]\\n$`),
    );
  });

  test.each([
    [
      "an event trigger that drops a table",
      "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF tg_tag = 'ALTER TABLE' THEN EXECUTE 'DROP TABLE items'; END IF; END $$;\nCREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f();\nALTER TABLE orders ADD COLUMN note text;",
      "table-dropped m/V2__hostile.sql:3",
    ],
    [
      "an event trigger on a harmless table",
      "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE orders RENAME COLUMN email TO mail'; END $$;\nCREATE EVENT TRIGGER t ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f();\nCREATE TABLE harmless (id int PRIMARY KEY);",
      "column-renamed m/V2__hostile.sql:3",
    ],
    [
      "quotes that end elsewhere once a setting is off",
      "SET standard_conforming_strings = off;\nSELECT '\\' || '; DROP TABLE items; --';",
      "table-dropped m/V2__hostile.sql:2",
    ],
    [
      "a role whose objects are dropped",
      "CREATE ROLE r; ALTER TABLE orders OWNER TO r;\nDROP OWNED BY r;",
      "table-dropped m/V2__hostile.sql:2",
    ],
    [
      "frozen rows",
      "ALTER TABLE orders RENAME COLUMN email TO mail; VACUUM FULL FREEZE pg_attribute;",
      "column-renamed m/V2__hostile.sql:1",
    ],
  ])("is read aright in spite of %s", async (_, sql, finding) => {
    const outcome = await check(sql);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "fail" });
    expect(outcome.findings).toContain(finding);
  });

  test("statements that COPY takes for rows leave the verdict open", async () => {
    const outcome = await check(`COPY orders FROM STDIN;\n${rename}`);
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "", verdict: "unknown" });
    expect(outcome.text.replaceAll(/\s+/g, " ")).toContain("no line \\. ends them");
  });

  test("the reading leaves role, path and settings to the migration", async () => {
    const sql = `CREATE ROLE weak; CREATE SCHEMA weak AUTHORIZATION weak;
SET ROLE weak;
CREATE TABLE mine (id int PRIMARY KEY);
DO $$ BEGIN IF current_user <> 'weak' OR current_setting('statement_timeout') <> '0' THEN RAISE EXCEPTION 'lost'; END IF; END $$;
ALTER TABLE weak.mine ADD COLUMN note text;`;
    expect(await check(sql)).toMatchObject({ exitCode: 0, verdict: "pass", unknowns: [] });
  });

  test("an event trigger that forbids a change leaves the verdict open", async () => {
    const sql = `CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no changes here'; END $$;
CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION f();
ALTER TABLE orders RENAME COLUMN email TO mail;`;
    const outcome = await check(sql);
    expect(outcome).toMatchObject({ exitCode: 1, verdict: "unknown" });
    expect(outcome.unknowns).toContain("sql-refused m/V2__hostile.sql:3");
  });
});

test("names and messages cannot write terminal commands, workflow commands, HTML or Markdown into a report", async () => {
  const evil = "x\u001B[2J\u001B]0;t\u0007</td><script>alert(1)</script>](http://evil.example)`|";
  const sql = `ALTER TABLE orders RENAME COLUMN email TO "${evil}";
DO $$ BEGIN RAISE EXCEPTION E'first\\n::set-output name=verdict::pass\\n::error::mine\\n\\x1b[31m<img src=x onerror=alert(1)>'; END $$;
-- driftgate\n::warning::out of the SQL\n`;
  const formats = ["text", "github", "gitlab", "markdown", "html", "sarif"];
  const outcome = await check(sql, { args: formats.flatMap((format) => ["--format", `${format}=out/${format}`]) });
  expect(outcome.exitCode).toBe(1);
  for (const format of formats) {
    const text = readFileSync(join(outcome.folder, "out", format), "utf8");
    // oxlint-disable-next-line no-control-regex -- these are what a terminal obeys
    expect(text, format).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
    if (format !== "text") expect(text, format).not.toMatch(/^::(set-output|error::mine|warning::out)/m);
  }
  const html = readFileSync(join(outcome.folder, "out/html"), "utf8");
  expect(html).not.toContain("<script>alert");
  expect(html).not.toContain("<img src=x");
  const markdown = readFileSync(join(outcome.folder, "out/markdown"), "utf8").replaceAll(/```[\s\S]*?```/g, "");
  expect(markdown).not.toMatch(/<(script|img)/);
});
