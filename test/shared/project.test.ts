import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Parser } from "../../src/parse/parser.ts";
import type { Database } from "../project/catalog-from-sql.ts";
import { compareGolden, readLines, readShared } from "./project-golden.ts";
import type { Case, Common, Golden, Outcome } from "./project-golden.ts";
import { openOracleDatabase, runCase } from "./project-states.ts";
import { oracleParser, tableHead, tableRow, tallyOf } from "./project-table.ts";

/** Topics of no table. */
const OF_NO_TABLE = / (srv\.transaction|__debezium-heartbeat\.srv)(?: #\d+)?$/;

/** The extensions of this database are in a schema that survives from case to case. */
function moved(sql: string): string {
  return sql.replaceAll("public.citext", "ext.citext").replaceAll("WITH SCHEMA public", "WITH SCHEMA ext");
}

describe("projection against the schemas of the real connector", () => {
  let database: Database;
  let parser: Parser;
  const common: Common = JSON.parse(readShared("oracle/golden/common.json"));

  beforeAll(async () => {
    [database, parser] = [await openOracleDatabase(), await oracleParser()];
    process.stdout.write(tableHead);
  });
  afterAll(() => database.close());

  /** Compares all, prints a row, and gives what is wrong. */
  async function compareAll(name: string, pairs: readonly (readonly [Case, Golden])[]): Promise<readonly string[]> {
    const outcomes: Outcome[] = [];
    for (const [one, golden] of pairs) {
      const found = compareGolden(golden, common, await runCase(database, parser, one));
      outcomes.push(...found.filter(({ where }) => !OF_NO_TABLE.test(where)));
    }
    process.stdout.write(tableRow(name, pairs.length, tallyOf(outcomes)));
    for (const { where, result, detail } of outcomes) if (result === "unknown") process.stdout.write(`  unknown: ${where}: ${detail}\n`);
    return outcomes.filter(({ result }) => result === "different").map(({ where, detail }) => `${where}: ${detail}`);
  }

  for (const file of ["types", "names", "keys", "options", "smt", "migrations", "typechanges", "down", "xml"]) {
    it(file, async () => {
      const cases = new Map(readLines<Case>(`oracle/cases/${file}.jsonl`).map((one) => [one.id, one]));
      const pairs = readLines<Golden>(`oracle/golden/${file}.jsonl`).map((golden): readonly [Case, Golden] => {
        const one = cases.get(golden.id);
        if (one === undefined) throw new Error(`${golden.id} has no case`);
        return [one, golden];
      });
      expect(await compareAll(file, pairs)).toEqual([]);
    });
  }

  it("peer cases", async () => {
    const base = moved(readShared("corpus-mini/peer-cases/base.sql"));
    const lines = readLines<Golden & { connector: Case["connector"]; dmlBefore: readonly string[]; sql: readonly string[] }>(
      "oracle-peer-cases/golden.jsonl",
    );
    const pairs = lines.map((golden): readonly [Case, Golden] => [
      { id: golden.id, connector: golden.connector, before: [base], seed: golden.dmlBefore, migration: golden.sql.map(moved) },
      golden,
    ]);
    expect(await compareAll("peer cases", pairs)).toEqual([]);
  });
});
