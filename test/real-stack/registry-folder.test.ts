import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, serve } from "../io/registry/server.ts";
import type { Served } from "../io/registry/server.ts";
import type { Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";
import {
  checkScene,
  outcomesIn,
  reference,
  referred,
  referring,
  sceneFiles,
  sceneSubjects,
  sceneVerdicts,
  valueOf,
} from "../support/registry-scene.ts";
import { startRegistry } from "./servers/registry.ts";
import type { TestRegistry } from "./servers/registry.ts";
import { versionsHere } from "./servers/versions-here.ts";

// A check of a pulled folder against a check of the live Apicurio it was pulled from: the same bytes in every format.

const withField = (name: string): object => ({ type: "record", name: "R", fields: [{ name, type: "int" }] });
const withSpace = (namespace: string): object => ({ type: "record", name: "R", namespace, fields: [] });

async function send(method: string, url: string, body: string | null): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, ...(body === null ? {} : { body }) });
  return { status: answer.status, text: await answer.text() };
}

describe.each(versionsHere())("Apicurio Registry %s", (version) => {
  let registry: TestRegistry;
  let proxy: Served;
  let at: Project;

  beforeAll(async () => {
    registry = await startRegistry({ version, level: null });
    proxy = await serve((path, response, request, body) => {
      const isDenied = path.includes(`/subjects/${valueOf("hidden")}/versions`);
      if (isDenied) return json(response, 403, { error_code: 40301, message: "denied" });
      const { method = "GET" } = request;
      void send(method, new URL(path, registry.url).href, method === "GET" ? null : (body ?? "")).then(({ status, text }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(text),
      );
    });
    at = makeProject(sceneFiles);
    await fill(await sceneSubjects(at));
  }, 600_000);

  afterAll(async () => {
    at?.remove();
    await proxy?.close();
    await registry?.stop();
  });

  async function write(method: "POST" | "PUT", path: string, body: object, base = registry.url): Promise<void> {
    const { status, text } = await send(method, `${base}${path}`, JSON.stringify(body));
    if (status !== 200 && status !== 204) throw new Error(`${method} ${path}: ${status} ${text}`);
  }

  async function fill(known: ReadonlyMap<string, string>): Promise<void> {
    // Without a level yet: 2.6.13 compares no schema that refers to another.
    await write("POST", "/subjects/lib/versions", { schema: referred });
    await write("POST", `/subjects/${valueOf("referring")}/versions`, { schema: referring, references: [reference] });
    for (const [name, schema] of known) await write("POST", `/subjects/${name}/versions`, { schema });
    await registry.setGlobalLevel("FULL");
    await write("PUT", `/config/${valueOf("referring")}`, { compatibility: "BACKWARD" });
    await write("PUT", `/config/${valueOf("accepted")}`, { compatibility: "FULL_TRANSITIVE" });
    // 2.6.13 takes NONE for the wish to have no rule, and then the global level is in force.
    if (version === "3.3.3") await write("PUT", `/config/${valueOf("unchecked")}`, { compatibility: "NONE" });
    else {
      const path = `/groups/default/artifacts/${valueOf("unchecked")}/rules`;
      await write("POST", path, { type: "COMPATIBILITY", config: "NONE" }, registry.apicurioUrl);
    }
  }

  test("the same reports with and without network", async () => {
    const url = proxy.url + new URL(registry.url).pathname;
    const live = await checkScene(at, "live", ["--connector", "c.json", "--registry", url]);
    expect(live).toMatchObject({ exitCode: 1, stdout: "", stderr: "" });
    // Modes are none of 2, and without effect in 3.
    expect(outcomesIn(live)).toEqual({ ...sceneVerdicts, readonly: "accepted" });
    expect(JSON.parse(live.reports.json)).toMatchObject({ checked: { registry: url } });
    expect(proxy.requests.some((request) => request.startsWith("POST ") && request.includes(`/${valueOf("refused")}/`))).toBe(true);

    const pulled = await driftgateHere(["pull", "drift", "--registry", url], { cwd: at.path });
    expect(pulled).toMatchObject({ exitCode: 1, stderr: "" });
    expect(pulled.stdout).toContain(`unknown: ${valueOf("hidden")}: the list of versions may not be read`);
    expect(proxy.requests.filter((request) => !request.startsWith("GET "))).toEqual(
      proxy.requests.filter((request) => request.startsWith("POST ") && request.includes("/compatibility/")),
    );
    const asked = proxy.requests.length;
    const folder = await checkScene(at, "folder", ["--connector", "c.json", "--registry", "drift"]);
    expect(folder.stderr).toContain(`the registry ${url} was not asked`);
    expect(folder.exitCode).toBe(1);
    expect(folder.reports).toEqual(live.reports);
    expect(proxy.requests.length).toBe(asked);
  });

  test("the names that it takes in a new schema", async () => {
    const schemas = { größe: withField("größe"), "space größe": withSpace("größe"), "space a-b": withSpace("a-b") };
    const taken: [string, boolean][] = [];
    for (const [name, schema] of Object.entries(schemas)) {
      const body = JSON.stringify({ schema: JSON.stringify(schema) });
      const { status } = await send("POST", `${registry.url}/subjects/${encodeURIComponent(name)}/versions`, body);
      taken.push([name, status === 200]);
    }
    expect(Object.fromEntries(taken)).toEqual({ größe: true, "space größe": true, "space a-b": false });
  });
});
