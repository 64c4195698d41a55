import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { addition, base, check, connector, judges, refuses, run, secret, undo, undoAll, withConnector } from "../support/bad-run.ts";
import { driftgate, driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

/** For what is wrong whatever the engine: starting one would be most of the test's time. */
const quick = [...check, "--engine", "none"];
const quickWithConnector = [...withConnector, "--engine", "none"];

const bytes = (text: string, encoding: "latin1" | "utf16le"): Uint8Array => Buffer.from(text, encoding);

describe("a pending migration that is no SQL", () => {
  const broken: readonly [string, string, { readonly line: number; readonly column: number }, string][] = [
    ["a misspelt word", "ALTER TABLE orders\n  RENAM COLUMN email TO mail;\n", { line: 2, column: 3 }, 'syntax error at or near "RENAM"'],
    ["prose", "Hello, this is no SQL.\n", { line: 1, column: 1 }, 'syntax error at or near "Hello"'],
    ["a string without an end", "-- names\nSELECT 'abc;\n", { line: 2, column: 8 }, "unterminated quoted string"],
    ["a body without an end", "DO $$ BEGIN\nNULL;\n", { line: 1, column: 4 }, "unterminated dollar-quoted string"],
    ["a comment without an end", "/* not yet\nALTER TABLE orders DROP COLUMN email;\n", { line: 1, column: 1 }, "unterminated /* comment"],
    ["a comment without an end, last", `${addition}/* /* */ SELECT 1;\n`, { line: 2, column: 1 }, "unterminated /* comment"],
    ["100,000 brackets", `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)};`, { line: 1, column: 1 }, "too deeply nested"],
    ["100,000 open brackets", `SELECT ${"(".repeat(100_000)}`, { line: 1, column: 1 }, "too deeply nested"],
    ["a sum of 100,000 numbers", `SELECT 1${"+1".repeat(100_000)};`, { line: 1, column: 1 }, "too deeply nested"],
    ["100,000 comments in one another", "/*".repeat(100_000), { line: 1, column: 1 }, "without a space between them"],
    ["100,000 comments in a row", `${"/**/".repeat(100_000)}SELECT 1;`, { line: 1, column: 400_001 }, "without a space between them"],
  ];
  test.each(broken)("%s is a finding at its place", async (_, sql, place, words) => {
    const { verdict, findings } = await judges({ "m/V2__note.sql": sql });
    expect(verdict).toBe("fail");
    const syntax = findings.filter(({ ruleId }) => ruleId === "sql-syntax-error");
    expect(syntax).toMatchObject([{ span: { path: "m/V2__note.sql", start: place } }]);
    expect(syntax[0]?.what).toContain(words);
    expect(syntax[0]?.what.length).toBeLessThan(400);
  });

  test("also for an older server's grammar", async () => {
    const sql = `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)};`;
    const { verdict } = await judges({ "m/V2__note.sql": sql }, [...check, "--postgres-version", "16"]);
    expect(verdict).toBe("fail");
  });

  test.each([
    ["empty", ""],
    ["blank", " \n\n\t\n"],
    ["nothing but a byte order mark", "\uFEFF"],
  ])("%s is not called safe", async (_, sql) => {
    const { verdict, unknowns } = await judges({ "m/V2__note.sql": sql });
    expect(verdict).toBe("unknown");
    expect(unknowns).toMatchObject([{ code: "migration-empty", span: { path: "m/V2__note.sql" } }]);
    expect(unknowns[0]?.reason).toMatch(/^m\/V2__note\.sql is empty\. If it is meant to do nothing, say so in a comment in it/);
  });

  test("a byte order mark and a lone comment are no obstacle", async () => {
    expect(await run({ "m/V2__note.sql": `\uFEFF${addition}` }, check)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await run({ "m/V2__note.sql": "-- nothing to do\n" }, check)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("an applied migration that is no SQL leaves nothing to compare with", async () => {
    const { exitCode, stderr } = await run({ "m/V1__orders.sql": "CREATE TABLE orders (id int);\nCREATE TABL x;" }, check);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^driftgate: m\/V1__orders\.sql:2:8: syntax error at or near "TABL"\. The migration counts as applied, .* \[BASELINE_FAILED\]$/m,
    );
  });

  test("an applied migration with a placeholder whose value nobody gave is unknown, whatever the rest reads like", async () => {
    const { verdict, findings, unknowns } = await judges({
      "m/V1__orders.sql": "CREATE TABLE orders (id int);\nCREATE ${what} x;\nCREATE TABL y;",
    });
    expect(verdict).toBe("unknown");
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("sql-syntax-error");
    expect(unknowns.map(({ code }) => code)).toContain("migration-opaque");
  });
});

describe("a file that is no UTF-8 text", () => {
  const notText: readonly [string, Uint8Array, string][] = [
    [
      "binary",
      Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256),
      "1:1: the byte 0x00 is not UTF-8 text. The file looks like a binary file: is it a migration at all?",
    ],
    [
      "with a zero",
      Buffer.from("ALTER TABLE orders\nADD \0x int;\n"),
      "2:5: the byte 0x00 is not UTF-8 text. The file looks like a binary file: is it a migration at all?",
    ],
    [
      "Latin-1",
      bytes(`-- Gr\u00FC\u00DFe\n${addition}`, "latin1"),
      "1:6: the byte 0xfc is not UTF-8 text. The file looks like Latin-1 or Windows-1252: save it as UTF-8.",
    ],
    [
      "UTF-16",
      bytes(`\uFEFF${addition}`, "utf16le"),
      "1:4: the byte 0x00 is not UTF-8 text. The file looks like UTF-16: save it as UTF-8.",
    ],
  ];
  test.each(notText)("%s", async (_, content, message) => {
    await refuses(`m/V2__note.sql:${message} [FILE_NOT_UTF8]`, { "m/V2__note.sql": content });
  });
  test("an applied migration", async () => {
    await refuses(/^driftgate: m\/V1__orders\.sql:1:4: the byte 0xfc/, { "m/V1__orders.sql": bytes("-- \u00FC", "latin1") });
  });
  test("the configuration, the connector, the inputs", async () => {
    await refuses("the configuration driftgate.yml is not UTF-8; mend the file, or name another one with --config [FILE_NOT_READABLE]", {
      "driftgate.yml": bytes("# \u00FC", "latin1"),
    });
    await refuses(/^driftgate: c\.json:1:8: the byte 0xfc/, { "c.json": bytes('{"x": "\u00FC"}', "latin1") }, withConnector);
    await refuses(/^driftgate: i\.json:1:1: the byte 0x00/, { "i.json": Uint8Array.of(0, 1, 2) }, ["check", "--inputs", "i.json"]);
  });
});

describe("size", () => {
  test("5 MB of rows are checked within a minute and 900 MiB", async () => {
    const sql = "INSERT INTO orders (id, email) VALUES (1, 'somebody@example.org') ON CONFLICT DO NOTHING;\n".repeat(58_000);
    const result = await run({ "m/V2__note.sql": sql }, check, driftgate);
    expect(result.exitCode).toBe(0);
    expect(result.seconds).toBeLessThan(60);
    expect(result.peakMiB).toBeLessThan(900);
  });
  test("a file above the limit is named with its size", async () => {
    const sql = `-- ${"x".repeat(65 * 1024 * 1024)}\n`;
    await refuses("m/V2__note.sql has 65.0 MiB and the limit is 64.0 MiB; leave it out, or split it [FILE_TOO_LARGE]", {
      "m/V2__note.sql": sql,
    });
  });
});

describe("driftgate.yml", () => {
  const mistakes: readonly [string, string, string][] = [
    [
      "a misspelt key",
      "migrations:\n  path: m\n  pendng: m/V2*\n",
      'driftgate.yml:3:3: unknown key "pendng" in migrations; did you mean "pending"?',
    ],
    ["a misspelt section", "migration:\n  path: m\n", 'driftgate.yml:1:1: unknown key "migration"; did you mean "migrations"?'],
    ["a wrong type", "postgres: { version: sixteen }\n", "driftgate.yml:1:22: postgres.version takes a number"],
    ["a list", "- a\n- b\n", "driftgate.yml:1:1: the file takes keys of its own: postgres, migrations, connectors, connect …"],
    ["broken YAML", "migrations:\n  path: m\n bad: [\n", "driftgate.yml:3:1: All mapping items must start at the same column"],
    ["a tab", "migrations:\n\tpath: m\n", "driftgate.yml:2:1: Tabs are not allowed as indentation"],
    ["a key twice", "failOn: error\nfailOn: never\n", "driftgate.yml:2:1: Map keys must be unique"],
    [
      "a tag that would run code",
      "failOn: !!js/function 'function(){}'\n",
      'driftgate.yml:1:23: failOn takes error, warning or never, not "function(){}"',
    ],
    [
      "an unknown rule",
      "rules: { column-renamd: off }\n",
      'driftgate.yml:1:10: unknown rule "column-renamd"; did you mean "column-renamed"? ("driftgate rules" lists them)',
    ],
    [
      "an unknown severity",
      "rules: { column-renamed: fatal }\n",
      'driftgate.yml:1:26: rules.column-renamed takes off, note, warning or error, not "fatal"',
    ],
    [
      "an ignore without a reason",
      "ignore:\n  - { rule: column-dropped }\n",
      "driftgate.yml:2:5: ignore[0].reason is missing; it takes a text",
    ],
    [
      "a missing variable",
      `registry: { url: "https://reader:${secret}@\${DRIFTGATE_NO_SUCH}/x" }\n`,
      "driftgate.yml: the environment variable DRIFTGATE_NO_SUCH is not set; set it, or take ${DRIFTGATE_NO_SUCH} out",
    ],
  ];
  test.each(mistakes)("%s", async (_, text, message) => {
    await refuses(`${message} [CONFIG_INVALID]`, { "driftgate.yml": text });
  });
  test("aliases of aliases do not fill the memory", async () => {
    const levels = "abcdefgh".split("").map(
      (name, i, all) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? "x" : `*${all[i - 1]}`)
          .join(",")}]`,
    );
    const { peakMiB } = await refuses(
      /^driftgate: driftgate\.yml:1:1: its aliases cannot be resolved .* \[CONFIG_INVALID\]\n$/,
      {
        "driftgate.yml": levels.join("\n"),
      },
      check,
      driftgate,
    );
    expect(peakMiB).toBeLessThan(250);
  });
  test("one that is not there", async () => {
    await refuses("the configuration nope.yml does not exist; check --config and --cwd [FILE_NOT_FOUND]", {}, [
      ...check,
      "--config",
      "nope.yml",
    ]);
  });
  test("broken JSON", async () => {
    await refuses("driftgate.json:1:13: Flow map must end with a } [CONFIG_INVALID]", { "driftgate.json": '{ "failOn": ' });
  });
});

const told = async (pattern: string): Promise<{ readonly verdict: string; readonly text: string }> => {
  const { verdict, findings, unknowns } = await judges({ "c.json": connector({ "table.include.list": pattern }) }, quickWithConnector);
  return { verdict, text: JSON.stringify([findings, unknowns]) };
};

describe("a connector file", () => {
  const mistakes: readonly [string, string, string][] = [
    ["no JSON", "this is no connector", "c.json:1:1: the JSON cannot be read (invalid symbol). Correct the file."],
    [
      "broken JSON",
      '{\n  "name": "x",\n  "config": {\n    "a": "b",,\n',
      "c.json:4:14: the JSON cannot be read (property name expected). Correct the file.",
    ],
    ["a list", "[1, 2]", "c.json:1:2: a connector's configuration is an object of settings. Correct the file."],
    ["empty", "", "c.json:1:1: the JSON cannot be read (value expected). Correct the file."],
    [
      "no settings",
      "{}",
      'c.json: connector.class is missing; give the whole configuration of the connector, with "connector.class": "io.debezium.connector.postgresql.PostgresConnector".',
    ],
    [
      "another database's",
      connector({ "connector.class": "io.debezium.connector.mysql.MySqlConnector" }),
      "c.json: connector.class is io.debezium.connector.mysql.MySqlConnector, Debezium's connector for mysql; only io.debezium.connector.postgresql.PostgresConnector is covered. Leave this connector out.",
    ],
    ["no prefix", connector({ "topic.prefix": null }), "c.json: topic.prefix is missing, and Debezium does not start without it. Add it."],
  ];
  test.each(mistakes)("%s", async (_, text, message) => {
    await refuses(`${message} [CONNECTOR_INVALID]`, { "c.json": text }, quickWithConnector);
  });
  test("not there, or a folder", async () => {
    await refuses("c.json does not exist [FILE_NOT_FOUND]", {}, quickWithConnector);
    await refuses(/^driftgate: the folder m holds no connectors that "driftgate pull" wrote; .* \[CONNECTOR_INVALID\]\n$/, {}, [
      ...quick,
      "--connector",
      "m",
    ]);
  });
  test("a pattern that is no regular expression stops the connector, one that cannot be read leaves the verdict open", async () => {
    const refused = await told("public.(orders");
    expect(refused.verdict).toBe("fail");
    expect(refused.text).toContain("the pattern public.(orders is no regular expression of Java (Unclosed group)");
    const unread = await told("public.o++rders");
    expect(unread.verdict).toBe("unknown");
    expect(unread.text).toContain('the pattern \\"public.o++rders\\" uses a part of Java');
  });
});

describe("the command line", () => {
  const mistakes: readonly [string, readonly string[], string][] = [
    ["an unknown flag", [...check, "--regstry", "x"], "there is no option --regstry; did you mean --registry? [USAGE]"],
    ["no command", [], "Say what to do, for example: driftgate check (driftgate --help lists what there is) [USAGE]"],
    [
      "an unknown format",
      [...check, "--format", "xml"],
      'unknown format "xml"; there are text, json, sarif, github, gitlab, markdown, html [USAGE]',
    ],
    ["a format without its file", [...check, "--format", "json="], "--format json=: a file name must follow the equals sign [USAGE]"],
    [
      "an unknown engine",
      [...check, "--engine", `mysql://root:${secret}@db/x`],
      'there is no engine "mysql://***@db/x"; take pglite, embedded@15 to embedded@18, the URL of an empty scratch database (postgres://…), or none [USAGE]',
    ],
    [
      "a server version in words",
      [...check, "--postgres-version", "new"],
      "--postgres-version takes a major version from 12 to 18, for example 16 [USAGE]",
    ],
    [
      "a server version of long ago",
      [...check, "--postgres-version", "9"],
      "--postgres-version takes a major version from 12 to 18, for example 16 [USAGE]",
    ],
    [
      "a Debezium version in words",
      [...quick, "--debezium-version", "new"],
      '"new" is no version of Debezium; write for example 3.6. [USAGE]',
    ],
    ["a baseline that is not there", [...check, "--baseline", "nope.sql"], "nope.sql does not exist [FILE_NOT_FOUND]"],
    ["a path that is not there", ["check", "nowhere"], "nowhere does not exist [FILE_NOT_FOUND]"],
    [
      "a glob that matches nothing",
      ["check", "m", "--pending", "m/V9*"],
      'no file matches the pending glob "m/V9*"; globs are relative to the working directory [MIGRATIONS_NOT_FOUND]',
    ],
    [
      "--base outside a repository",
      ["check", "m", "--base", "main"],
      "--base needs a git repository, and this folder is in none; name the pending files with --pending [GIT_FAILED]",
    ],
    ["a working directory that is not there", [...check, "--cwd", "nowhere"], "--cwd nowhere: there is no such folder [USAGE]"],
    [
      "a rule there is none of",
      ["rules", "column-renamd"],
      'there is no rule "column-renamd"; did you mean "column-renamed"? ("driftgate rules" lists them) [USAGE]',
    ],
    [
      "a migration there is none of",
      ["catalog", "m", "--at", "V7"],
      '--at: there is no migration "V7"; the last is "V2__note.sql" [USAGE]',
    ],
    [
      "a table there is none of",
      ["schema", "ordrs", "--path", "m"],
      'no captured table is named ordrs; "driftgate catalog" lists the tables [USAGE]',
    ],
  ];
  test.each(mistakes)("%s", async (_, args, message) => {
    await refuses(message, {}, args);
  });

  test("a run of its own process ends as one in the test's does", async () => {
    for (const args of [check, [...check, "--format", "xml"], [...check, "--pending", "m/V1*"], []]) {
      const { exitCode, stdout, stderr } = await run({}, args);
      expect(await run({}, args, driftgate)).toMatchObject({ exitCode, stdout, stderr });
    }
  });

  test("an unknown command, and a value that is no choice", async () => {
    await refuses(/^driftgate: .*check.* \[USAGE\]\n$/, {}, ["chekc"]);
    await refuses('--fail-on takes error, warning or never, not "sometimes" (driftgate --help lists what there is) [USAGE]', {}, [
      ...check,
      "--fail-on",
      "sometimes",
    ]);
  });

  test("a folder without migrations", async () => {
    await refuses(/^driftgate: no SQL migrations found in docs\. .* \[MIGRATIONS_NOT_FOUND\]\n$/, { "docs/readme.txt": "x" }, [
      "check",
      "docs",
    ]);
  });

  test("a baseline that is no SQL", async () => {
    await refuses(
      'b.sql:2:8: syntax error at or near "TABL". The baseline must be the SQL that pg_dump writes. [BASELINE_FAILED]',
      { "b.sql": "-- dump\nCREATE TABL x;" },
      [...check, "--baseline", "b.sql"],
    );
  });

  test.each([
    ["a folder", "json=m"],
    ["a file where a folder is needed", "json=m/V1__orders.sql/r.json"],
    ["a place where nobody may write", "json=/proc/driftgate/r.json"],
  ])("a report that cannot be written: %s", async (_, format) => {
    const result = await refuses(/^driftgate: cannot write .* \[OUTPUT_FAILED\]\n$/, {}, [...quick, "--format", format]);
    expect(result.seconds).toBeLessThan(30);
  });

  test("links out of the folder are not followed", async () => {
    const outside = makeProject({ "V2__secret.sql": `-- ${secret}\nDROP TABLE orders;\n` });
    const project = makeProject({ "m/V1__orders.sql": base });
    undo.push(outside.remove, project.remove);
    symlinkSync(join(outside.path, "V2__secret.sql"), join(project.path, "m/V2__secret.sql"));
    const named = await driftgateHere(["check", "m/V1__orders.sql", "m/V2__secret.sql"], { cwd: project.path });
    expect(named).toMatchObject({ exitCode: 2, stdout: "" });
    expect(named.stderr).toBe(
      "driftgate: m/V2__secret.sql is a symbolic link that leads out of the working directory; it is not followed [FILE_NOT_READABLE]\n",
    );
    const met = await driftgateHere(["check", "m"], { cwd: project.path });
    expect(met.stdout + met.stderr).not.toContain(secret);
    mkdirSync(join(project.path, "ring"));
    symlinkSync("loop.sql", join(project.path, "ring/loop.sql"));
    expect((await driftgateHere(["check", "ring/loop.sql"], { cwd: project.path })).exitCode).toBe(2);
  });
});

describe("--inputs", () => {
  const empty = {
    format: "driftgate-inputs",
    version: 1,
    relations: [],
    types: [],
    catalogs: [],
    steps: [],
    connectors: [],
    subjects: [],
    migrations: [],
    comparisons: [],
  };
  const mistakes: readonly [string, string, RegExp][] = [
    ["no JSON", "garbage", /it is not JSON/],
    ["null", "null", /it was not written by --save-inputs/],
    ["another form", '{"a": 1}', /it was not written by --save-inputs/],
    ["another version", JSON.stringify({ ...empty, version: 99 }), /it has another version than 1/],
    ["parts missing", JSON.stringify({ format: "driftgate-inputs", version: 1 }), /"relations" is missing/],
    ["no catalog", JSON.stringify(empty), /it points at item/],
  ];
  test.each(mistakes)("%s", async (_, text, words) => {
    const { stderr } = await refuses(words, { "i.json": text }, ["check", "--inputs", "i.json"]);
    expect(stderr).toMatch(/^driftgate: i\.json cannot be replayed: .* Write it again with --save-inputs\. \[INPUTS_INVALID\]\n$/);
  });
});
