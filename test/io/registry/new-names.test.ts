import { afterEach, expect, test } from "vitest";
import { openRegistry } from "../../../src/io/registry/client.ts";
import { fetchSubjects } from "../../../src/io/registry/fetch-subjects.ts";
import { parseAddresses } from "../../../src/io/registry/address.ts";
import { createHttp } from "../../../src/io/registry/http.ts";
import { askNewNames, hasRareName, isRareSubject } from "../../../src/io/registry/new-names.ts";
import type { Vendor } from "../../../src/io/registry/vendor.ts";
import { json, registryWith, serve } from "./server.ts";
import type { Handler } from "./server.ts";

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

/** What a registry of that kind is known to take, and whether that was asked. */
async function namesOf(vendor: Vendor, version: string | null, answer: Handler) {
  const server = await serve(answer);
  const http = createHttp(parseAddresses(server.url), { timeoutMs: 2000, retries: 0 });
  undo.push(server.close, http.close);
  return [await askNewNames(http, { vendor, version }, "nobody has it"), server.requests.length > 0];
}

const taking: Handler = (_path, response) => json(response, 200, { is_compatible: true, messages: [] });
const refusing: Handler = (_path, response) => json(response, 200, { is_compatible: false, messages: ["Invalid schema …"] });

test.each([
  ["confluent", "7.9.9", "any", false],
  ["confluent", "7.4.0-ccs", "any", false],
  ["confluent", "8.0.6", "any", false],
  ["confluent", "8.0.7", "ascii", true],
  ["confluent", "8.1.4", "any", false],
  ["confluent", "8.1.5", "ascii", true],
  ["confluent", "8.2.0", "ascii", true],
  ["confluent", "9.0.0", "ascii", true],
  ["confluent", null, "ascii", true],
  ["apicurio", "3.3.3", "letters", false],
  ["karapace", "5.0.3", null, false],
  ["redpanda", null, null, false],
  ["unknown", null, null, false],
] as const)("%s %s, where it refuses", async (vendor, version, expected, isAsked) => {
  expect(await namesOf(vendor, version, refusing)).toEqual([expected, isAsked]);
});

const dashed = '{"type":"record","name":"R","namespace":"my-app.public.t","fields":[]}';
const plain = '{"type":"record","name":"R","namespace":"app.public.t","fields":[{"name":"a_1","type":"int","default":-1}]}';

test("names that not every registry takes", () => {
  const rare = [dashed, dashed.replace("my-app", "1app"), dashed.replace("my-app", "größe"), '{"name": "a-b.R"}', '{"name":"länge"}'];
  expect(rare.map(hasRareName)).toEqual(rare.map(() => true));
  expect(hasRareName(plain)).toBe(false);
  expect(["my-app.public.t-value", "app.public.größe-key", "app.public.t-value", "a_1"].map(isRareSubject)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test.each<readonly [what: string, answer: Handler, expected: string | undefined]>([
  ["takes", taking, "any"],
  ["refuses", refusing, "ascii"],
  ["may not say whether it takes", (_path, response) => json(response, 403, { error_code: 40301, message: "denied" }), undefined],
])("Confluent's registry is asked where the schema has such a name: it %s it", async (_what, answer, expected) => {
  const known = registryWith({ "/v1/metadata/version": { version: "8.3.1" } });
  const server = await serve((path, response, request) =>
    path.startsWith("/compatibility/subjects/driftgate") ? answer(path, response, request) : known(path, response, request),
  );
  const client = openRegistry(server.url, { timeoutMs: 2000, retries: 0 });
  undo.push(server.close, client.close);
  const asked = (): number => server.requests.filter((request) => request.startsWith("POST")).length;
  expect((await fetchSubjects(client, ["s"], new Map([["s", plain]])))[0]?.newNames).toBeUndefined();
  expect(asked()).toBe(0);
  expect((await fetchSubjects(client, ["s", "t"], new Map([["s", dashed]]))).map(({ newNames }) => newNames)).toEqual([expected, expected]);
  expect((await fetchSubjects(client, ["my-app.t-value"], new Map()))[0]?.newNames).toBe(expected);
  // It is the same for all, so it is asked once.
  expect(asked()).toBe(1);
});
