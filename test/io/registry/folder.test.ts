import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readSubjectFolder } from "../../../src/io/registry/folder.ts";

const shop = "fixtures/subjects/shop";
const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true });
});

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "driftgate-subjects-"));
  made.push(dir);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

test("every subject with its versions in numeric order, its level and where that is from", async () => {
  const { subjects } = await readSubjectFolder(shop);
  expect(
    subjects.map(({ name, compatibility, compatibilityOrigin, versions }) => [
      name,
      compatibility,
      compatibilityOrigin,
      versions.map(({ version }) => version),
    ]),
  ).toEqual([
    [":.billing:shop/invoices-value", "FORWARD", "global", [1]],
    ["shop.public.orders-key", "FORWARD", "global", [1]],
    ["shop.public.orders-value", "FULL_TRANSITIVE", "subject", [1, 2, 10]],
  ]);
});

test("only the subjects wanted; one that is not there has no versions and the level in force", async () => {
  const { subjects } = await readSubjectFolder(shop, ["shop.public.orders-key", "shop.public.new-value"]);
  expect(subjects).toMatchObject([
    { name: "shop.public.orders-key", versions: [{ version: 1, schemaType: "AVRO" }] },
    { name: "shop.public.new-value", versions: [], compatibility: "FORWARD", unavailable: null },
  ]);
});

test("the subjects that those wanted refer to come along", async () => {
  const entry = '[{"version": 1, "id": 2, "references": [{"name": "lib.Inner", "subject": "lib", "version": 1}]}]';
  const dir = await folderOf({ "s/versions.json": entry, "s/1.avsc": '"lib.Inner"', "lib/1.avsc": '"int"', "other/1.avsc": '"int"' });
  expect((await readSubjectFolder(dir, ["s"])).subjects.map(({ name }) => name)).toEqual(["s", "lib"]);
});

test("without any config.json the level is the default", async () => {
  const dir = await folderOf({ "s/1.avsc": '"int"' });
  expect((await readSubjectFolder(dir)).subjects).toMatchObject([
    { name: "s", compatibility: "BACKWARD", compatibilityOrigin: "default", mode: "READWRITE" },
  ]);
});

test("the form of PUT /config, and a mode", async () => {
  const dir = await folderOf({ "s/1.avsc": '"int"', "s/config.json": '{"compatibility": "NONE", "mode": "READONLY"}' });
  expect((await readSubjectFolder(dir)).subjects).toMatchObject([
    { compatibility: "NONE", compatibilityOrigin: "subject", mode: "READONLY" },
  ]);
});

test.each([
  ["BACKWARD_ALL", "BACKWARD_TRANSITIVE", "READWRITE"],
  ["FULL_ALL", "FULL_TRANSITIVE", "READWRITE"],
  ["DISABLED", "NONE", "READONLY"],
  ["Forward", "FORWARD", "READWRITE"],
  ["None", "NONE", "READWRITE"],
])("what was exported from AWS Glue or Azure: %s", async (written, level, mode) => {
  const dir = await folderOf({ "s/1.avsc": '"int"', "s/config.json": JSON.stringify({ compatibility: written }) });
  expect((await readSubjectFolder(dir)).subjects).toMatchObject([{ compatibility: level, mode }]);
});

test.each([
  ["no subjects", {}, "holds no subjects"],
  [
    "a level that is none",
    { "s/1.avsc": '"int"', "config.json": '{"compatibilityLevel": "BACKWARDS"}' },
    '"BACKWARDS" is no compatibility level',
  ],
  ["a config that is no JSON", { "s/1.avsc": '"int"', "s/config.json": "{" }, "config.json is not JSON"],
  ["a config that is no object", { "s/1.avsc": '"int"', "config.json": "[]" }, "holds no object"],
])("%s", async (_what, files, text) => {
  const dir = await folderOf(files);
  await expect(readSubjectFolder(dir)).rejects.toMatchObject({ code: "REGISTRY_INVALID" });
  await expect(readSubjectFolder(dir)).rejects.toThrow(text);
});

test("a folder that is not there", async () => {
  await expect(readSubjectFolder("fixtures/subjects/nowhere")).rejects.toMatchObject({ code: "REGISTRY_INVALID" });
});
