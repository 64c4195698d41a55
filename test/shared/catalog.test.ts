import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { historyLine } from "../../src/catalog/history.ts";
import type { Engine } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { ReplayResult } from "../../src/io/engine/replay.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { canonical, corpus, findMigrations, readLines, searchPaths } from "./corpus.ts";

const compared = ["tables", "enums", "domains", "composites", "publications", "renames", "recreated"] as const;

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEngine({ limits: { totalMs: 600_000 } });
  parser = await createParser();
});

afterAll(async () => {
  await engine.close();
});

/** The catalog before and after each migration. */
function statesOf(
  result: ReplayResult,
  migrations: readonly Migration[],
): ReadonlyMap<string, { readonly before: Catalog; readonly after: Catalog }> {
  const states = new Map<string, { before: Catalog; after: Catalog }>();
  let current = result.baseline;
  for (const { id } of migrations) {
    const last = result.steps.findLast((step) => step.migration === id);
    states.set(id, { before: current, after: last?.after ?? current });
    current = last?.after ?? current;
  }
  return states;
}

interface Score {
  right: number;
  readonly wrong: string[];
}

function compareObjects(score: Score, place: string, golden: JsonObject, ours: JsonObject, ignored: ReadonlySet<string>): void {
  for (const name of new Set([...Object.keys(golden), ...Object.keys(ours)])) {
    if (ignored.has(name)) continue;
    if (canonical(golden[name]) === canonical(ours[name])) score.right += 1;
    else
      score.wrong.push(`${place} ${name}: expected ${canonical(golden[name])?.slice(0, 300)}, got ${canonical(ours[name])?.slice(0, 300)}`);
  }
}

/** Absent keys are empty objects. */
function section(line: JsonObject, key: string): JsonObject {
  const value = line[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

describe.each(readdirSync(corpus).toSorted())("%s", (project) => {
  test("catalog after each migration", async () => {
    const lines = readLines(project);
    const migrations = await findMigrations(project, lines);
    const searchPath = searchPaths[project];
    const started = performance.now();
    const result = await replay(engine, parser, migrations, null, searchPath === undefined ? {} : { searchPath });
    const ms = Math.round(performance.now() - started);
    const states = statesOf(result, migrations);
    const scores = Object.fromEntries(compared.map((key) => [key, { right: 0, wrong: [] } as Score]));
    const failed = new Set(result.steps.filter((step) => step.error !== null).map((step) => step.migration));
    const statuses: string[] = [];
    for (const line of lines) {
      const state = states.get(line.migration);
      if (state === undefined || line.status === "skipped") continue;
      if ((line.status === "failed") !== failed.has(line.migration)) statuses.push(`${line.migration}: expected ${line.status}`);
      const ours = historyLine(
        { n: 0, migration: line.migration, status: "ok", error: null, autocommit: false },
        state.before,
        state.after,
      );
      const dated = line["dateDependent"];
      const ignored = new Set(Array.isArray(dated) ? (dated as string[]) : []);
      for (const key of compared)
        compareObjects(scores[key] ?? { right: 0, wrong: [] }, `${line.migration} ${key}`, section(line, key), section(ours, key), ignored);
    }
    const { tables } = scores;
    const unknown = result.problems.filter((problem) => !failed.has(problem.migration ?? "")).length;
    process.stdout.write(
      `${project}: ${migrations.length} migrations, ${result.steps.length} statements in ${ms} ms; changed tables ${tables?.right} right, ${unknown} unknown, ` +
        `${tables?.wrong.length} wrong; ${Object.values(scores).reduce((sum, score) => sum + score.right, 0)} objects right\n`,
    );
    expect({
      wrong: Object.values(scores).flatMap((score) => score.wrong),
      statuses,
      problems: result.problems.filter((problem) => !failed.has(problem.migration ?? "")),
    }).toEqual({
      wrong: [],
      statuses: [],
      problems: [],
    });
  });
});
