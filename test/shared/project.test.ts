import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../project/catalog-from-sql.ts";
import { compareCase, openOracleDatabase, readLines, readShared } from "./project-golden.ts";
import type { Case, Common, Golden } from "./project-golden.ts";

const ENUM = "the running connector keeps the labels it read at its start";
const TYPE_RENAMED = "the running connector does not know the new name of the type";
const PENDING = "rows written before the table got another name, or none, still come under the old one";
const RENAMED = "the running connector goes on with the old name of the table; the projection is that of a restart";

/** Where a record shows what the connector remembers from before the migration, which a catalog cannot tell. */
const NOT_OF_THE_CATALOG: Readonly<Record<string, string>> = {
  "migrations/enum-add-value after": ENUM,
  "migrations/enum-add-value-existing-only after": ENUM,
  "migrations/enum-add-value-before after": ENUM,
  "migrations/enum-rename-value after": ENUM,
  "migrations/enum-add-value-plus-column after": ENUM,
  "migrations/enum-add-value-restart after": ENUM,
  "options/converter-enum-enhanced.avro.schema.support after": ENUM,
  "options/converter-enum-connect.meta.data after": ENUM,
  "migrations/enum-rename-type-add-column after": TYPE_RENAMED,
  "migrations/domain-set-not-null after": "ALTER DOMAIN sends no Relation message: the change is seen with the next one",
  "options/table-include-then-rename after": RENAMED,
  "options/table-include-then-rename-restart after": RENAMED,
  "options/table-include-then-set-schema after": RENAMED,
  "options/schema-include-then-set-schema after": RENAMED,
  "down/drop-table after": PENDING,
  "down/rename-table after": PENDING,
  "down/set-schema after": PENDING,
  "down/rename-table-include-list after": PENDING,
  "peer/34-enum-add-value after": ENUM,
  "peer/35-enum-rename-value after": ENUM,
  "peer/36-rename-enum-type@then-add-column after": TYPE_RENAMED,
};

/** The extensions of this database are in a schema that survives from case to case. */
function moved(sql: string): string {
  return sql.replaceAll("public.citext", "ext.citext").replaceAll("WITH SCHEMA public", "WITH SCHEMA ext");
}

describe("projection against the schemas of the real connector", () => {
  let database: Database;
  const common: Common = JSON.parse(readShared("oracle/golden/common.json"));

  beforeAll(async () => {
    database = await openOracleDatabase();
  });
  afterAll(() => database.close());

  /** Compares all; gives the wrong ones and prints the count. */
  async function compareAll(name: string, pairs: readonly (readonly [Case, Golden])[]): Promise<readonly string[]> {
    const tally = { right: 0, unknown: 0, remembered: 0, ofNoTable: 0 };
    const wrong: string[] = [];
    for (const [one, golden] of pairs) {
      for (const { where, result } of await compareCase(database, one, golden, common)) {
        if (result === "right") tally.right += 1;
        else if (result === "unknown") tally.unknown += 1;
        else if (/ (srv\.transaction|__debezium-heartbeat\.srv)$/.test(where)) tally.ofNoTable += 1;
        else if (NOT_OF_THE_CATALOG[`${golden.id} ${where.split(" ")[0] ?? ""}`] !== undefined) tally.remembered += 1;
        else wrong.push(`${golden.id} ${where}: ${result}`);
      }
    }
    process.stdout.write(`${name}: ${JSON.stringify({ ...tally, wrong: wrong.length })}\n`);
    return wrong;
  }

  for (const file of ["types", "names", "keys", "options", "smt", "migrations", "typechanges", "down"]) {
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
