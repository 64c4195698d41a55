import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { Step } from "../../src/model/step.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { findMigrations, readLines as readCorpus, searchPaths } from "./corpus.ts";
import { compareGolden, readLines, readShared } from "./project-golden.ts";
import type { Common, Golden, Outcome } from "./project-golden.ts";
import { connectorOf, mayWrite, predictionsOf } from "./project-states.ts";
import type { State } from "./project-states.ts";
import { oracleParser, tableHead, tableRow, tallyOf } from "./project-table.ts";

interface Line extends Golden {
  readonly project: string;
  readonly migrationFile: string;
}

/** The steps of one migration as states: a transaction is seen when it is committed. */
function statesOf(steps: readonly Step[]): readonly State[] {
  return steps.map(({ statement, after, transaction }) => ({
    writes: mayWrite(statement.kind),
    truncates: statement.kind === "truncate",
    catalog: after,
    committed: steps.findLast((step) => step.transaction === transaction)?.after ?? after,
  }));
}

describe("projection of real migrations, from the files to the schemas", () => {
  let engine: Engine;
  let parser: Parser;
  beforeAll(async () => {
    engine = await openEngine({ limits: { totalMs: 600_000 } });
    parser = await oracleParser();
    process.stdout.write(tableHead);
  });
  afterAll(() => engine.close());

  const common: Common = JSON.parse(readShared("oracle/golden/common.json"));
  const golden = readLines<Line>("oracle-real/golden.jsonl");

  it.each([...new Set(golden.map(({ project }) => project))])("%s", async (project) => {
    const lines = golden.filter((one) => one.project === project);
    const found = await findMigrations(project, readCorpus(project));
    const isRecorded = ({ id, path }: Migration): boolean =>
      lines.some((line) => id === line.migrationFile || path.endsWith(`/${line.migrationFile}`));
    const migrations = found
      .slice(0, found.findLastIndex(isRecorded) + 1)
      .map((one, at): Migration => ({ ...one, state: at < found.findIndex(isRecorded) ? "baseline" : "pending" }));
    const searchPath = searchPaths[project];
    const { steps } = await replay(engine, parser, migrations, null, searchPath === undefined ? {} : { searchPath });
    const connector = connectorOf({});
    const outcomes = lines.flatMap((line): readonly Outcome[] => {
      const id = migrations.find((one) => one.id === line.migrationFile || one.path.endsWith(`/${line.migrationFile}`))?.id;
      const own = steps.filter(({ migration }) => migration === id);
      const [first, last] = [own[0], own.at(-1)];
      if (first === undefined || last === undefined) throw new Error(`${line.id}: ${line.migrationFile} has no steps`);
      const states = { before: first.before, migration: statesOf(own), after: last.after, connector, down: false };
      return compareGolden(line, common, predictionsOf(states));
    });
    process.stdout.write(tableRow(project, lines.length, tallyOf(outcomes)));
    for (const { where, result, detail } of outcomes) if (result === "unknown") process.stdout.write(`  unknown: ${where}: ${detail}\n`);
    expect(outcomes.filter(({ result }) => result === "different").map(({ where, detail }) => `${where}: ${detail}`)).toEqual([]);
  });
});
