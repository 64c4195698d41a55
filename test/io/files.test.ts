import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSources, readTextFile } from "../../src/io/files.ts";

let folder = "";
let cwd = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driftgate-files-"));
  cwd = join(folder, "project");
  mkdirSync(cwd);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), content);
}

test("folders are walked in order, without node_modules and .git; named files are always read", async () => {
  write("db/2.sql", "two");
  write("db/10.sql", "ten");
  write("db/sub/1.sql", "\ufeffone");
  write("db/note.md", "no");
  write("db/node_modules/x.sql", "no");
  write("db/.git/x.sql", "no");
  write("lone.txt", "lone");
  const sources = await readSources({ cwd, paths: ["db", "lone.txt", "./db/2.sql"], accept: (path) => path.endsWith(".sql") });
  expect(sources).toEqual([
    { path: "db/10.sql", text: "ten" },
    { path: "db/2.sql", text: "two" },
    { path: "db/sub/1.sql", text: "one" },
    { path: "lone.txt", text: "lone" },
  ]);
});

test("links out of the folder are refused when named, passed over when met", async () => {
  writeFileSync(join(folder, "secret.sql"), "secret");
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "elsewhere", "x.sql"), "secret");
  write("db/1.sql", "one");
  symlinkSync(join(folder, "secret.sql"), join(cwd, "db/2.sql"));
  symlinkSync(join(folder, "elsewhere"), join(cwd, "db/3"));
  symlinkSync("1.sql", join(cwd, "db/4.sql"));
  symlinkSync(".", join(cwd, "db/ring"));
  expect((await readSources({ cwd, paths: ["db"] })).map((source) => source.path)).toEqual(["db/1.sql", "db/4.sql"]);
  await expect(readSources({ cwd, paths: ["db/2.sql"] })).rejects.toMatchObject({
    code: "FILE_NOT_READABLE",
    message: /leads out of the working directory/,
  });
  await expect(readSources({ cwd, paths: ["db/3"] })).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
});

test.each([
  ["Latin-1", Uint8Array.of(0x61, 0x0a, 0xc3, 0xa9, 0x62, 0xe9, 0x0a), /^x\.sql:2:3: the byte 0xe9 is not UTF-8 text\. .*Latin-1/],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0x00), /^x\.sql:1:4: .*UTF-16/],
  ["a NUL", Uint8Array.of(0x61, 0x0a, 0x00), /^x\.sql:2:1: .*binary file/],
  ["an overlong form", Uint8Array.of(0x61, 0xc0, 0xaf), /^x\.sql:1:2: the byte 0xc0/],
  ["a surrogate", Uint8Array.of(0xed, 0xa0, 0x80), /^x\.sql:1:1: the byte 0xed/],
  ["a cut-off character", Uint8Array.of(0x61, 0xf0, 0x9f, 0x98), /^x\.sql:1:2: the byte 0xf0/],
])("%s is no text, and the place is named", async (_, bytes, message) => {
  write("x.sql", bytes);
  await expect(readSources({ cwd, paths: ["x.sql"] })).rejects.toMatchObject({ code: "FILE_NOT_UTF8", message });
});

test("what is not there, too large or a folder", async () => {
  write("big.sql", "x".repeat(2000));
  await expect(readSources({ cwd, paths: ["none.sql"] })).rejects.toMatchObject({
    code: "FILE_NOT_FOUND",
    message: "none.sql does not exist",
  });
  await expect(readSources({ cwd, paths: ["big.sql"], maxBytes: 1000 })).rejects.toMatchObject({
    code: "FILE_TOO_LARGE",
    message: /big\.sql/,
  });
  await expect(readTextFile(".", { cwd })).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
  expect(await readTextFile("big.sql", { cwd })).toHaveLength(2000);
});

test("a file that is named may lie outside", async () => {
  writeFileSync(join(folder, "other.sql"), "other");
  const [source] = await readSources({ cwd, paths: ["../other.sql"] });
  expect(source?.text).toBe("other");
  expect(source?.path.endsWith("/other.sql")).toBe(true);
});
