import { afterEach, describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { ClientOptions } from "../../../src/io/registry/client.ts";
import { openRegistry } from "../../../src/io/registry/client.ts";
import { fetchSubjects } from "../../../src/io/registry/fetch-subjects.ts";
import type { Subject } from "../../../src/model/subject.ts";
import type { Handler, Served } from "./server.ts";
import { json, registryWith, serve } from "./server.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

const html: Handler = (_path, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in</html>");

const open: Served[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(handler: Handler): Promise<Served> {
  const server = await serve(handler);
  open.push(server);
  return server;
}

interface Asked {
  readonly names?: readonly string[];
  readonly candidates?: ReadonlyMap<string, string>;
  readonly options?: ClientOptions;
}

async function fetchFrom(url: string, { names = ["s"], candidates = new Map(), options = {} }: Asked = {}): Promise<Subject[]> {
  const client = openRegistry(url, { timeoutMs: 2000, ...options });
  try {
    return await fetchSubjects(client, names, candidates);
  } finally {
    await client.close();
  }
}

/** The first of the subjects. */
async function oneFrom(handler: Handler, asked?: Asked): Promise<Subject | undefined> {
  return (await fetchFrom((await start(handler)).url, asked))[0];
}

async function failureOf(url: string, options: ClientOptions = {}): Promise<UserError> {
  const error: unknown = await fetchFrom(url, { options: { timeoutMs: 300, retries: 0, ...options } }).catch((caught: unknown) => caught);
  if (!(error instanceof UserError)) throw new Error(`a UserError was expected, not ${String(error)}`);
  return error;
}

const int = { subject: "s", version: 1, id: 11, schema: '"int"' };
const nothing = {
  compatibility: "BACKWARD",
  compatibilityOrigin: "global",
  mode: "READWRITE",
  versions: [],
  live: [],
  unavailable: null,
};
const withInt = { "/subjects/s/versions": [1], "/subjects/s/versions/1": int };

describe("what a subject is", () => {
  test("versions with their texts, the global level, the registry's own verdict", async () => {
    const server = await start(
      registryWith({
        "/subjects/s/versions": [3, 1],
        "/subjects/s/versions/1": int,
        "/subjects/s/versions/3": { ...int, version: 3, id: 13, schema: '"long"', references: [{ name: "n", subject: "t", version: 2 }] },
        "/compatibility/subjects/s/versions?verbose=true": { is_compatible: false, messages: ["why", "{oldSchemaVersion: 3}"] },
      }),
    );
    const subjects = await fetchFrom(server.url, { candidates: new Map([["s", '"string"']]) });
    expect(subjects).toEqual([
      {
        name: "s",
        compatibility: "BACKWARD",
        compatibilityOrigin: "global",
        mode: "READWRITE",
        versions: [
          { version: 1, id: 11, schema: '"int"', schemaType: "AVRO", references: [] },
          { version: 3, id: 13, schema: '"long"', schemaType: "AVRO", references: [{ name: "n", subject: "t", version: 2 }] },
        ],
        live: [{ candidate: '"string"', compatible: false, messages: ["why", "{oldSchemaVersion: 3}"] }],
        unavailable: null,
      },
      // The subject that a version refers to is read too.
      { ...nothing, name: "t" },
    ]);
    expect(server.bodies.filter((body) => body !== "")).toEqual(['{"schema":"\\"string\\""}']);
    expect(server.requests.filter((request) => !request.startsWith("GET "))).toEqual([
      "POST /compatibility/subjects/s/versions?verbose=true",
    ]);
  });

  test("a level and a mode of its own", async () => {
    const answers = { ...withInt, "/config/s": { compatibilityLevel: "FULL" }, "/mode/s": { mode: "IMPORT" } };
    expect(await oneFrom(registryWith(answers))).toMatchObject({ compatibility: "FULL", compatibilityOrigin: "subject", mode: "IMPORT" });
  });

  test("a configuration without a level takes the server's default, not the global level", async () => {
    const answers = {
      ...withInt,
      "/config": { compatibilityLevel: "NONE" },
      "/config/s": { normalize: true },
      "/config/s?defaultToGlobal=true": { normalize: true, compatibilityLevel: "BACKWARD" },
    };
    expect(await oneFrom(registryWith(answers))).toMatchObject({ compatibility: "BACKWARD", compatibilityOrigin: "default" });
  });

  test("a subject that does not exist has no versions, and nothing is checked", async () => {
    const server = await start(registryWith({}));
    const [subject] = await fetchFrom(server.url, { candidates: new Map([["s", '"int"']]) });
    expect(subject).toMatchObject({ versions: [], unavailable: null, live: [] });
    expect(server.requests.some((request) => request.startsWith("POST"))).toBe(false);
  });

  test("names are one segment of the path", async () => {
    const name = ":.billing:a/b c";
    const server = await start(registryWith({ "/subjects/%3A.billing%3Aa%2Fb%20c/versions": [] }));
    await fetchFrom(server.url, { names: [name] });
    expect(server.requests).toContain("GET /subjects/%3A.billing%3Aa%2Fb%20c/versions");
  });

  test("pages of versions, and a registry that knows no pages", async () => {
    const numbers = Array.from({ length: 130 }, (_, index) => index + 1);
    const paged = registryWith({ "/subjects/s/versions?offset=100": numbers.slice(100), "/subjects/s/versions": numbers.slice(0, 100) });
    const any: Handler = (path, response, request) => {
      const number = /\/versions\/(\d+)$/.exec(path)?.[1];
      if (number === undefined) paged(path, response, request);
      else json(response, 200, { ...int, version: Number(number) });
    };
    expect((await oneFrom(any))?.versions.map(({ version }) => version)).toEqual(numbers);
    const server = await start((path, response, request) => any(path.replace(/\?offset=.*/, ""), response, request));
    expect((await fetchFrom(server.url))[0]?.versions.length).toBe(100);
  });

  test("pages of subjects", async () => {
    const names = Array.from({ length: 230 }, (_, index) => `s${String(index).padStart(3, "0")}`);
    const server = await start(
      registryWith({
        "/subjects": names.slice(0, 100),
        "/subjects?offset=100": names.slice(100, 200),
        "/subjects?offset=200": names.slice(200),
      }),
    );
    const client = openRegistry(server.url);
    expect(await client.subjects()).toEqual(names);
    await client.close();
  });

  test("five requests at once, and no more", async () => {
    const known = registryWith({ ...withInt, "/subjects/s/versions": Array.from({ length: 40 }, (_, index) => index + 1) });
    // Answers that take a while: otherwise one is done before the next comes.
    const server = await start((path, response, request) => {
      const number = /\/versions\/(\d+)$/.exec(path)?.[1];
      setTimeout(
        () => (number === undefined ? known(path, response, request) : json(response, 200, { ...int, version: Number(number) })),
        20,
      );
    });
    expect((await fetchFrom(server.url))[0]?.versions.length).toBe(40);
    expect(server.mostAtOnce()).toBe(5);
  });
});

describe("registries that are different", () => {
  test("Karapace: no check of the whole subject, the one of the latest version is used", async () => {
    const latest = "/compatibility/subjects/s/versions/latest?verbose=true";
    const asked = { candidates: new Map([["s", '"string"']]) };
    const refusing = registryWith({ ...withInt, [latest]: { is_compatible: false, messages: ["int is not string"] } });
    expect((await oneFrom(refusing, asked))?.live).toEqual([{ candidate: '"string"', compatible: false, messages: ["int is not string"] }]);
  });

  test("a yes about the latest version says nothing about a transitive level", async () => {
    const answers = {
      ...withInt,
      "/config/s": { compatibilityLevel: "FULL_TRANSITIVE" },
      "/compatibility/subjects/s/versions/latest?verbose=true": { is_compatible: true },
    };
    expect((await oneFrom(registryWith(answers), { candidates: new Map([["s", '"int"']]) }))?.live).toEqual([]);
  });

  test("a check that may not be made, or fails, leaves the verdict to us", async () => {
    for (const status of [403, 500]) {
      const known = registryWith(withInt);
      const handler: Handler = (path, response, request) =>
        path.startsWith("/compatibility") ? json(response, status, { error_code: status, message: "no" }) : known(path, response, request);
      const subject = await oneFrom(handler, { candidates: new Map([["s", '"int"']]), options: { retries: 0 } });
      expect(subject).toMatchObject({ live: [], unavailable: null, versions: [{ version: 1 }] });
    }
  });

  test("403 on one subject makes that one unavailable and no other", async () => {
    const known = registryWith({ ...withInt, "/subjects/secret/versions": [1] });
    const handler: Handler = (path, response, request) =>
      path.startsWith("/subjects/secret")
        ? json(response, 403, { error_code: 40301, message: "User is denied" })
        : known(path, response, request);
    const [denied, allowed] = await fetchFrom((await start(handler)).url, { names: ["secret", "s"] });
    expect(denied?.unavailable).toBe(
      "the list of versions may not be read with these credentials (HTTP 403): User is denied (error code 40301)",
    );
    expect(allowed).toMatchObject({ unavailable: null, versions: [{ version: 1 }] });
  });

  test("without a readable global level the one in force is asked for", async () => {
    const known = registryWith({ ...withInt, "/config/s?defaultToGlobal=true": { compatibilityLevel: "FORWARD" } });
    const handler: Handler = (path, response, request) =>
      path === "/config" ? json(response, 403, { error_code: 40301, message: "no" }) : known(path, response, request);
    expect(await oneFrom(handler)).toMatchObject({ compatibility: "FORWARD", compatibilityOrigin: "global" });
  });
});

describe("credentials", () => {
  test("user and password of the URL, of the options, or a token", async () => {
    const server = await start(registryWith({}));
    const withUser = server.url.replace("http://", "http://ann:p%40ss@");
    await fetchFrom(withUser);
    await fetchFrom(withUser, { options: { username: "bob", password: "secret" } });
    await fetchFrom(withUser, { options: { token: "t0ken" } });
    const sent = new Set(server.headers.map((headers) => headers.authorization));
    expect([...sent]).toEqual([basic("ann:p@ss"), basic("bob:secret"), "Bearer t0ken"]);
  });

  test("no secret is ever shown", async () => {
    const client = openRegistry("https://ann:hush@registry.example/base/?key=hush");
    expect(client.shown).toBe("https://registry.example/base");
    await client.close();
    const error = await failureOf("http://ann:hush@127.0.0.1:9/");
    expect(error.message).toContain("http://127.0.0.1:9");
    expect(`${error.message} ${String(error.stack)}`).not.toContain("hush");
    expect(() => openRegistry("ann:hush@registry")).toThrow("cannot be read");
    expect(() => openRegistry("ann:hush@registry")).not.toThrow("hush");
  });
});

describe("a registry that cannot be used", () => {
  test.each<readonly [string, Handler, string, string]>([
    ["hangs", () => {}, "REGISTRY_UNREACHABLE", "no full answer within 0.3 s"],
    [
      "answers 500",
      (_path, response) => json(response, 500, { error_code: 50001, message: "store" }),
      "REGISTRY_UNREACHABLE",
      "it answers HTTP 500",
    ],
    ["answers 401", (_path, response) => json(response, 401, {}), "REGISTRY_UNAUTHORIZED", "the credentials are missing or wrong"],
    ["answers HTML", html, "REGISTRY_INVALID", "it answers with HTML or XML"],
    [
      "is another service",
      (_path, response) => json(response, 200, { status: "UP" }),
      "REGISTRY_INVALID",
      "There is no schema registry at",
    ],
    [
      "is at another path",
      (_path, response) => response.writeHead(404).end("Not Found"),
      "REGISTRY_INVALID",
      "There is no schema registry at",
    ],
    [
      "redirects",
      (_path, response) => response.writeHead(302, { location: "https://user:hush@elsewhere.example/" }).end(),
      "REGISTRY_INVALID",
      "it redirects to another host, elsewhere.example (HTTP 302)",
    ],
    [
      "sends half a body",
      (_path, response) => {
        response.writeHead(200, { "content-length": "1000" }).write('{"compat');
        setTimeout(() => response.destroy(), 20);
      },
      "REGISTRY_UNREACHABLE",
      "the connection ended before the answer was complete",
    ],
    [
      "stops in the middle of a body",
      (_path, response) => {
        response.writeHead(200, { "content-length": "1000" }).write('{"compat');
      },
      "REGISTRY_UNREACHABLE",
      "no full answer within 0.3 s",
    ],
    [
      "sends half a JSON text",
      (_path, response) => response.writeHead(200).end('{"compat'),
      "REGISTRY_INVALID",
      "something that is not JSON",
    ],
  ])("%s", async (_what, handler, code, text) => {
    const { url } = await start(handler);
    const error = await failureOf(url);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    expect(error.message).toContain(url);
    expect(error.message).toContain("give a folder of subjects");
    expect(error.message).not.toContain("hush");
  });

  test("refuses the connection", async () => {
    const { url, close } = await serve(() => {});
    await close();
    const error = await failureOf(url, { retries: 2 });
    expect(error.code).toBe("REGISTRY_UNREACHABLE");
    expect(error.message).toContain("the connection is refused");
  });
});

describe("faults that pass", () => {
  test("a busy registry is asked again when it says so", async () => {
    const known = registryWith(withInt);
    let busy = 1;
    const server = await start((path, response, request) => {
      if (busy-- > 0) json(response, 429, { error_code: 42900, message: "slow down" }, { "retry-after": "1" });
      else known(path, response, request);
    });
    const started = performance.now();
    expect((await fetchFrom(server.url))[0]?.versions.length).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(server.requests.filter((request) => request === "GET /config").length).toBe(2);
  });

  test("it is given up after a few tries", async () => {
    const server = await start((_path, response) => json(response, 503, {}, { "retry-after": "0" }));
    expect((await failureOf(server.url, { retries: 2 })).message).toContain("HTTP 503");
    expect(server.requests.length).toBe(3);
  });

  test("of several URLs the next one takes over", async () => {
    const gone = await serve(() => {});
    await gone.close();
    const server = await start(registryWith(withInt));
    expect((await fetchFrom(`${gone.url},${server.url}`))[0]?.versions.length).toBe(1);
  });
});
