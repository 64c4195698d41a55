import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { folderName, spreadJson, decodedName } from "../../src/io/registry/folder-form.ts";
import { json, serve } from "../io/registry/server.ts";
import type { Handler, Served } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import type { Store } from "../io/registry/stored-registry.ts";
import { base, connector, secret, undo, undoAll } from "../support/bad-run.ts";
import type { CliRun, Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

async function start(handler: Handler): Promise<Served> {
  const server = await serve(handler);
  undo.push(server.close);
  return server;
}

function project(files: Readonly<Record<string, string>> = {}): Project {
  const made = makeProject(files);
  undo.push(made.remove);
  return made;
}

async function pull({ path }: Project, url: string, ...args: readonly string[]): Promise<CliRun> {
  const run = await driftgateHere(["pull", "drift", "--registry", url.replace("//", `//reader:${secret}@`), ...args], { cwd: path });
  expect(run.stdout + run.stderr).not.toContain(secret);
  return run;
}

const read = ({ path }: Project, file: string): string => readFileSync(join(path, "drift/registry", file), "utf8");
const record = (...fields: readonly string[]): string =>
  JSON.stringify({ type: "record", name: "R", fields: fields.map((name) => ({ name, type: ["null", "double"], default: null })) });

const store = (): Store => ({
  level: "FULL",
  subjects: {
    a: { level: "BACKWARD_TRANSITIVE", mode: "READONLY", versions: [record("x"), null, record("x", "y")] },
    "b/c": { versions: ['"int"'] },
  },
});

test("a folder with every version, level and mode, one property a line", async () => {
  const server = await start(storedRegistry(store()));
  const at = project();
  expect(await pull(at, server.url)).toMatchObject({
    exitCode: 0,
    stdout: "drift/registry: 2 subjects with 3 versions, 3 of them fetched; 2 changed, 0 removed\n",
    stderr: "",
  });
  expect(readdirSync(join(at.path, "drift/registry")).toSorted()).toEqual(["a", "b%2Fc", "config.json", "source.json"]);
  expect(JSON.parse(read(at, "config.json"))).toEqual({ compatibilityLevel: "FULL", mode: "READWRITE" });
  expect(JSON.parse(read(at, "source.json"))).toEqual({ url: server.url, vendor: "confluent", version: "8.3.1", newNames: "any" });
  expect(JSON.parse(read(at, "a/config.json"))).toEqual({ compatibilityLevel: "BACKWARD_TRANSITIVE", mode: "READONLY" });
  expect(read(at, "a/versions.json")).toMatch(/^\[\n {2}\{"version":1,"id":\d+\},\n {2}\{"version":3,"id":\d+\}\n\]\n$/);
  expect(read(at, "a/1.avsc")).toContain('      "name": "x",\n');
  expect(existsSync(join(at.path, "drift/registry/b%2Fc/config.json"))).toBe(false);
  // The one question: is a name taken that newer registries refuse?
  expect(server.requests.filter((request) => !request.startsWith("GET "))).toEqual([
    "POST /compatibility/subjects/driftgate.is.this.a.name/versions?verbose=true",
  ]);
});

/** Pulls, changes what the registry holds, and pulls again three times. */
async function pulledTwice(form: (handler: Handler) => Handler) {
  const held = store();
  const server = await start(form(storedRegistry(held)));
  const at = project();
  await pull(at, server.url);
  const writtenAt = (): number => statSync(join(at.path, "drift/registry/a/3.avsc")).mtimeMs;
  const [before, asked] = [writtenAt(), server.requests.length];
  held.subjects["a"]?.versions.push(record("x", "y", "z"));
  held.subjects["a"]?.versions.splice(0, 1, null);
  delete held.subjects["b/c"];
  held.subjects["d"] = { versions: ['"string"'] };
  const run = await pull(at, server.url);
  expect(run.stdout).toBe("drift/registry: 2 subjects with 3 versions, 2 of them fetched; 2 changed, 1 removed\n");
  expect(readdirSync(join(at.path, "drift/registry/a")).toSorted()).toEqual(["3.avsc", "4.avsc", "config.json", "versions.json"]);
  expect(existsSync(join(at.path, "drift/registry/b%2Fc"))).toBe(false);
  expect(writtenAt()).toBe(before);
  const again = server.requests.slice(asked).filter((request) => /^GET .*(?:versions|schemas)/.test(request));

  const third = server.requests.length;
  expect((await pull(at, server.url)).stdout).toContain("0 of them fetched; 0 changed, 0 removed");
  const last = server.requests.slice(third).filter((request) => /^GET .*(?:versions|schemas)/.test(request));
  expect((await pull(at, server.url, "--fresh")).stdout).toContain("3 of them fetched; 0 changed, 0 removed");
  return { held, at, server, again: again.toSorted(), last: last.toSorted() };
}

const list = (offset: number): string => `GET /schemas?deleted=false&latestOnly=false&limit=250&offset=${offset}`;

describe("the second time only what changed is fetched and written", () => {
  test("where the registry lists all versions, no subject is asked for its own", async () => {
    const { held, at, server, again, last } = await pulledTwice((handler) => handler);
    expect(again).toEqual([list(0), list(2)]);
    expect(last).toEqual([list(0), list(2)]);
    // Deleted for good and registered anew: the same number, another id.
    held.subjects["d"] = { versions: ['"bytes"'] };
    expect((await pull(at, server.url)).stdout).toContain("1 of them fetched; 1 changed, 0 removed");
    expect(read(at, "d/1.avsc")).toBe('"bytes"\n');
  });

  test("a subject's versions may go on over pages, and one that comes after the names were asked for is left for later", async () => {
    const held: Store = {
      ...store(),
      pageSize: 2,
      subjects: { a: { versions: ['"int"', '"long"', '"float"'] }, late: { versions: ['"int"'] } },
    };
    const known = storedRegistry(held);
    const server = await start((path, response, request, body) =>
      path === "/subjects" ? json(response, 200, ["a"]) : known(path, response, request, body),
    );
    const at = project();
    expect((await pull(at, server.url)).stdout).toContain("1 subjects with 3 versions, 3 of them fetched; 1 changed");
    expect(readdirSync(join(at.path, "drift/registry")).toSorted()).toEqual(["a", "config.json", "source.json"]);
    expect(JSON.parse(read(at, "a/versions.json"))).toMatchObject([{ version: 1 }, { version: 2 }, { version: 3 }]);
    // Somebody edited a text: only asking for all again shows it.
    writeFileSync(join(at.path, "drift/registry/a/2.avsc"), '"string"\n');
    expect((await pull(at, server.url)).stdout).toContain("0 of them fetched; 0 changed");
    expect((await pull(at, server.url, "--fresh")).stdout).toContain("3 of them fetched; 1 changed");
    expect(read(at, "a/2.avsc")).toBe('"long"\n');
  });

  test("where the list changes while it is read, every subject is asked for its own", async () => {
    const held: Store = { ...store(), pageSize: 2, subjects: { a: { versions: ['"int"', '"long"'] }, b: { versions: ['"int"'] } } };
    const known = storedRegistry(held);
    const server = await start((path, response, request, body) => {
      if (path.endsWith("&offset=1")) held.subjects["a"]?.versions.splice(0, 1, null);
      known(path, response, request, body);
    });
    const at = project();
    expect((await pull(at, server.url)).stdout).toContain("2 subjects with 2 versions");
    expect(readdirSync(join(at.path, "drift/registry/a")).toSorted()).toEqual(["2.avsc", "versions.json"]);
    expect(server.requests).toContain("GET /subjects/a/versions");
  });

  test("elsewhere every subject is asked for its numbers", async () => {
    const { again, last } = await pulledTwice(
      (handler) => (path, response, request, body) =>
        path === "/v1/metadata/version" ? json(response, 404, {}) : handler(path, response, request, body),
    );
    expect(again).toEqual([
      "GET /subjects/a/versions",
      "GET /subjects/a/versions/4",
      "GET /subjects/d/versions",
      "GET /subjects/d/versions/1",
    ]);
    expect(last).toEqual(["GET /subjects/a/versions", "GET /subjects/d/versions"]);
  });
});

test("only some subjects, and none of the others is removed", async () => {
  const server = await start(storedRegistry(store()));
  const at = project();
  await pull(at, server.url);
  const run = await pull(at, server.url, "--subject", "b*");
  expect(run.stdout).toBe("drift/registry: 1 subjects with 1 versions, 0 of them fetched; 0 changed, 0 removed\n");
  expect(existsSync(join(at.path, "drift/registry/a/1.avsc"))).toBe(true);
});

test("a subject that may not be read stays unknown in later checks", async () => {
  const held = store();
  Object.assign(held.subjects["a"] ?? {}, { denied: true });
  const server = await start(storedRegistry(held));
  const at = project({ "s.avsc": record("x") });
  const run = await pull(at, server.url);
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("unknown: a: the list of versions may not be read with these credentials (HTTP 403): denied");
  const later = await driftgateHere(["compat", "s.avsc", "--subject", "a", "--registry", "drift"], { cwd: at.path });
  expect(later).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("a: the list of versions may not be read") });
});

describe("what was pulled stands for the registry", () => {
  const migration =
    "ALTER TABLE orders RENAME COLUMN email TO mail;\nALTER TABLE orders ADD COLUMN n int NOT NULL;\nCREATE TABLE items (id int PRIMARY KEY, price double precision DEFAULT 1);\n";
  const files = {
    "m/V1__orders.sql": base,
    "m/V2__next.sql": migration,
    "c.json": connector({ "key.converter": null, "value.converter": null }),
  };

  test("connectors come without secrets, and check reads them", async () => {
    const at = project(files);
    const config = {
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "topic.prefix": "shop",
      "plugin.name": "pgoutput",
      "database.password": secret,
    };
    const worker = await start((path, response) =>
      path.startsWith("/connectors")
        ? json(response, 200, { "shop one": { info: { name: "shop one", config } } })
        : json(response, 200, []),
    );
    const run = await driftgateHere(["pull", "drift", "--connector", worker.url], { cwd: at.path });
    expect(run).toMatchObject({ exitCode: 0, stdout: "drift/connectors: 1 connectors, secrets left out\n" });
    expect(readFileSync(join(at.path, "drift/connectors/shop%20one.json"), "utf8")).not.toContain(secret);
    const check = await driftgateHere(["check", "m", "--pending", "m/V2*", "--connector", "drift/connectors/shop%20one.json"], {
      cwd: at.path,
    });
    expect(check.stdout).toContain("shop.public.orders-value");
  });
});

test("without anything to pull, and to a place that cannot be written", async () => {
  const at = project({ drift: "a file" });
  const nothing = await driftgateHere(["pull", "drift"], { cwd: at.path });
  expect(nothing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("there is nothing to pull") });
  const server = await start(storedRegistry(store()));
  const blocked = await pull(at, server.url);
  expect(blocked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("OUTPUT_FAILED") });
});

test("names of folders, and texts that are spread over lines", () => {
  for (const subject of ["a.b-value", ":.lab:a/b c", "..", ".hidden", "*", "größe"]) {
    expect(decodedName(folderName(subject))).toBe(subject);
    expect(folderName(subject)).toMatch(/^(?!\.)[^/:*]+$/);
  }
  const text = '{"a": [], "b":{} ,"c":[1.0,{"d":"x{\\"y\\": [1]}"}],"e":9007199254740993}';
  expect(spreadJson(text)).toBe(
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    1.0,\n    {\n      "d": "x{\\"y\\": [1]}"\n    }\n  ],\n  "e": 9007199254740993\n}\n',
  );
  expect(spreadJson("syntax = proto3;")).toBe("syntax = proto3;");
});
