import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, Server } from "../../../src/io/engine/engine.ts";
import { openEngine } from "../../../src/io/engine/open.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { applied, migration, relation } from "./support.ts";

let engine: Engine;
let parser: Parser;
let sent = 0;

const counted = (server: Server): Server => ({
  version: server.version,
  run: (scripts) => {
    sent += 1;
    return server.run(scripts);
  },
  query: (sql) => server.query(sql),
  provideExtension: (name) => server.provideExtension(name),
  save: () => server.save(),
  close: () => server.close(),
});

/** The engine, with a count of what is sent to its servers. */
const counting = (inner: Engine): Engine => ({ ...inner, start: (state) => inner.start(state)?.then(counted) ?? null });

beforeAll(async () => {
  engine = await openEngine();
  parser = await createParser();
});

afterAll(() => engine.close());

/** Tables, each with something that is not there: an index of a missing extension, a role, a call of it. */
const tables = 60;
const dump = [
  "CREATE EXTENSION pg_bigm",
  ...Array.from({ length: tables }, (_, index) => [
    `CREATE TABLE t${index} (id int PRIMARY KEY, word text)`,
    `CREATE INDEX ON t${index} USING gin (word gin_bigm_ops)`,
    `SELECT nothing_of_it(${index})`,
    `GRANT SELECT ON t${index} TO reader${index % 3}`,
    "SET check_function_bodies = off",
  ]).flat(),
  "INSERT INTO t0 VALUES (1, 'a'), (1, 'b')",
  "ALTER TABLE t0 RENAME COLUMN word TO text",
].join(";\n");

describe("a long transaction that lacks much", () => {
  test.each([
    ["applied", applied("1.sql", dump)],
    ["pending", migration("1.sql", dump)],
    ["with its own BEGIN", migration("1.sql", `BEGIN;\n${dump};\nCOMMIT`)],
  ])("%s: is gone through once for all of it", async (_, given) => {
    sent = 0;
    const { catalog, problems, steps } = await replay(counting(engine), parser, [given]);
    expect(catalog.relations).toHaveLength(tables);
    expect(relation(catalog, "t0").columns.map(({ name }) => name)).toEqual(["id", "text"]);
    // Each call is told once, and nothing else is.
    expect(problems.map(({ reason }) => /nothing_of_it/.test(reason))).toEqual(Array.from({ length: tables }, () => true));
    expect(steps.filter(({ certainty }) => certainty === "unknown")).toHaveLength(given.state === "pending" ? tables : 0);
    // Statement by statement from the beginning for each of some 120 failures it would be more than 10,000.
    expect(sent).toBeLessThan(6 * tables * 5);
  });

  test("what PostgreSQL refuses is refused, and nothing of it stays", async () => {
    const { catalog, steps } = await replay(engine, parser, [migration("1.sql", `${dump};\nCREATE TABLE t1 (id int)`)]);
    expect(catalog.relations).toEqual([]);
    expect(steps.at(-1)?.error?.message).toBe('relation "t1" already exists');
  });
});
