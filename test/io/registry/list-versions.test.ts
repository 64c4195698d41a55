import { afterEach, describe, expect, test } from "vitest";
import { openRegistry } from "../../../src/io/registry/client.ts";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import type { Handler, Served } from "./server.ts";
import { json, registryWith, serve } from "./server.ts";
import { asKarapace, storedRegistry } from "./stored-registry.ts";
import type { Store } from "./stored-registry.ts";

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

interface Found {
  readonly complete: boolean;
  readonly entries: readonly string[];
  readonly server: Served;
}

async function listAt(handler: Handler, options: ClientOptions = {}, path = ""): Promise<Found> {
  const server = await serve(handler);
  const client = openRegistry(`${server.url}${path}`, { timeoutMs: 2000, retries: 0, ...options });
  undo.push(server.close, client.close);
  const entries: string[] = [];
  const complete = await client.listVersions(async (page) => {
    for (const { subject, version } of page) entries.push(`${subject} ${version.version} ${version.schema}`);
  });
  return { complete, entries, server };
}

const store = (subjects: number, pageSize: number): Store => ({
  level: "BACKWARD",
  pageSize,
  subjects: Object.fromEntries(
    Array.from({ length: subjects }, (_, at) => [`s${String(at).padStart(3, "0")}`, { versions: ['"int"', null, '"long"'] }]),
  ),
});

const everything = ({ subjects }: Store): readonly string[] =>
  Object.keys(subjects)
    .toSorted()
    .flatMap((name) => [`${name} 1 "int"`, `${name} 3 "long"`]);

describe("Confluent's list", () => {
  test.each([1000, 250, 100, 3, 2])("is read to its end with pages of %i, whatever page size was asked for", async (pageSize) => {
    for (const subjects of [0, 1, 125, 130]) {
      if (pageSize < 100 && subjects > 1) continue;
      const held = store(subjects, pageSize);
      const { complete, entries } = await listAt(storedRegistry(held));
      expect({ complete, entries }).toEqual({ complete: true, entries: everything(held) });
    }
  });

  test("of one entry a page is not read, unless it has no other", async () => {
    expect(await listAt(storedRegistry(store(2, 1)))).toMatchObject({ complete: false });
    const one: Store = { level: "BACKWARD", pageSize: 1, subjects: { a: { versions: ['"int"'] } } };
    expect(await listAt(storedRegistry(one))).toMatchObject({ complete: true, entries: ['a 1 "int"'] });
  });

  test("is given up when an entry goes or comes while it is read", async () => {
    for (const change of [
      (held: Store) => delete held.subjects["s001"],
      (held: Store) => (held.subjects["s000a"] = { versions: ['"int"'] }),
    ]) {
      const held = store(20, 10);
      const known = storedRegistry(held);
      const { complete } = await listAt((path, response, request, body) => {
        if (path.includes("offset=9")) change(held);
        known(path, response, request, body);
      });
      expect(complete).toBe(false);
    }
    // What comes at the end is only read too.
    const held = store(20, 10);
    const known = storedRegistry(held);
    const late = await listAt((path, response, request, body) => {
      if (path.includes("offset=9")) held.subjects["t"] = { versions: ['"int"'] };
      known(path, response, request, body);
    });
    expect(late).toMatchObject({ complete: true, entries: [...everything(store(20, 10)), 't 1 "int"'] });
  });

  test("of a context has its subjects without the context", async () => {
    const entry = { subject: ":.lab:a", version: 1, id: 7, schema: '"int"' };
    const path = "/schemas?subjectPrefix=%3A.lab%3A&deleted=false&latestOnly=false&limit=250&offset=";
    const answers = registryWith({ [`${path}0`]: [entry], [`${path}1`]: [] });
    expect(await listAt(answers, { context: ".lab", vendor: "confluent" })).toMatchObject({ complete: true, entries: ['a 1 "int"'] });
  });

  test.each([
    ["is missing", 404, { error_code: 404, message: "HTTP 404 Not Found" }],
    ["may not be read", 403, { error_code: 40301, message: "denied" }],
    ["fails", 500, { error_code: 50001, message: "store" }],
    ["is no list", 200, {}],
    // Apicurio 3.3.3, as seen running.
    ["names no subjects", 200, [{ schema: '"int"' }]],
    // All at once, so that nothing else is asked.
    ["has no ids", 200, Array.from({ length: 251 }, (_, index) => ({ subject: "s", version: index + 1, schema: '"int"' }))],
  ])("that %s is not relied on", async (_, status, body) => {
    const known = storedRegistry(store(2, 10));
    const { complete } = await listAt((path, response, request, text) =>
      path.startsWith("/schemas") ? json(response, status, body) : known(path, response, request, text),
    );
    expect(complete).toBe(false);
  });

  test("that is too large, or hangs, is not relied on", async () => {
    expect(await listAt(storedRegistry(store(20, 100)), { maxBytes: 1000 })).toMatchObject({ complete: false });
    const known = storedRegistry(store(2, 10));
    const hanging = await listAt(
      (path, response, request, body) => void (path.startsWith("/schemas") || known(path, response, request, body)),
      {
        timeoutMs: 300,
      },
    );
    expect(hanging.complete).toBe(false);
  });
});

test("Karapace gives all at once", async () => {
  const held = store(300, 1000);
  const { complete, entries, server } = await listAt(asKarapace(storedRegistry(held)));
  expect({ complete, entries }).toEqual({ complete: true, entries: everything(held) });
  expect(server.requests.filter((request) => request.includes("/schemas"))).toHaveLength(1);
  const exact = store(125, 1000);
  expect(await listAt(asKarapace(storedRegistry(exact)))).toMatchObject({ complete: false });
});

test("registries that have no list to be trusted are not asked for it", async () => {
  for (const [vendor, path] of [
    ["apicurio", "/apis/ccompat/v7"],
    ["redpanda", ""],
    ["unknown", ""],
  ] as const) {
    const { complete, server } = await listAt(storedRegistry(store(2, 10)), { vendor }, path);
    expect(complete).toBe(false);
    expect(server.requests.some((request) => request.includes("/schemas"))).toBe(false);
  }
});
