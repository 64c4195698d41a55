import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine, Server } from "../../src/io/engine/engine.ts";
import { openEngine } from "../../src/io/engine/open.ts";
import { ident } from "../../src/model/sql-name.ts";

let engine: Engine;
let server: Server;
beforeAll(async () => {
  engine = await openEngine();
  const started = await engine.start(null);
  if (started === null) throw new Error("no server");
  server = started;
});
afterAll(async () => {
  await server.close();
  await engine.close();
});

test("every keyword and every kind of name is quoted as the server quotes it", async () => {
  const others = `(VALUES ('orders'), ('_1'), ('1a'), ('a$b'), ('aB'), ('a b'), ('a"b'), ('grün'), ('')) AS other (word)`;
  const sql = `SELECT pg_catalog.json_build_array(word, pg_catalog.quote_ident(word))
    FROM (SELECT word FROM pg_catalog.pg_get_keywords() UNION ALL SELECT word FROM ${others}) AS all_words`;
  const { values, error } = await server.query(sql);
  expect(error).toBeNull();
  const rows = values.map((value) => JSON.parse(value ?? "") as readonly [word: string, quoted: string]);
  expect(rows.length).toBeGreaterThan(400);
  expect(rows.map(([word]) => [word, ident(word)])).toEqual(rows);
});
