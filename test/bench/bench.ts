/**
 * Time and memory of `driftgate check`, beside what it stands on, in the same run: PGlite alone, bare parsing, squawk.
 * Usage: npm run build && npm run bench. Reads the corpora in DRIFTGATE_SHARED (../shared by default) when they are there.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateBigFile, generateHistory } from "./generate.ts";
import { line, measure, median } from "./measure.ts";
import type { Measurement } from "./measure.ts";

const root = resolve(import.meta.dirname, "../..");
const cli = join(root, "dist/src/cli.js");
const shared = resolve(root, process.env.DRIFTGATE_SHARED ?? "../shared");
const work = mkdtempSync(join(tmpdir(), "driftgate-bench-"));
const node = process.execPath;
const cache = join(work, "cache");
const environment = { ...process.env, XDG_CACHE_HOME: cache, NO_COLOR: "1" };
const quick = process.argv.includes("--quick");

const driftgate = (args: readonly string[], cwd = work): Promise<Measurement> => measure(node, [cli, ...args], { cwd, env: environment });
const show = (text: string): void => console.log(text);
const ratio = (name: string, value: number, aim: string): void => show(`  → ${name}: ${value.toFixed(2)} (aim ${aim})`);

async function startUp(): Promise<void> {
  const run = await median(5, () => driftgate(["--version"]));
  show(line("--version", run));
  ratio("seconds to --version", run.wallSeconds, "0.15");
}

async function realHistory(): Promise<void> {
  const migrations = join(shared, "corpus/langfuse/migrations");
  if (!existsSync(migrations)) return show("(no corpora: langfuse left out)");
  const folder = join(work, "langfuse/prisma/migrations");
  cpSync(migrations, folder, { recursive: true });
  const names = readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .toSorted();
  const pending = names.slice(-10).flatMap((name) => ["--pending", `prisma/migrations/${name}/**`]);
  const args = ["check", "prisma/migrations", ...pending];
  const cwd = join(work, "langfuse");
  await driftgate(["catalog", "prisma/migrations", "--at", names[0] ?? ""], cwd);
  const cold = await median(3, async () => {
    for (const entry of existsSync(join(cache, "driftgate")) ? readdirSync(join(cache, "driftgate")) : []) {
      if (!entry.startsWith("pglite")) rmSync(join(cache, "driftgate", entry), { recursive: true });
    }
    return driftgate(args, cwd);
  });
  const warm = await median(3, () => driftgate(args, cwd));
  const list = join(work, "langfuse.txt");
  writeFileSync(list, names.map((name) => join(folder, name, "migration.sql")).join("\n"));
  const saved = join(work, "pglite.tar");
  await measure(node, [join(import.meta.dirname, "pglite-alone.ts"), saved, list]);
  const alone = await median(3, () => measure(node, [join(import.meta.dirname, "pglite-alone.ts"), saved, list]));
  show(line("langfuse, 434 migrations, last ten pending: cold", cold));
  show(line("  the same, warm", warm));
  show(line("  PGlite alone, the same SQL", alone));
  show(line("  all of them pending", await driftgate(["check", "prisma/migrations"], cwd)));
  ratio("cold wall seconds", cold.wallSeconds, "2.5");
  ratio("warm wall seconds", warm.wallSeconds, "1");
  ratio("cold CPU over PGlite alone", cold.cpuSeconds / alone.cpuSeconds, "under 1.5");
  ratio("cold peak megabytes", cold.peakMegabytes, "600");
}

async function generated(count: number, tables: number): Promise<Measurement> {
  const folder = join(work, `generated-${count}`);
  const files = generateHistory(join(folder, "migrations"), count, tables);
  const list = join(work, `generated-${count}.txt`);
  writeFileSync(list, files.join("\n"));
  const pending = files.slice(-10).flatMap((file) => ["--pending", file.slice(folder.length + 1)]);
  const run = await driftgate(["check", "migrations", ...pending], folder);
  const alone = await measure(node, [join(import.meta.dirname, "pglite-alone.ts"), join(work, "pglite.tar"), list]);
  show(line(`${count} generated migrations, ${tables} tables: cold`, run));
  show(line("  PGlite alone, the same SQL", alone));
  ratio("CPU over PGlite alone", run.cpuSeconds / alone.cpuSeconds, "under 1.5");
  const none = await median(3, () => driftgate(["check", "migrations", ...pending, "--engine", "none"], folder));
  const parse = await median(3, () => measure(node, [join(import.meta.dirname, "parse-alone.ts"), list]));
  show(line("  --engine none", none));
  show(line("  bare parse", parse));
  ratio("--engine none over bare parse, CPU", none.cpuSeconds / parse.cpuSeconds, "under 3");
  ratio("--engine none peak megabytes", none.peakMegabytes, "250");
  return run;
}

/** One pending file of 1,000 statements on 1,000 tables, executed in one transaction and read after each. */
async function longMigration(): Promise<void> {
  const folder = join(work, "long/migrations");
  generateHistory(folder, 1000, 1000);
  const file = join(folder, "001001_long.up.sql");
  generateBigFile(file, 1000);
  show(
    line(
      "1,000 statements on 1,000 tables in one file",
      await driftgate(["check", "migrations", "--pending", "migrations/001001*"], join(work, "long")),
    ),
  );
}

async function bigFile(): Promise<void> {
  const file = join(work, "big/0001_big.sql");
  generateHistory(join(work, "big"), 0, 1);
  generateBigFile(file, 10_000);
  const none = await median(3, () => driftgate(["check", "big/0001_big.sql", "--engine", "none"]));
  const list = join(work, "big.txt");
  writeFileSync(list, file);
  const parse = await median(3, () => measure(node, [join(import.meta.dirname, "parse-alone.ts"), list]));
  // Not a dependency: its lock entries name packages that not every registry has.
  await measure("npm", ["install", "--prefix", work, "--no-save", "--silent", "squawk-cli@2.66.0"]);
  const squawk = await median(3, () => measure(join(work, "node_modules/.bin/squawk"), [file]));
  show(line("one file of 10,000 statements: --engine none", none));
  show(line("  bare parse", parse));
  show(line("  squawk", squawk));
  ratio("--engine none over bare parse, CPU", none.cpuSeconds / parse.cpuSeconds, "under 3");
  ratio("--engine none over squawk", none.wallSeconds / squawk.wallSeconds, "under 1");
  ratio("--engine none peak megabytes", none.peakMegabytes, "250");
}

await startUp();
await realHistory();
const small = await generated(1000, 1000);
if (!quick) {
  const large = await generated(10_000, 1000);
  ratio("10,000 migrations over 1,000: wall", large.wallSeconds / small.wallSeconds, "10 or less");
}
if (!quick) await longMigration();
await bigFile();
rmSync(work, { recursive: true });
