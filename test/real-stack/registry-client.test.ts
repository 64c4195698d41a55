import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkSubject } from "../../src/compare/check-subject.ts";
import { openRegistry } from "../../src/io/registry/client.ts";
import type { RegistryClient } from "../../src/io/registry/client.ts";
import { fetchSubjects } from "../../src/io/registry/fetch-subjects.ts";
import { readSubjectFolder } from "../../src/io/registry/folder.ts";
import { pullSubjects } from "../../src/io/registry/pull.ts";
import { openWriter } from "../../src/io/registry/register.ts";
import { openSubjectWriter } from "../../src/io/registry/write-folder.ts";
import { compatibilityLevels } from "../../src/model/subject.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { CompatibilityLevel, Subject } from "../../src/model/subject.ts";
import { versionsHere } from "./servers/versions-here.ts";
import { startRegistry } from "./servers/registry.ts";
import type { TestRegistry } from "./servers/registry.ts";

// The offline verdict, the client's live verdict and what registering comes to, on a live Apicurio: each type against each other one as the
// field of a record, and histories of two versions.

const types: readonly JsonValue[] = [
  "int",
  "long",
  "float",
  "double",
  "string",
  "bytes",
  "boolean",
  ["null", "int"],
  ["null", "long"],
  ["null", "string"],
  ["null", "int", "string"],
  { type: "bytes", logicalType: "decimal", precision: 10, scale: 2 },
  { type: "array", items: "int" },
  { type: "array", items: ["null", "string"] },
  { type: "map", values: "long" },
  { type: "enum", name: "E", symbols: ["A", "B"] },
  { type: "enum", name: "E", symbols: ["A", "B", "C"], default: "A" },
  { type: "fixed", name: "F", size: 4 },
  { type: "record", name: "Inner", fields: [{ name: "a", type: "int" }] },
  { type: "record", name: "Inner", fields: [{ name: "b", type: ["null", "int"], default: null }] },
];

/** A record with such a field; a nullable one may be left out. */
function schemaOf(type: JsonValue | null): string {
  const isNullable = Array.isArray(type) && type[0] === "null";
  const field = { name: "x", type, ...(isNullable ? { default: null } : {}) };
  return JSON.stringify({ type: "record", name: "R", fields: [{ name: "id", type: "int" }, ...(type === null ? [] : [field])] });
}

interface Pair {
  readonly subject: string;
  readonly versions: readonly string[];
  readonly candidate: string;
}

const pairs: readonly Pair[] = [
  ...types.flatMap((older, i) =>
    types.map((newer, j): Pair => ({ subject: `pair-${i}-${j}`, versions: [schemaOf(older)], candidate: schemaOf(newer) })),
  ),
  ...types.flatMap((older, i) => [
    { subject: `gone-${i}`, versions: [schemaOf(older)], candidate: schemaOf(null) },
    { subject: `again-${i}`, versions: [schemaOf(older), schemaOf(null)], candidate: schemaOf(["null", "string"]) },
  ]),
];

/** Some at once: their subjects are not each other's. */
async function eachPair(act: (pair: Pair) => Promise<void>): Promise<void> {
  const queue = pairs.values();
  const worker = async (): Promise<void> => {
    for (const pair of queue) await act(pair);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** A pulled text is spread over lines; which names are taken is only asked live where a schema has rare ones. */
const asJson = (subjects: readonly Subject[]): unknown =>
  subjects.map((subject) => ({
    ...subject,
    newNames: undefined,
    versions: subject.versions.map((one) => ({ ...one, schema: JSON.parse(one.schema) })),
  }));

describe.each(versionsHere())("Apicurio Registry %s", (version) => {
  let registry: TestRegistry;
  let client: RegistryClient;

  beforeAll(async () => {
    registry = await startRegistry({ version, level: null });
    // A busy machine is not what is tested.
    client = openRegistry(registry.url, { timeoutMs: 60_000 });
    await registerAll("");
  }, 600_000);

  /** The versions of every subject, in order. */
  async function registerAll(prefix: string): Promise<void> {
    const writer = openWriter(registry.url);
    await eachPair(async ({ subject, versions }) => {
      const name = `${prefix}${subject}`;
      for (const schema of versions) await writer.register({ subject: name, schema, configured: await client.configuredLevel(name) });
    });
    await writer.close();
  }

  afterAll(async () => {
    await client?.close();
    await registry?.stop();
  });

  test("it is told to be Apicurio, with its version", async () => {
    expect(await client.registry()).toEqual({ vendor: "apicurio", version });
  });

  test.each(compatibilityLevels)("%s: offline and live give the same answers", async (level) => {
    // Without a rule there is none to take away.
    if (level === "NONE") await registry.setGlobalLevel("BACKWARD");
    await registry.setGlobalLevel(level);
    const candidates = new Map(pairs.map(({ subject, candidate }) => [subject, candidate]));
    const started = performance.now();
    const subjects = await fetchSubjects(client, [...candidates.keys()], candidates);
    const seconds = (performance.now() - started) / 1000;
    const found = subjects.map(({ name, compatibility, versions, live }) => ({
      name,
      compatibility,
      offline: checkSubject(compatibility, candidates.get(name) ?? "", versions).compatible,
      live: live[0]?.compatible ?? null,
    }));
    expect(found.filter(({ compatibility }) => compatibility !== level)).toEqual([]);
    expect(found.filter(({ offline, live }) => offline !== live)).toEqual([]);
    const yes = found.filter(({ offline }) => offline).length;
    process.stdout.write(`${level.padEnd(20)} ${found.length} subjects, ${yes} compatible, 0 differences, ${seconds.toFixed(1)} s\n`);
  });

  // Before the many that are registered below.
  test("what is pulled reads as what is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "driftgate-pull-"));
    try {
      const pulled = await pullSubjects(client, await openSubjectWriter(join(folder, "registry")), { fresh: false });
      expect(pulled).toMatchObject({ fetched: pulled.versions, unavailable: [], removed: [] });
      const names = pairs.map(({ subject }) => subject);
      const [saved, live] = [(await readSubjectFolder(folder, names)).subjects, await fetchSubjects(client, names, new Map())];
      expect(asJson(saved)).toEqual(asJson(live));
      const again = await pullSubjects(client, await openSubjectWriter(join(folder, "registry")), { fresh: false });
      expect(again).toMatchObject({ subjects: pulled.subjects, fetched: 0, changed: [], removed: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each(["BACKWARD", "FULL", "FORWARD_TRANSITIVE"] as const)("%s: registering comes to what was foretold", async (level) => {
    const writer = openWriter(registry.url);
    const differing: string[] = [];
    await registry.setGlobalLevel("NONE");
    await registerAll(`${level}-`);
    await registry.setGlobalLevel(level);
    await eachPair(async ({ subject, versions, candidate }) => {
      const name = `${level}-${subject}`;
      const foretold = checkSubject(level, candidate, versions).compatible || versions.includes(candidate);
      const taken = await writer.register({ subject: name, schema: candidate, configured: await client.configuredLevel(name) }).then(
        () => true,
        (error: { readonly code?: string }) => (error.code === "REGISTRY_REFUSED" ? false : String(error)),
      );
      if (taken !== foretold) differing.push(`${name}: ${foretold} was foretold, ${taken} came`);
    });
    await writer.close();
    expect(differing).toEqual([]);
    process.stdout.write(`${level.padEnd(20)} ${pairs.length} registrations as foretold\n`);
  });

  test("a subject's own level, and none", async () => {
    await registry.setGlobalLevel("BACKWARD");
    const own: CompatibilityLevel = "FULL";
    await fetch(`${registry.url}/config/pair-0-0`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ compatibility: own }),
    });
    const subjects = await fetchSubjects(client, ["pair-0-0", "pair-0-1", "nowhere"], new Map());
    expect(
      subjects.map(({ compatibility, compatibilityOrigin, versions }) => [compatibility, compatibilityOrigin, versions.length]),
    ).toEqual([
      ["FULL", "subject", 1],
      ["BACKWARD", "global", 1],
      ["BACKWARD", "global", 0],
    ]);
  });

  test("a schema that is registered is found by its text, and its id is the one that reads it", async () => {
    const [pair] = pairs;
    const found = await client.lookUp("pair-0-0", pair?.versions[0] ?? "");
    expect(found).toMatchObject({ version: 1 });
    expect(await client.lookUp("pair-0-0", schemaOf({ type: "array", items: "bytes" }))).toBeNull();
    expect(await client.lookUp("nowhere", schemaOf(null))).toBeNull();
    expect((await client.version("pair-0-0", 1))?.id).toBe(found?.id);
    expect((await client.subjects()).length).toBeGreaterThanOrEqual(pairs.length);
  });
});
