import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { applied, migration, relation } from "./support.ts";

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEngine();
  parser = await createParser();
});

afterAll(() => engine.close());

const start = applied(
  "1.sql",
  "CREATE EXTENSION postgis; CREATE TABLE level (id int, shape geography(Polygon,4326), lon float8, lat float8);",
);

test("columns, checks and rows that call PostGIS", async () => {
  const sql = `ALTER TABLE level ADD COLUMN at geometry(Point,4326) GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED,
      ADD COLUMN kind text DEFAULT ST_GeometryType(ST_GeomFromText('POINT(0 0)'));
    ALTER TABLE level ADD CHECK (ST_SRID(shape) = 4326 AND ST_IsValid(shape::geometry));
    UPDATE level SET shape = CASE WHEN GeometryType(shape) = 'POLYGON' THEN ST_Multi(shape::geometry)::geography END;
    UPDATE level SET shape = ST_NobodyKnows(shape);
    CREATE INDEX ON level USING gist (ST_Transform(at, 3857));`;
  const { catalog, problems } = await replay(engine, parser, [start, migration("2.sql", sql)]);
  expect(problems).toEqual([]);
  expect(relation(catalog, "level").columns.map(({ name }) => name)).toEqual(["id", "shape", "lon", "lat", "at", "kind"]);
});

test("what makes a table's shape, and is not known, stays unknown", async () => {
  const { problems } = await replay(engine, parser, [
    start,
    migration("2.sql", "SELECT AddGeometryColumn('level', 'g', 4326, 'POINT', 2);"),
  ]);
  expect(problems.map(({ code }) => code)).toEqual(["sql-not-executed"]);
});
