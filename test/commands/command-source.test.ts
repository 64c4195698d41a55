import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { runCommand } from "../../src/io/command.ts";
import { driftgateHere } from "../support/cli.ts";
import type { CliRun } from "../support/cli.ts";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftgate-command-"));
  write(
    "shop/migrations/0001_first.py",
    "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = []\n",
  );
  write(
    "shop/migrations/0002_second.py",
    'from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = [("shop", "0001_first")]\n',
  );
  write("sql/0001_first.sql", "BEGIN;\nCREATE TABLE orders (id int PRIMARY KEY, note text);\nCOMMIT;\n");
  write("sql/0002_second.sql", "BEGIN;\nALTER TABLE orders DROP COLUMN note;\nCOMMIT;\n");
  write(
    "print.mjs",
    'import { readFileSync } from "node:fs";\nprocess.stdout.write(readFileSync(`sql/${process.argv[3]}.sql`, "utf8"));\n',
  );
});

afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

function configure(...command: readonly string[]): void {
  write("driftgate.yml", JSON.stringify({ migrations: { path: "shop", command } }));
}

const check = (): Promise<CliRun> => driftgateHere(["check", "--cwd", cwd, "--pending", "shop/migrations/0002*", "--format", "json"]);

test("the SQL of program code comes from the command that the configuration names", async () => {
  configure(process.execPath, "print.mjs", "{app}", "{name}");
  const { stdout, stderr } = await check();
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: "fail",
    unknowns: [],
    findings: [{ ruleId: "column-dropped", relation: "public.orders", migration: "migrations/0002_second.py" }],
  });
});

test("without a command the gap is named", async () => {
  write("driftgate.yml", JSON.stringify({ migrations: { path: "shop" } }));
  const { stdout } = await check();
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "unknown" });
  expect(stdout).toContain("this migration is written in Python");
});

test("SQL files stand in for program code", async () => {
  const after = { "0001_first.py": "sql/0001_first.sql", "shop/migrations/0002_second.py": "sql/0002_second.sql" };
  write("driftgate.yml", JSON.stringify({ migrations: { path: "shop", after } }));
  const { stdout, stderr } = await check();
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "fail", unknowns: [], findings: [{ ruleId: "column-dropped" }] });
});

test("a file that stands in for nothing is said", async () => {
  write("driftgate.yml", JSON.stringify({ migrations: { path: "shop", after: { "0009_gone.py": "sql/0001_first.sql" } } }));
  const { exitCode, stderr } = await check();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/migrations\.after names "0009_gone\.py": there is no such migration.*CONFIG_INVALID/);
});

test.each([
  ["a program that there is none of", ["no-such-program-of-driftgate"], /cannot be started.*COMMAND_FAILED/],
  ["one that fails", [process.execPath, "-e", "console.error('no settings'); process.exit(3)"], /exit 3\): no settings.*COMMAND_FAILED/],
  ["a name that there is none of", [process.execPath, "{nothing}"], /there is no \{nothing\}.*CONFIG_INVALID/],
])("%s is one clear message", async (_, command, message) => {
  configure(...command);
  const { exitCode, stderr } = await check();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test("arguments are no shell's", async () => {
  const text = await runCommand([process.execPath, "-e", "process.stdout.write(process.argv[1])", "$(echo no); echo no"], { cwd });
  expect(text).toBe("$(echo no); echo no");
});

test("a command that takes too long, or prints too much, is ended", async () => {
  const forever = runCommand([process.execPath, "-e", "setInterval(() => {}, 1000)"], { cwd, timeoutMs: 300 });
  await expect(forever).rejects.toThrow(/did not end within/);
  await expect(forever).rejects.toBeInstanceOf(UserError);
  const chatty = runCommand([process.execPath, "-e", "for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536))"], {
    cwd,
    maxBytes: 1024 * 1024,
  });
  await expect(chatty).rejects.toThrow(/more than 1 MiB/);
});
