import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, startPostgres } from "./postgres.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

test("the test server is PostgreSQL 18 with logical decoding, and gives databases made from a template", async () => {
  await server.createDatabase("first");
  const first = await server.connect("first");
  await first.query("CREATE TABLE item (id bigint PRIMARY KEY)");
  await first.end();
  await server.createDatabase("second", "first");
  const second = await server.connect("second");
  const { rows } = await second.query(
    "SELECT current_setting('wal_level') AS wal, current_setting('server_version_num')::int / 10000 AS major",
  );
  expect(rows).toEqual([{ wal: "logical", major: 18 }]);
  expect((await second.query("SELECT count(*)::int AS n FROM item")).rows).toEqual([{ n: 0 }]);
});
