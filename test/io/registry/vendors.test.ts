import { afterEach, describe, expect, test } from "vitest";
import type { Subject } from "../../../src/model/subject.ts";
import { openRegistry } from "../../../src/io/registry/client.ts";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import { fetchSubjects } from "../../../src/io/registry/fetch-subjects.ts";
import type { Handler, Served } from "./server.ts";
import { json, serve } from "./server.ts";

// Answers of servers that were seen running (Apicurio 2.6.13 and 3.3.3), or as their sources and documentation have them (Karapace,
// Redpanda). What a table leaves out is 404.

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

type Row = readonly [status: number, body: unknown];
type Table = Readonly<Record<string, Row>>;

async function start(table: Table): Promise<Served> {
  const handler: Handler = (path, response, request) => {
    const [status, body] = table[`${request.method} ${path}`] ?? [404, { error_code: 40401, message: "not found" }];
    if (typeof body === "string") response.writeHead(status, { "content-type": "application/json" }).end(body);
    else json(response, status, body);
  };
  const server = await serve(handler);
  undo.push(server.close);
  return server;
}

async function subjectAt(server: Served, base: string, options: ClientOptions = {}): Promise<Subject | undefined> {
  const client = openRegistry(`${server.url}${base}`, { timeoutMs: 2000, retries: 0, ...options });
  undo.push(client.close);
  return (await fetchSubjects(client, ["s"], new Map([["s", '"string"']])))[0];
}

const posts = ({ requests }: Served): readonly string[] => requests.filter((request) => request.startsWith("POST"));

const ccompat = "/apis/ccompat/v7";
const schema = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}';
const versions = (base: string): Table => ({
  [`GET ${base}/subjects/s/versions`]: [200, [1, 2]],
  [`GET ${base}/subjects/s/versions/1`]: [200, { id: 40, subject: "s", version: 1, schema, references: [] }],
  [`GET ${base}/subjects/s/versions/2`]: [200, { id: 41, subject: "s", version: 2, schema }],
});
const check = (base: string, version: string): string => `POST ${base}/compatibility/subjects/s/versions${version}?verbose=true`;

describe("Apicurio 2.6.13", () => {
  const reason =
    "Incompatible artifact: s [AVRO], num of incompatible diffs: {1}, list of diff types: [reader type: STRING not compatible with writer type: RECORD at /]";
  const apicurio2: Table = {
    "GET /apis/registry/v2/system/info": [200, { name: "apicurio-registry", version: "2.6.13.Final" }],
    [`GET ${ccompat}/config`]: [200, { compatibilityLevel: "BACKWARD" }],
    [`GET ${ccompat}/config/s`]: [200, { compatibilityLevel: "NONE" }],
    [`GET ${ccompat}/mode`]: [404, { error_code: 0, message: "Operation not supported." }],
    "GET /apis/registry/v2/groups/default/artifacts/s/rules": [200, []],
    ...versions(ccompat),
    [check(ccompat, "/latest")]: [200, { is_compatible: false, reason }],
    [check(ccompat, "")]: [200, { is_compatible: false, reason: "every version is looked at" }],
  };

  test("NONE without a rule of its own is the global level; the check is the one of the latest version", async () => {
    const server = await start(apicurio2);
    expect(await subjectAt(server, ccompat)).toMatchObject({
      compatibility: "BACKWARD",
      compatibilityOrigin: "global",
      mode: "READWRITE",
      live: [{ compatible: false, messages: [reason] }],
    });
    expect(posts(server)).toEqual([check(ccompat, "/latest")]);
    expect(server.requests.some((request) => request.includes("/mode"))).toBe(false);
  });

  test("it is told by its path where its own interface is shut off", async () => {
    const server = await start({ ...apicurio2, "GET /apis/registry/v2/system/info": [403, ""], "GET /status/ready": [200, ""] });
    expect(await subjectAt(server, ccompat)).toMatchObject({ live: [{ compatible: false }] });
    expect(posts(server)).toEqual([check(ccompat, "/latest")]);
    expect(server.requests.some((request) => request.includes("/mode") || request.includes("/status/ready"))).toBe(false);
  });

  test("NONE with a rule of its own is NONE", async () => {
    const server = await start({ ...apicurio2, "GET /apis/registry/v2/groups/default/artifacts/s/rules": [200, ["COMPATIBILITY"]] });
    expect(await subjectAt(server, ccompat)).toMatchObject({ compatibility: "NONE", compatibilityOrigin: "subject" });
  });

  test("a transitive level is asked about every version", async () => {
    const server = await start({ ...apicurio2, [`GET ${ccompat}/config/s`]: [200, { compatibilityLevel: "FULL_TRANSITIVE" }] });
    expect((await subjectAt(server, ccompat))?.live).toMatchObject([{ messages: ["every version is looked at"] }]);
    expect(posts(server)).toEqual([check(ccompat, "")]);
  });

  test("no rule at all", async () => {
    const server = await start({ ...apicurio2, [`GET ${ccompat}/config`]: [200, { compatibilityLevel: "NONE" }] });
    expect(await subjectAt(server, ccompat)).toMatchObject({ compatibility: "NONE", compatibilityOrigin: "global" });
  });
});

describe("Apicurio 3.3.3", () => {
  const apicurio3: Table = {
    "GET /apis/registry/v2/system/info": [200, { name: "Apicurio Registry (SQL)", version: "3.3.3" }],
    [`GET ${ccompat}/config`]: [200, { compatibilityLevel: "BACKWARD" }],
    [`GET ${ccompat}/config/s`]: [200, { compatibilityLevel: "NONE" }],
    [`GET ${ccompat}/config/s?defaultToGlobal=true`]: [200, { compatibilityLevel: "BACKWARD" }],
    [`GET ${ccompat}/mode`]: [200, { mode: "READONLY" }],
    ...versions(ccompat),
    [check(ccompat, "/latest")]: [200, { is_compatible: false }],
  };

  test("the level in force, a mode that changes nothing, a no without a reason", async () => {
    expect(await subjectAt(await start(apicurio3), ccompat)).toMatchObject({
      compatibility: "BACKWARD",
      compatibilityOrigin: "global",
      mode: "READWRITE",
      live: [{ compatible: false, messages: [] }],
    });
  });

  test("NONE set for the subject", async () => {
    const own = { ...apicurio3, [`GET ${ccompat}/config/s?defaultToGlobal=true`]: [200, { compatibilityLevel: "NONE" }] } as const;
    expect(await subjectAt(await start(own), ccompat)).toMatchObject({ compatibility: "NONE", compatibilityOrigin: "subject" });
  });

  test("an invalid schema is a no with its reason; an empty 404 is no subject", async () => {
    const invalid = { [check(ccompat, "/latest")]: [422, { message: "Invalid schema: Syntax violation.", error_code: 42201 }] } as const;
    expect((await subjectAt(await start({ ...apicurio3, ...invalid }), ccompat))?.live).toMatchObject([
      { compatible: false, messages: ["Invalid schema: Syntax violation."] },
    ]);
    const gone = { ...apicurio3, [`GET ${ccompat}/subjects/s/versions`]: [404, { error_code: 40401, message: "no" }] } as const;
    expect(await subjectAt(await start({ ...gone, [`GET ${ccompat}/config/s`]: [404, ""] }), ccompat)).toMatchObject({
      versions: [],
      compatibility: "BACKWARD",
      unavailable: null,
    });
  });
});

describe("Karapace", () => {
  const karapace: Table = {
    "GET /_health": [200, { process_uptime_sec: 9, karapace_version: "5.0.3" }],
    "GET /config": [200, { compatibilityLevel: "BACKWARD" }],
    "GET /config/s": [404, { error_code: 40408, message: "Subject 's' does not have subject-level compatibility configured" }],
    "GET /mode": [200, { mode: "READWRITE" }],
    ...versions(""),
    [check("", "/latest")]: [200, { is_compatible: false, messages: ["reader type: string not compatible with writer type: record"] }],
  };

  test("it is told by its health, and asked about the latest version at every level", async () => {
    for (const level of ["BACKWARD", "FULL_TRANSITIVE"]) {
      const server = await start({ ...karapace, "GET /config": [200, { compatibilityLevel: level }] });
      expect(await subjectAt(server, "")).toMatchObject({
        compatibility: level,
        live: [{ compatible: false, messages: ["reader type: string not compatible with writer type: record"] }],
      });
      expect(posts(server)).toEqual([check("", "/latest")]);
      // Every subject has the global mode.
      expect(server.requests.filter((request) => request.includes("/mode"))).toEqual(["GET /mode"]);
    }
  });
});

describe("Redpanda", () => {
  const redpanda: Table = {
    "GET /status/ready": [200, ""],
    "GET /config": [200, { compatibilityLevel: "BACKWARD_TRANSITIVE" }],
    "GET /config/s": [404, { error_code: 40408, message: "Subject 's' does not have subject-level compatibility configured" }],
    "GET /mode": [200, { mode: "READWRITE" }],
    ...versions(""),
    [check("", "/2")]: [200, { is_compatible: true }],
    [check("", "/1")]: [200, { is_compatible: false, messages: ["{errorType:'UNKNOWN'}"] }],
    [check("", "/latest")]: [200, { is_compatible: true }],
  };

  test("a transitive level is asked about version after version, newest first", async () => {
    const server = await start(redpanda);
    expect((await subjectAt(server, ""))?.live).toMatchObject([{ compatible: false, messages: ["{errorType:'UNKNOWN'}"] }]);
    expect(posts(server)).toEqual([check("", "/2"), check("", "/1")]);
  });

  test("more than 50 versions are not asked about one by one", async () => {
    const numbers = Array.from({ length: 51 }, (_, index) => index + 1);
    const all = Object.fromEntries(
      numbers.map((version): [string, Row] => [
        `GET /subjects/s/versions/${version}`,
        [200, { subject: "s", version, id: version, schema }],
      ]),
    );
    const server = await start({
      ...redpanda,
      ...all,
      "GET /subjects/s/versions": [200, numbers],
      [check("", "/51")]: [200, { is_compatible: true }],
    });
    expect((await subjectAt(server, ""))?.live).toEqual([]);
    expect(posts(server)).toEqual([]);
  });

  test("another level about the latest", async () => {
    const server = await start({ ...redpanda, "GET /config": [200, { compatibilityLevel: "FULL" }] });
    expect((await subjectAt(server, ""))?.live).toMatchObject([{ compatible: true }]);
    expect(posts(server)).toEqual([check("", "/latest")]);
  });
});

describe("Confluent", () => {
  const confluent: Table = {
    "GET /v1/metadata/version": [200, { version: "8.3.1", commitId: "abc" }],
    "GET /config": [200, { compatibilityLevel: "BACKWARD" }],
    "GET /mode": [200, { mode: "READWRITE" }],
    ...versions(""),
    [check("", "")]: [200, { is_compatible: true, messages: [] }],
  };

  test("it is told by its version, and asked about the whole subject", async () => {
    const server = await start(confluent);
    expect((await subjectAt(server, ""))?.live).toMatchObject([{ compatible: true, messages: [] }]);
    expect(posts(server)).toEqual([check("", "")]);
  });

  test("a vendor that is given is not asked for", async () => {
    const server = await start(confluent);
    await subjectAt(server, "", { vendor: "confluent" });
    expect(server.requests.some((request) => request.includes("/v1/metadata"))).toBe(false);
  });

  test("a context: subjects are named without it, and asked for with it", async () => {
    const server = await start({
      "GET /config": [200, { compatibilityLevel: "FULL" }],
      "GET /config/%3A.lab%3As?defaultToGlobal=true": [200, { compatibilityLevel: "FORWARD" }],
      "GET /subjects/%3A.lab%3As/versions": [200, [1]],
      "GET /subjects/%3A.lab%3As/versions/1": [200, { subject: ":.lab:s", version: 1, id: 1, schema }],
      "GET /subjects?subjectPrefix=%3A.lab%3A": [200, [":.lab:s", ":.lab:t"]],
    });
    expect(await subjectAt(server, "", { context: ".lab", vendor: "confluent" })).toMatchObject({
      name: "s",
      compatibility: "FORWARD",
      versions: [{ version: 1 }],
    });
    const client = openRegistry(server.url, { context: ".lab" });
    undo.push(client.close);
    expect(await client.subjects()).toEqual(["s", "t"]);
    // A subject that names its context is in that one.
    await fetchSubjects(client, [":.other:s"], new Map());
    expect(server.requests).toContain("GET /subjects/%3A.other%3As/versions");
  });
});

test.each<readonly [vendor: string, version: string | null, base: string, table: Table]>([
  ["confluent", "8.3.1", "", { "GET /v1/metadata/version": [200, { version: "8.3.1", commitId: "abc" }] }],
  ["karapace", "5.0.3", "", { "GET /_health": [200, { process_uptime_sec: 9, karapace_version: "5.0.3" }] }],
  ["apicurio", "3.3.3", "", { "GET /apis/registry/v2/system/info": [200, { name: "Apicurio Registry (SQL)", version: "3.3.3" }] }],
  ["apicurio", null, ccompat, {}],
  ["redpanda", null, "", { "GET /status/ready": [200, ""] }],
  ["unknown", null, "", { "GET /_health": [200, {}], "GET /v1/metadata/version": [200, {}] }],
])("what tells %s %s", async (vendor, version, base, table) => {
  const server = await start(table);
  const client = openRegistry(`${server.url}${base}`, { timeoutMs: 2000, retries: 0 });
  undo.push(client.close);
  expect(await client.registry()).toEqual({ vendor, version });
});

test("a registry that nobody knows is asked what all have", async () => {
  const server = await start({
    "GET /config": [200, { compatibilityLevel: "FULL" }],
    ...versions(""),
    [check("", "/latest")]: [200, { is_compatible: true }],
  });
  expect((await subjectAt(server, ""))?.live).toMatchObject([{ compatible: true }]);
  expect(posts(server)).toEqual([check("", ""), check("", "/latest")]);
});

test("AWS Glue and Azure have no such interface, and the message says what to do instead", () => {
  expect(() => openRegistry("https://glue.eu-west-1.amazonaws.com")).toThrow(/is AWS Glue, .* give that folder with --registry/);
  expect(() => openRegistry("https://ns.servicebus.windows.net")).toThrow(/is Azure Event Hubs, .*<subject>\/<version>\.avsc/);
});
