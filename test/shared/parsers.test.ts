import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { PG_QUERY_NESTING, createParser } from "../../src/io/parsers.ts";
import type { Migration } from "../../src/model/migration.ts";
import { parseMigration } from "../../src/parse/parse-migration.ts";
import type { ParsedMigration } from "../../src/parse/parse-migration.ts";
import { nestingOf } from "../../src/parse/split.ts";
import { canonical, corpus, findMigrations, readLines } from "./corpus.ts";

const grammar18 = await createParser({ postgresVersion: 18 });
const grammar16 = await createParser({ postgresVersion: 16 });

interface Tally {
  migrations: number;
  /** Statements that each grammar reads. */
  both: number;
  /** Of these the ones that are nested too deeply for the older parser, which 18's then reads for it. */
  tooDeep: number;
  readonly only18: string[];
  readonly only16: string[];
  readonly refused: string[];
  readonly different: string[];
}

const newTally = (): Tally => ({ migrations: 0, both: 0, tooDeep: 0, only18: [], only16: [], refused: [], different: [] });

/** What each grammar says of each place of the text at which either sees a statement or an error. */
function byPlace({ statements, problems }: ParsedMigration): ReadonlyMap<string, string> {
  return new Map([
    ...statements.map((statement) => [`${statement.piece} ${statement.span.start.offset}`, canonical(statement)] as const),
    ...problems.map((problem) => [`error ${problem.span.start.offset}`, problem.message] as const),
  ]);
}

const errors = (parsed: ParsedMigration): string => parsed.problems.map(({ message }) => message).join("; ");

function compare(tally: Tally, migration: Migration): void {
  const [newer, older] = [parseMigration(grammar18, migration), parseMigration(grammar16, migration)];
  const [of18, of16] = [byPlace(newer), byPlace(older)];
  tally.migrations += 1;
  for (const { sql } of newer.statements) if (nestingOf(sql) > PG_QUERY_NESTING) tally.tooDeep += 1;
  for (const place of new Set([...of18.keys(), ...of16.keys()])) {
    const [a, b] = [of18.get(place), of16.get(place)];
    const where = `${migration.id} at ${place}`;
    if (place.startsWith("error")) {
      if (a !== undefined && b !== undefined) tally.refused.push(`${where}: ${a}`);
    } else if (a === undefined) tally.only16.push(`${where}: ${errors(newer) || "no error, but no statement here"}`);
    else if (b === undefined) tally.only18.push(`${where}: ${errors(older) || "no error, but no statement here"}`);
    else if (a === b) tally.both += 1;
    else tally.different.push(`${where}:\n  18: ${a}\n  16: ${b}`);
  }
}

test("both grammars give the same statements, spans and kinds on every project", async () => {
  const projects = readdirSync(corpus).toSorted();
  const tallies = new Map<string, Tally>();
  for (const project of projects) {
    const tally = newTally();
    for (const migration of await findMigrations(project, readLines(project))) compare(tally, migration);
    tallies.set(project, tally);
  }
  const head = "project            migrations  statements  too deep  only 18  only 16  neither  different";
  const rows = [...tallies].map(([project, { migrations, both, tooDeep, only18, only16, refused, different }]) =>
    [
      project.padEnd(18),
      ...[migrations, both].map((count) => `${count}`.padStart(10)),
      ...[tooDeep, only18.length, only16.length, refused.length, different.length].map((count) => `${count}`.padStart(8)),
    ].join(" "),
  );
  const reasons = [...tallies].flatMap(([project, { only18, only16, refused }]) =>
    [...only18, ...only16, ...refused].map((reason) => `${project}: ${reason}`),
  );
  process.stdout.write(`${[head, ...rows, ...reasons].join("\n")}\n`);
  const all = [...tallies.values()];
  expect(projects).toHaveLength(19);
  // Two grammars, indeed: ALTER COLUMN … SET EXPRESSION came with 17.
  const since17 = "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b + 1)";
  expect([grammar18, grammar16].map((parser) => parser.parse(since17).kind)).toEqual(["statements", "syntax-error"]);
  expect(all.flatMap(({ different }) => different)).toEqual([]);
  // One grammar alone is right only where the other says why not.
  expect(
    [...all.flatMap(({ only18 }) => only18), ...all.flatMap(({ only16 }) => only16)].filter((why) => why.includes("no error")),
  ).toEqual([]);
  expect(all.reduce((sum, { both }) => sum + both, 0)).toBeGreaterThan(5000);
});
