import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changesSinceMergeBase } from "../../src/io/git.ts";

let folder = "";
let repository = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftgate-git-"));
  repository = join(folder, "repository");
  mkdirSync(repository);
  git("init", "--quiet", "--initial-branch=main");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...command: readonly string[]): string {
  const identity = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.org",
  };
  const environment = { ...process.env, ...identity, GIT_CONFIG_GLOBAL: "/dev/null" };
  return execFileSync("git", command, { cwd: repository, encoding: "utf8", env: environment, stdio: ["ignore", "pipe", "ignore"] }).trim();
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), content);
}

function commit(message: string): string {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", message);
  return git("rev-parse", "HEAD");
}

const long = (name: string): string =>
  `CREATE TABLE ${name} (\n  id bigint PRIMARY KEY,\n  first text,\n  second text,\n  third text\n);\n`;

test("commits, staged, unstaged and untracked changes all count, against the merge base", async () => {
  write("db/V1__a.sql", long("a"));
  write("db/V2__b.sql", long("b"));
  write("db/V3__c.sql", long("c"));
  const base = commit("base");
  git("checkout", "--quiet", "-b", "feature");
  write("db/V4__d.sql", "SELECT 4;");
  commit("add");
  write("db/V1__a.sql", `${long("a")}-- edited\n`);
  git("mv", "db/V2__b.sql", "db/V2__renamed.sql");
  rmSync(join(repository, "db/V3__c.sql"));
  write("db/V5 new ü.sql", "SELECT 5;");
  write(".gitignore", "ignored.sql\n");
  write("ignored.sql", "SELECT 6;");
  git("checkout", "--quiet", "main");
  git("stash", "--quiet", "--include-untracked");
  write("db/V9__main.sql", "SELECT 9;");
  commit("main goes on");
  git("checkout", "--quiet", "feature");
  git("stash", "pop", "--quiet");

  const found = await changesSinceMergeBase({ cwd: repository, base: "main" });
  expect(found.mergeBase).toBe(base);
  expect(found.changes).toEqual([
    { kind: "added", path: ".gitignore" },
    { kind: "modified", path: "db/V1__a.sql", before: long("a") },
    { kind: "renamed", path: "db/V2__renamed.sql", from: "db/V2__b.sql", similarity: 100, before: long("b") },
    { kind: "deleted", path: "db/V3__c.sql", before: long("c") },
    { kind: "added", path: "db/V4__d.sql" },
    { kind: "added", path: "db/V5 new ü.sql" },
  ]);
});

test("paths are relative to a folder below the top, and only what is wanted is told", async () => {
  write("service/db/1.sql", "SELECT 1;");
  write("other/1.sql", "SELECT 1;");
  const base = commit("base");
  write("service/db/1.sql", "SELECT 2;");
  write("service/README.md", "text");
  write("other/1.sql", "SELECT 2;");
  const found = await changesSinceMergeBase({ cwd: join(repository, "service"), base, accept: (path) => path.endsWith(".sql") });
  expect(found.changes).toEqual([{ kind: "modified", path: "db/1.sql", before: "SELECT 1;" }]);
});

test("an old text that is not UTF-8 is null", async () => {
  write("1.sql", Uint8Array.of(0x2d, 0x2d, 0xe9, 0x0a));
  const base = commit("base");
  write("1.sql", "-- é\n");
  const found = await changesSinceMergeBase({ cwd: repository, base });
  expect(found.changes).toEqual([{ kind: "modified", path: "1.sql", before: null }]);
});

test("a branch that only the remote has is found", async () => {
  write("1.sql", "SELECT 1;");
  const base = commit("base");
  git("update-ref", "refs/remotes/origin/trunk", base);
  expect((await changesSinceMergeBase({ cwd: repository, base: "trunk" })).mergeBase).toBe(base);
});

test.each(["--output=owned", "-x", "a..b", "a b", "", "HEAD:1.sql", "a\nb"])("%j is refused as a base", async (base) => {
  commit("base");
  await expect(changesSinceMergeBase({ cwd: repository, base })).rejects.toMatchObject({ code: "GIT_FAILED" });
  expect(existsSync(join(repository, "owned"))).toBe(false);
});

test("an unknown base says what to do", async () => {
  commit("base");
  await expect(changesSinceMergeBase({ cwd: repository, base: "nowhere" })).rejects.toMatchObject({
    code: "GIT_FAILED",
    message: 'git knows no commit "nowhere". Fetch it first (git fetch origin nowhere), or give another name.',
  });
});

test("a folder without a repository says what to do", async () => {
  await expect(changesSinceMergeBase({ cwd: folder, base: "main" })).rejects.toMatchObject({
    code: "GIT_FAILED",
    message: /in none; name the pending files/,
  });
});

test("a shallow clone asks for the whole history", async () => {
  write("1.sql", "SELECT 1;");
  commit("one");
  git("checkout", "--quiet", "-b", "feature");
  commit("two");
  const source = repository;
  repository = join(folder, "clone");
  mkdirSync(repository);
  git("clone", "--quiet", "--depth", "1", "--branch", "feature", `file://${source}`, ".");
  await expect(changesSinceMergeBase({ cwd: repository, base: "main" })).rejects.toMatchObject({
    code: "GIT_FAILED",
    message: /shallow.*fetch-depth: 0/,
  });
});

test("nothing that the repository's settings name is run", async () => {
  write("1.sql", "SELECT 1;");
  const base = commit("base");
  const evil = `touch ${join(folder, "owned")} #`;
  for (const key of [
    "core.fsmonitor",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "core.pager",
    "filter.evil.clean",
    "filter.evil.process",
  ])
    git("config", key, evil);
  write(".gitattributes", "*.sql diff=evil filter=evil\n");
  write("1.sql", "SELECT 2;");
  const found = await changesSinceMergeBase({ cwd: repository, base });
  expect(found.changes.map((change) => change.path)).toEqual([".gitattributes", "1.sql"]);
  expect(existsSync(join(folder, "owned"))).toBe(false);
});

test("a file moved without git's knowledge is deleted here and added there", async () => {
  write("db/1_a.sql", long("a"));
  const base = commit("base");
  renameSync(join(repository, "db/1_a.sql"), join(repository, "db/1_b.sql"));
  const found = await changesSinceMergeBase({ cwd: repository, base });
  expect(found.changes.map((change) => [change.kind, change.path])).toEqual([
    ["deleted", "db/1_a.sql"],
    ["added", "db/1_b.sql"],
  ]);
});
