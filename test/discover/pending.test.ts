import { expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { DiscoverOptions, Discovery, PendingSelector } from "../../src/discover/discover.ts";
import type { GitChange } from "../../src/model/git-change.ts";
import type { DiscoveryProblem, Source } from "../../src/model/migration.ts";

type Files = Readonly<Record<string, string>>;

const sourcesOf = (files: Files): readonly Source[] => Object.entries(files).map(([path, text]) => ({ path, text }));

function select(files: Files, pending: PendingSelector, options: Partial<DiscoverOptions> = {}): Discovery {
  return discover(sourcesOf(files), { tool: null, root: null, placeholders: {}, ...options, pending });
}

/** What git would tell of two trees, renames given by hand. */
function since(before: Files, now: Files, renames: Files = {}): Discovery {
  const changes: GitChange[] = [];
  const moved = new Set(Object.keys(renames));
  for (const [path, text] of Object.entries(now)) {
    const from = Object.entries(renames).find(([, to]) => to === path)?.[0];
    const old = before[path];
    if (from !== undefined) changes.push({ kind: "renamed", path, from, similarity: 100, before: before[from] ?? null });
    else if (old === undefined) changes.push({ kind: "added", path });
    else if (old !== text) changes.push({ kind: "modified", path, before: old });
  }
  for (const [path, text] of Object.entries(before)) {
    if (now[path] === undefined && !moved.has(path)) changes.push({ kind: "deleted", path, before: text });
  }
  return select(now, { kind: "git", changes });
}

const states = (found: Discovery): readonly string[] => found.migrations.map((migration) => `${migration.state} ${migration.id}`);
const told = (problems: readonly DiscoveryProblem[]): readonly string[] =>
  problems.map((problem) => `${problem.kind} ${problem.path}:${problem.span.start.line}`);

const a = "CREATE TABLE a (id int);\n";
const b = "CREATE TABLE b (\n  id int,\n  name text\n);\n";
const c = "CREATE TABLE c (id int);\n";
const flyway: Files = { "db/V1__a.sql": a, "db/V2__b.sql": b };

test("all, none and by path", () => {
  expect(states(select(flyway, { kind: "all" }))).toEqual(["pending V1__a.sql", "pending V2__b.sql"]);
  expect(states(select(flyway, { kind: "none" }))).toEqual(["baseline V1__a.sql", "baseline V2__b.sql"]);
  expect(states(select(flyway, { kind: "paths", paths: new Set(["db/V2__b.sql"]) }))).toEqual(["baseline V1__a.sql", "pending V2__b.sql"]);
});

test("a pending path before an applied one is out of order, and is run after it", () => {
  const found = select(flyway, { kind: "paths", paths: new Set(["db/V1__a.sql"]) });
  expect(states(found)).toEqual(["baseline V2__b.sql", "pending V1__a.sql"]);
  expect(found.migrations.map((migration) => migration.order)).toEqual([0, 1]);
  expect(told(found.problems)).toEqual(["out-of-order db/V1__a.sql:1"]);
  expect(found.problems[0]?.detail).toBe(
    "it sorts before V2__b.sql, which is already applied; Flyway refuses to migrate unless outOfOrder is set",
  );
});

test("git: what the base has not is pending", () => {
  const found = since(flyway, { ...flyway, "db/V3__c.sql": c });
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql", "pending V3__c.sql"]);
  expect(found.problems).toEqual([]);
});

test("git: an edited file is a problem at its first new line, and the baseline keeps the text that was applied", () => {
  const found = since(flyway, { ...flyway, "db/V2__b.sql": b.replace("name text", "name varchar(10)") });
  expect(told(found.problems)).toEqual(["edited db/V2__b.sql:3"]);
  expect(found.problems[0]?.detail).toBe(
    "its text changed since the base; Flyway refuses to migrate (validate: migration checksum mismatch)",
  );
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql"]);
  expect(found.migrations[1]?.text).toBe(b);
});

test.each([
  ["a comment", `-- new\n${b}`],
  ["white space", b.replaceAll("\n", "\r\n").replace("( ", "(")],
  ["indentation", b.replaceAll("  ", "\t")],
])("git: an edit of %s only is said to be one", (_, text) => {
  const [problem] = since(flyway, { ...flyway, "db/V2__b.sql": text }).problems;
  expect(problem?.kind).toBe("edited");
  expect(problem?.detail).toMatch(/^only white space or comments changed/);
});

test("git: white space within quotes is no white space", () => {
  const before = { "db/V1__a.sql": "SELECT 'a  b';" };
  const [problem] = since(before, { "db/V1__a.sql": "SELECT 'a b';" }).problems;
  expect(problem?.detail).toMatch(/^its text changed/);
});

test("git: a deleted file is a problem and stays applied", () => {
  const found = since(flyway, { "db/V2__b.sql": b });
  expect(told(found.problems)).toEqual(["deleted db/V1__a.sql:1"]);
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql"]);
});

test("git: a file renamed within its version is applied under its new name", () => {
  const found = since(
    { "m/1_a.up.sql": a, "m/2_b.up.sql": b },
    { "m/1_a.up.sql": a, "m/2_better.up.sql": b },
    { "m/2_b.up.sql": "m/2_better.up.sql" },
  );
  expect(told(found.problems)).toEqual(["renamed m/2_better.up.sql:1"]);
  expect(found.problems[0]?.detail).toBe("was m/2_b.up.sql; golang-migrate knows migrations by version and does not notice");
  expect(states(found)).toEqual(["baseline 1_a.up.sql", "baseline 2_better.up.sql"]);
});

test("git: a renamed file of a tool that knows names is pending again", () => {
  const [old, now] = ["prisma/migrations/2024_b/migration.sql", "prisma/migrations/2025_b/migration.sql"];
  const found = since({ [old]: b }, { [now]: b }, { [old]: now });
  expect(told(found.problems)).toEqual([`renamed ${now}:1`]);
  expect(states(found)).toEqual(["baseline 2024_b/migration.sql", "pending 2025_b/migration.sql"]);
});

test("git: a new version before an applied one is out of order, and is run last", () => {
  const found = since(flyway, { ...flyway, "db/V1.5__c.sql": c });
  expect(told(found.problems)).toEqual(["out-of-order db/V1.5__c.sql:1"]);
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql", "pending V1.5__c.sql"]);
});

test("git: two branches that took the same version", () => {
  const found = since(flyway, { ...flyway, "db/V2__c.sql": c });
  expect(told(found.problems)).toEqual(["duplicate-version db/V2__c.sql:1"]);
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql", "pending V2__c.sql"]);
});

test("git: an edited repeatable migration is pending, after what it was", () => {
  const before = { ...flyway, "db/R__v.sql": "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;" };
  const found = since(before, { ...before, "db/R__v.sql": "CREATE OR REPLACE VIEW v AS SELECT 2 AS one;" });
  expect(found.problems).toEqual([]);
  expect(states(found)).toEqual(["baseline V1__a.sql", "baseline V2__b.sql", "baseline R__v.sql (applied)", "pending R__v.sql"]);
});

test("git: a new changeset in an old Liquibase file is pending, an edited one is a problem", () => {
  const header = "--liquibase formatted sql\n";
  const one = "--changeset a:1\nCREATE TABLE a (id int);\n";
  const two = "\n--changeset a:2\nCREATE TABLE b (id int);\n";
  const added = since({ "log/a.sql": header + one }, { "log/a.sql": header + one + two });
  expect(states(added)).toEqual(["baseline a.sql::a:1#0", "pending a.sql::a:2#1"]);
  expect(added.problems).toEqual([]);
  const edited = since({ "log/a.sql": header + one + two }, { "log/a.sql": header + one.replace("int", "bigint") + two });
  expect(told(edited.problems)).toEqual(["edited log/a.sql:3"]);
  const dropped = since({ "log/a.sql": header + one + two }, { "log/a.sql": header + one });
  expect(told(dropped.problems)).toEqual(["deleted log/a.sql:1"]);
});

test("git: a reworked change of Sqitch is pending, its first instance is not edited", () => {
  const plan = "%syntax-version=1.0.0\n\np 2024-01-01T00:00:00Z A <a@example.org> # p\n@v1 2024-01-02T00:00:00Z A <a@example.org> # v1\n";
  const before = { "sqitch.plan": plan, "deploy/p.sql": a };
  const reworked = {
    "sqitch.plan": `${plan}p [p@v1] 2024-01-03T00:00:00Z A <a@example.org> # p\n`,
    "deploy/p@v1.sql": a,
    "deploy/p.sql": b,
  };
  const found = since(before, reworked);
  expect(found.problems).toEqual([]);
  expect(states(found)).toEqual(["baseline deploy/p@v1.sql", "pending deploy/p.sql"]);
  expect(found.migrations.map((migration) => migration.text)).toEqual([a, b]);
});

const line = (name: string): string => `${name} 2024-01-01T00:00:00Z A <a@example.org> # ${name}\n`;

test("git: a plan that was reordered", () => {
  const before = { "sqitch.plan": line("a") + line("b"), "deploy/a.sql": a, "deploy/b.sql": b };
  const found = since(before, { ...before, "sqitch.plan": line("b") + line("a") });
  expect(told(found.problems)).toEqual(["out-of-order deploy/b.sql:1"]);
});

const journal = (...entries: readonly (readonly [string, number])[]): string =>
  JSON.stringify({ entries: entries.map(([tag, when]) => ({ tag, when })) });

test("git: Drizzle never runs what its journal dates before the last applied migration", () => {
  const before = { "d/meta/_journal.json": journal(["0000_a", 10], ["0001_b", 30]), "d/0000_a.sql": a, "d/0001_b.sql": b };
  const late = since(before, {
    ...before,
    "d/meta/_journal.json": journal(["0000_a", 10], ["0001_b", 30], ["0002_c", 20]),
    "d/0002_c.sql": c,
  });
  expect(told(late.problems)).toEqual(["out-of-order d/0002_c.sql:1"]);
  expect(late.problems[0]?.detail).toBe(
    "it is dated before 0001_b.sql, which is already applied; Drizzle passes without a word over what is not newer in the journal than the last applied migration",
  );
  const fine = since(before, {
    ...before,
    "d/meta/_journal.json": journal(["0000_a", 10], ["0001_b", 30], ["0002_c", 40]),
    "d/0002_c.sql": c,
  });
  expect(fine.problems).toEqual([]);
});

test("git: an old text that could not be read counts as edited", () => {
  const found = select(flyway, { kind: "git", changes: [{ kind: "modified", path: "db/V1__a.sql", before: null }] });
  expect(told(found.problems)).toEqual(["edited db/V1__a.sql:1"]);
});

test("git: everything deleted is still a history", () => {
  const changes: readonly GitChange[] = [{ kind: "deleted", path: "db/V1__a.sql", before: a }];
  const found = select({}, { kind: "git", changes }, { tool: "flyway", root: "db" });
  expect(told(found.problems)).toEqual(["deleted db/V1__a.sql:1"]);
  expect(states(found)).toEqual(["baseline V1__a.sql"]);
});
