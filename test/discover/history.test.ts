import { describe, expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import { bytesOf, crc32, sipHash13 } from "../../src/discover/history/checksum.ts";
import { flywayChecksum } from "../../src/discover/history/flyway.ts";
import { defaultHistoryOptions } from "../../src/discover/history/history.ts";
import { historyTables } from "../../src/discover/history/recognise.ts";
import { otherCases } from "./history-cases-code.ts";
import { flywayCases } from "./history-cases-flyway.ts";
import { liquibaseCases } from "./history-cases-liquibase.ts";
import { orderCases } from "./history-cases-order.ts";
import { sqlCases } from "./history-cases.ts";
import { digest } from "./history-files.ts";
import { catalog, column, relation } from "../catalog/support.ts";

describe("pending by the tool's own table", () => {
  test.each(
    [...sqlCases, ...flywayCases, ...liquibaseCases, ...otherCases, ...orderCases].map(
      (one) => [`${one.tool}: ${one.title.replace(/^[\w-]+: /, "")}`, one] as const,
    ),
  )("%s", (_, one) => {
    const sources = Object.entries(one.files).map(([path, text]) => ({ path, text }));
    const table = {
      tool: one.tool,
      title: "public.history",
      rows: one.rows,
      locks: one.locks ?? [],
      occupied: one.occupied === true,
      ...(one.catalog === undefined ? {} : { catalog: one.catalog }),
    };
    const options = { ...defaultHistoryOptions, ...one.options };
    const pending = { kind: "history", table, options, digest } as const;
    const found = discover(sources, { tool: one.tool, root: null, pending, placeholders: one.placeholders ?? {} });
    expect(found.migrations.filter(({ state }) => state === "pending").map(({ path }) => path)).toEqual(one.pending);
    const said = found.problems.map(({ detail }) => detail);
    expect(said).toHaveLength(one.says?.length ?? 0);
    for (const [index, pattern] of (one.says ?? []).entries()) expect(said[index]).toMatch(pattern);
  });
});

test("what a half applied file of Atlas's has left is sent, and what ran is the database's", () => {
  const text =
    "-- atlas:txmode none\n\n-- first\nCREATE TABLE a (t text DEFAULT ';', n int CHECK (n > (1)));\n/* second; */ SELECT $$;$$;\n\nALTER TABLE a ADD c int;\n-- end\n";
  const statements = ["CREATE TABLE a (t text DEFAULT ';', n int CHECK (n > (1)));", "SELECT $$;$$;"];
  const hashes = statements.map((_, index) => `h1:${digest("sha256", statements.slice(0, index + 1).join(""), "base64")}`);
  const rows = [{ version: "1", applied: "2", total: "3", partial_hashes: JSON.stringify(hashes) }];
  const table = { tool: "atlas" as const, title: "atlas_schema_revisions", rows, locks: [] };
  const found = discover(
    [
      { path: "m/1_a.sql", text },
      { path: "m/atlas.sum", text: `h1:x\n1_a.sql h1:${digest("sha256", `1_a.sql${text}`, "base64")}\n` },
    ],
    { tool: "atlas", root: null, pending: { kind: "history", table, options: defaultHistoryOptions, digest }, placeholders: {} },
  );
  expect(found.migrations.map(({ id, state, pieces }) => [id, state, pieces.map(({ sql }) => sql)])).toEqual([
    ["1_a.sql (applied)", "baseline", statements],
    ["1_a.sql", "pending", ["ALTER TABLE a ADD c int;"]],
  ]);
  expect(found.problems.map(({ kind }) => kind)).toEqual(["run-failed"]);
});

const table = (oid: number, name: string, ...columns: readonly string[]) =>
  relation(
    oid,
    name,
    columns.map((one, index) => column(index + 1, one)),
  );

describe("history tables are told by their columns", () => {
  const tools = (...relations: readonly ReturnType<typeof table>[]): readonly string[] =>
    historyTables(catalog(...relations), null).map(({ tool }) => tool);

  test.each([
    [["golang-migrate"], [table(1, "schema_migrations", "version", "dirty")]],
    [["dbmate"], [table(1, "schema_migrations", "version")]],
    [["rails"], [table(1, "schema_migrations", "version"), table(2, "ar_internal_metadata", "key", "value")]],
    [["supabase"], [table(1, "schema_migrations", "version", "statements", "name")]],
    [["typeorm"], [table(1, "migrations", "id", "timestamp", "name")]],
    [["postgres-migrations"], [table(1, "migrations", "id", "name", "hash", "executed_at")]],
    [
      ["flyway"],
      [
        table(
          1,
          "ours",
          "installed_rank",
          "version",
          "description",
          "type",
          "script",
          "checksum",
          "installed_by",
          "installed_on",
          "execution_time",
          "success",
        ),
      ],
    ],
    [["sqlx"], [table(1, "_sqlx_migrations", "version", "description", "installed_on", "success", "checksum", "execution_time")]],
    [["tern"], [table(1, "schema_version", "version")]],
    [[], [table(1, "schema_migrations", "version", "comment"), table(2, "orders", "id", "name"), table(3, "versions", "version")]],
  ])("%j", (expected, relations) => {
    expect(tools(...relations)).toEqual(expected);
  });
});

test("checksums as their tools compute them", () => {
  expect(crc32("123456789")).toBe(-873187034);
  expect(flywayChecksum("\uFEFFa\r\nb\n")).toBe(crc32("ab"));
  // The vector of SipHash-1-3 for no bytes and zero keys is Rust's `DefaultHasher::new().finish()`.
  expect(sipHash13(bytesOf())).toBe("15130871412783076140");
});
