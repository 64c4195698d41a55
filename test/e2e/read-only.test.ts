import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createHttp } from "../../src/io/registry/http.ts";
import { parseAddresses } from "../../src/io/registry/address.ts";
import { serve } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import { base, connector, undo, undoAll } from "../support/bad-run.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

const question = /^POST \/(compatibility\/subjects\/[^/]+\/versions(\/[^/]+)?(\?verbose=true)?|subjects\/[^/]+)$/;

test("no command but register sends anything to a registry that could write", async () => {
  const files = {
    "m/V1__orders.sql": base,
    "m/V2__next.sql": "ALTER TABLE orders RENAME COLUMN email TO mail;\nCREATE TABLE items (id int PRIMARY KEY);\n",
    "c.json": connector({ "key.converter": null, "value.converter": null }),
    "s.avsc": '"string"',
  };
  const project = makeProject(files);
  undo.push(project.remove);
  const server = await serve(storedRegistry({ level: "BACKWARD", subjects: { "shop.public.orders-value": { versions: ['"int"'] } } }));
  undo.push(server.close);
  const source = ["--connector", "c.json"];
  const pending = ["m", "--pending", "m/V2*", ...source];
  const registry = ["--registry", server.url];
  const commands: readonly (readonly string[])[] = [
    ["check", ...pending, ...registry],
    ["rewrite", ...pending, ...registry],
    ["register", ...pending, ...registry],
    ["compat", "s.avsc", "--subject", "shop.public.orders-value", ...registry],
    ["pull", "drift", ...registry],
    ["doctor", "--connector", "c.json", ...registry],
    ["schema", "--path", "m", ...source],
    ["catalog", "m"],
  ];
  for (const args of commands) {
    const run = await driftgateHere(args, { cwd: project.path });
    expect([0, 1], `${args[0]}: ${run.stderr}`).toContain(run.exitCode);
  }
  const sent = server.requests.filter((request) => !request.startsWith("GET "));
  expect(sent.some((request) => request.startsWith("POST /compatibility/"))).toBe(true);
  expect(sent.filter((request) => !question.test(request))).toEqual([]);
});

test("the client cannot be made to post anything but a question", async () => {
  const server = await serve(storedRegistry({ level: "BACKWARD", subjects: {} }));
  undo.push(server.close);
  const http = createHttp(parseAddresses(server.url), {});
  undo.push(http.close);
  for (const path of [
    "/subjects/s/versions",
    "/subjects/s/versions?normalize=true",
    "/config/s",
    "/config",
    "/mode/s",
    "/subjects/s/",
    "/import",
    "//x/compatibility/subjects/s/versions",
  ]) {
    await expect(http.ask(path, {}), path).rejects.toThrow("is no question");
  }
  expect(server.requests).toEqual([]);
});

test("one module of the source writes to a registry, and one command uses it", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const having = (pattern: RegExp): readonly string[] =>
    files.filter((name) => pattern.test(readFileSync(join("src", name), "utf8"))).map((name) => name.replaceAll("\\", "/"));
  expect(having(/@kafkajs\/confluent-schema-registry/)).toEqual(["io/registry/register.ts"]);
  expect(having(/registry\/register\.ts"/)).toEqual(["commands/register.ts"]);
  // Everything else goes through the guarded client; the token endpoint is no registry.
  expect(having(/createSender\(/).toSorted()).toEqual(["io/registry/http.ts", "io/registry/register.ts", "io/registry/send.ts"]);
  expect(having(/"(?:PUT|DELETE|PATCH)"/).filter((name) => name.startsWith("io/registry/"))).toEqual([]);
});
