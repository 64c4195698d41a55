import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import type { ReplayResult } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { openEmptied } from "../../support/emptied-engine.ts";
import { applied, migration, relation } from "./support.ts";

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEmptied();
  parser = await createParser();
});

afterAll(() => engine.close());

const notNull = ({ catalog }: ReplayResult, table: string): readonly string[] =>
  relation(catalog, table)
    .columns.filter((column) => column.notNull)
    .map(({ name }) => name);

describe("TimescaleDB", () => {
  const start = "CREATE EXTENSION IF NOT EXISTS timescaledb CASCADE; CREATE TABLE points (at timestamptz, device int, value float8);";

  test.each([
    ["the older form", "SELECT create_hypertable('points', 'at', chunk_time_interval => INTERVAL '1 day', if_not_exists => TRUE)", ["at"]],
    [
      "with a hash dimension",
      "SELECT * FROM create_hypertable('public.points'::regclass, 'at', 'device', 4, migrate_data => true)",
      ["at"],
    ],
    [
      "a dimension",
      "SELECT create_hypertable('points', by_range('at', INTERVAL '7 days')); SELECT add_dimension('points', by_hash('device', 4))",
      ["at"],
    ],
    [
      "a block that looks for the extension",
      "DO $$ BEGIN IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN PERFORM create_hypertable('points', 'at'); END IF; END $$",
      ["at"],
    ],
  ])("%s: the column becomes NOT NULL, and it is told where the rows go", async (_, sql, columns) => {
    for (const second of [migration("2.sql", sql), applied("2.sql", sql)]) {
      const result = await replay(engine, parser, [applied("1.sql", start), second]);
      expect(notNull(result, "points")).toEqual(columns);
      expect(result.problems.map(({ code, reason }) => [code, reason])).toEqual([
        ["hypertable", expect.stringContaining("written to chunks in the schema _timescaledb_internal")],
      ]);
    }
  });

  test("a table made as a hypertable is made, and its column NOT NULL", async () => {
    const sql = "CREATE TABLE log (at timestamptz, text text) WITH (tsdb.hypertable, tsdb.partition_column='at', tsdb.segmentby = 'text');";
    const result = await replay(engine, parser, [applied("1.sql", start), migration("2.sql", sql)]);
    expect(notNull(result, "log")).toEqual(["at"]);
    expect(result.problems.map(({ code }) => code)).toEqual(["hypertable"]);
  });

  test("made outside of the migrations, as for applied ones it was", async () => {
    const sql = `CREATE TABLE points (at timestamptz); SELECT create_hypertable('points', 'at'); SELECT add_retention_policy('points', INTERVAL '1 year');
      SELECT cron.schedule('sweep', '0 0 * * *', 'DELETE FROM points'); ALTER TABLE points ADD COLUMN x int;`;
    const result = await replay(engine, parser, [applied("1.sql", sql)]);
    expect(result.problems.map(({ code }) => code)).toEqual(["hypertable"]);
    expect(notNull(result, "points")).toEqual(["at"]);
    expect(relation(result.catalog, "points").columns).toHaveLength(2);
  });

  test("policies, compression and continuous aggregates change no table", async () => {
    const sql = `ALTER TABLE points SET (timescaledb.compress, timescaledb.compress_segmentby = 'device');
      SELECT add_compression_policy('points', INTERVAL '7 days'); SELECT add_retention_policy('points', INTERVAL '1 year');
      CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', at) AS day, avg(value) FROM points GROUP BY 1 WITH NO DATA;
      CALL refresh_continuous_aggregate('daily', NULL, NULL); ALTER TABLE points ADD COLUMN note text;`;
    const result = await replay(engine, parser, [applied("1.sql", start), migration("2.sql", sql, { transactional: false })]);
    expect(result.problems).toEqual([]);
    expect(relation(result.catalog, "points").columns.map(({ name }) => name)).toEqual(["at", "device", "value", "note"]);
  });

  test("a function that would make one makes none", async () => {
    const sql = "CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM create_hypertable('points', 'at'); END $$;";
    expect((await replay(engine, parser, [applied("1.sql", start), migration("2.sql", sql)])).problems).toEqual([]);
  });
});

describe("pg_partman", () => {
  const start = `CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;
    CREATE TABLE public.events (id bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);`;

  test.each([
    [
      "version 5",
      "SELECT partman.create_parent(p_parent_table => 'public.events', p_control => 'at', p_interval => '1 month', p_premake => 6)",
    ],
    ["version 4", "SELECT partman.create_parent('public.events', 'at', 'native', 'monthly', p_template_table := 'public.t')"],
  ])("%s: the default partition is there, the settings are taken", async (_, sql) => {
    const more = `${sql}; UPDATE partman.part_config SET retention = '90 days', retention_keep_table = false WHERE parent_table = 'public.events'; SELECT partman.run_maintenance();`;
    const { catalog, problems } = await replay(engine, parser, [applied("1.sql", start), migration("2.sql", more)]);
    expect(problems).toEqual([]);
    expect(catalog.relations.map(({ name }) => name)).toEqual(["events", "events_default"]);
    expect(relation(catalog, "events_default").partitionOf).toMatchObject({ name: "events", bound: "DEFAULT" });
  });

  test("a block that asks for its version finds one", async () => {
    const sql =
      "DO $$ DECLARE v text; BEGIN SELECT extversion INTO v FROM pg_extension WHERE extname = 'pg_partman'; IF v NOT LIKE '5.%' OR v IS NULL THEN RAISE EXCEPTION 'unsupported %', v; END IF; END $$";
    expect((await replay(engine, parser, [applied("1.sql", start), migration("2.sql", sql)])).problems).toEqual([]);
  });
});
