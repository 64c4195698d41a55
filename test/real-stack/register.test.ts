import { afterAll, beforeAll, expect, test } from "vitest";
import type { Project } from "../support/cli.ts";
import { driftgate, makeProject } from "../support/cli.ts";
import { connectorConfig, stageName } from "./connector.ts";
import { openPlay } from "./play.ts";
import type { Play } from "./play.ts";
import type { Settings } from "./servers/connect.ts";
import { startStack } from "./servers/stack.ts";
import type { Stack } from "./servers/stack.ts";
import { readSubjects } from "./subjects.ts";
import { openTopics } from "./topics.ts";
import type { Topics } from "./topics.ts";

let stack: Stack;
let topics: Topics;
beforeAll(async () => {
  stack = await startStack();
  topics = await openTopics(stack.broker, stack.registry.url);
}, 600_000);
afterAll(async () => {
  await topics?.close();
  await stack?.stop();
});

const setup = "CREATE TABLE orders (id bigint PRIMARY KEY, name text, weight double precision NOT NULL DEFAULT 2);\n";
const migration =
  "ALTER TABLE orders ADD COLUMN note text, ADD COLUMN price numeric(8,2) DEFAULT 1.5, ADD COLUMN rate real NOT NULL DEFAULT 1000, ADD COLUMN serial bigint NOT NULL DEFAULT 9223372036854775807;\n";
const row = (id: number): string => `INSERT INTO orders (id, name) VALUES (${id}, 'row ${id}')`;
const rowWithNote = "INSERT INTO orders (id, name, note) VALUES (3, 'row 3', 'noted')";

interface Scene {
  readonly name: string;
  readonly play: Play;
  readonly project: Project;
  readonly run: (command: string, ...more: readonly string[]) => ReturnType<typeof driftgate>;
}

/** A connector that has registered its table as it is, and registers nothing from now on; then the act. */
async function onStage(title: string, findLatest: boolean, act: (scene: Scene) => Promise<void>): Promise<void> {
  const name = stageName(title);
  const play = await openPlay(name, { stack, topics });
  const registering = connectorConfig(stack, name);
  const silent = (part: "key" | "value"): Settings => ({
    [`${part}.converter.apicurio.registry.auto-register`]: "false",
    [`${part}.converter.apicurio.registry.find-latest`]: String(findLatest),
  });
  const config = { ...registering, ...silent("key"), ...silent("value") };
  const project = makeProject({ "m/V1__orders.sql": setup, "m/V2__more.sql": migration, "c.json": JSON.stringify({ name, config }) });
  const run: Scene["run"] = (command, ...more) =>
    driftgate(
      [command, "m", "--pending", "m/V2*", "--connector", "c.json", "--registry", stack.registry.url, "--format", "json", ...more],
      {
        cwd: project.path,
      },
    );
  try {
    await play.client.query(setup);
    await play.start(registering);
    await play.client.query(row(1));
    expect(await play.settle()).toMatchObject({ task: "RUNNING", trace: "" });
    await stack.connect.put(name, config);
    await act({ name, play, project, run });
  } finally {
    project.remove();
    await play.clear();
  }
}

/** The last record of the table's topic, decoded by the schema that its id names. */
async function lastRow({ name, play }: Scene): Promise<unknown> {
  const topic = `${name}.public.orders`;
  const count = (await play.counts()).get(topic) ?? 0;
  return (await topics.read(new Map([[topic, count]]))).at(-1)?.value;
}

const orders = async (name: string) => (await readSubjects(stack.registry, `${name}.public.orders-value`, "BACKWARD"))[0]?.versions ?? [];

test("what register registers is what a connector that registers nothing goes on with", async () => {
  await onStage("registered ahead", true, async (scene) => {
    const { name, play, run } = scene;
    const done = await run("register", "--yes");
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    const { schemas } = JSON.parse(done.stdout);
    expect(schemas).toMatchObject([{ subject: `${name}.public.orders-value`, part: "value", state: "registered", version: 2 }]);
    // The converter keeps a version that it has found.
    await play.pause();
    await play.client.query(migration);
    await play.client.query(rowWithNote);
    await play.resume();
    expect(await play.settle()).toMatchObject({ task: "RUNNING", trace: "" });
    expect(await orders(name)).toMatchObject([{ version: 1 }, { version: 2, id: schemas[0].id, schema: schemas[0].schema }]);
    expect((await play.counts()).get(`${name}.public.orders`)).toBe(2);
    expect(await lastRow(scene)).toMatchObject({ after: { note: "noted", rate: 1000 } });
    expect(JSON.parse((await run("register", "--yes")).stdout).schemas).toMatchObject([{ state: "present", version: 2 }]);
  });
});

test("the schema that is registered ahead is, character for character, what the connector would have registered", async () => {
  await onStage("by itself", true, async ({ name, play, run }) => {
    const { schemas } = JSON.parse((await run("register")).stdout);
    await stack.connect.put(name, connectorConfig(stack, name));
    await play.client.query(migration);
    await play.client.query(rowWithNote);
    expect(await play.settle()).toMatchObject({ task: "RUNNING", trace: "" });
    expect((await orders(name)).at(-1)?.schema).toBe(schemas[0].schema);
  });
});

test("without it the old schema is written on, as check says", async () => {
  await onStage("held back", true, async (scene) => {
    const { name, play, run } = scene;
    const { findings } = JSON.parse((await run("check")).stdout);
    expect(findings).toMatchObject([{ ruleId: "schema-held-back", subject: `${name}.public.orders-value`, severity: "warning" }]);
    expect(findings[0].what).toContain('"note", "price", "rate" and "serial" are not sent');
    await play.client.query(migration);
    await play.client.query(rowWithNote);
    expect(await play.settle()).toMatchObject({ task: "RUNNING", trace: "" });
    expect(await orders(name)).toHaveLength(1);
    const last = await lastRow(scene);
    expect(last).toMatchObject({ after: { name: "row 3" } });
    expect(last).not.toHaveProperty("after.note");
  });
});

test("a look-up finds no schema with nested records, whatever is registered, as check says", async () => {
  await onStage("looked up", false, async ({ play, run }) => {
    const { findings } = JSON.parse((await run("check")).stdout);
    expect(findings).toMatchObject([{ ruleId: "schema-not-registered" }]);
    expect(findings[0].what).toContain("its look-up finds no schema with nested records");
    // The table is as it was when its schema was registered.
    await play.client.query(row(2));
    const state = await play.settle();
    expect(state.task).toBe("FAILED");
    expect(state.trace).toContain("ArtifactNotFoundException");
  });
});
