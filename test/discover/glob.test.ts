import { expect, test } from "vitest";
import { globMatcher, pathsMatching } from "../../src/discover/glob.ts";

test.each([
  ["db/V9__*.sql", "db/V9__a.sql", true],
  ["db/V9__*.sql", "db/sub/V9__a.sql", false],
  ["./db/*.sql", "db/a.sql", true],
  ["db/**/*.sql", "db/a.sql", true],
  ["db/**/*.sql", "db/x/y/a.sql", true],
  ["db/**", "db/x/y/a.sql", true],
  ["V9*.sql", "db/x/V9__a.sql", true],
  ["V9*.sql", "V9__a.sql", true],
  ["V9*.sql", "db/V8__a.sql", false],
  ["db/20240102_add", "db/20240102_add/migration.sql", true],
  ["db/20240102_add/", "db/20240102_add/migration.sql", true],
  ["db/20240102_add", "db/20240102_added/migration.sql", false],
  ["db/{001,002}_*.sql", "db/002_b.sql", true],
  ["db/{001,002}_*.sql", "db/003_b.sql", false],
  ["db/00[1-3].sql", "db/002.sql", true],
  ["db/00[!1-3].sql", "db/002.sql", false],
  ["db/00[!1-3].sql", "db/004.sql", true],
  ["db/00?.sql", "db/00a.sql", true],
  ["db/a+b(1).sql", "db/a+b(1).sql", true],
  ["db/a.sql", "db/axsql", false],
  ["db/a{b.sql", "db/a{b.sql", true],
  ["db/a,b.sql", "db/a,b.sql", true],
  [".", "anything/at/all.sql", true],
])("%s on %s: %s", (glob, path, expected) => {
  expect(globMatcher(glob)(path)).toBe(expected);
});

test("paths of sources", () => {
  const sources = ["db/1.sql", "db/2.sql", "db/3.sql"].map((path) => ({ path, text: "" }));
  expect([...pathsMatching(sources, ["db/1.sql", "3.sql"])]).toEqual(["db/1.sql", "db/3.sql"]);
});
