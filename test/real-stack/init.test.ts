import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DoctorReport } from "../../src/model/doctor.ts";
import { driftgate } from "../support/cli.ts";
import { connectorConfig } from "./connector.ts";
import type { Settings } from "./servers/connect.ts";
import { type Stack, startStack } from "./servers/stack.ts";
import { type StreamRecord, type Topics, openTopics } from "./topics.ts";

let stack: Stack;
let topics: Topics;
const folder = mkdtempSync(join(tmpdir(), "driftgate-init-"));
beforeAll(async () => {
  stack = await startStack();
  topics = await openTopics(stack.broker, stack.registry.url);
});
afterAll(async () => {
  await topics?.close();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Twenty tables: large values, no key, a usable index, partitions, an enum. */
const tables = `
  CREATE TYPE mood AS ENUM ('fine', 'bad');
  CREATE TABLE documents (id bigint PRIMARY KEY, body text, meta jsonb, n integer);
  ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL;
  CREATE TABLE loose (a integer, m mood);
  CREATE TABLE coded (code uuid NOT NULL UNIQUE, n integer);
  CREATE TABLE events (id bigint, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
  ${Array.from({ length: 15 }, (_, at) => `CREATE TABLE filler_${at} (id integer PRIMARY KEY, amount numeric(10,2), at timestamp(3));`).join("\n")}
  INSERT INTO documents SELECT n, repeat(md5(n::text), 200), '{}', 0 FROM generate_series(1, 3) AS n;`;

/** Not captured by anybody, and written all the time. */
const noise = "CREATE TABLE noise (id bigint GENERATED ALWAYS AS IDENTITY, filler text)";

async function newDatabase(name: string): Promise<Client> {
  await stack.postgres.createDatabase(name);
  const client = await stack.postgres.connect(name);
  await client.query(tables);
  return client;
}

async function until<Value>(what: string, probe: () => Promise<Value | null>): Promise<Value> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const value = await probe();
    if (value !== null) return value;
    if (Date.now() > limit) throw new Error(`${what} did not come in 60 s`);
    await sleep(100);
  }
}

/** What the config provider and the other vendor's converter would put in. */
function filledIn(name: string, config: Settings, user: string): Settings {
  const own = connectorConfig(stack, name);
  const converters = Object.fromEntries(Object.entries(own).filter(([key]) => /^(key|value)\.converter/.test(key)));
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => !/^(key|value)\.converter/.test(key)));
  return {
    ...kept,
    ...converters,
    "database.user": user,
    "database.password": "none",
    "poll.interval.ms": "50",
    "heartbeat.interval.ms": config["heartbeat.interval.ms"] === undefined ? "0" : "500",
  };
}

async function started(name: string, config: Settings, client: Client): Promise<void> {
  await stack.connect.put(name, config);
  await until(`the start of ${name}`, async () => {
    const { task, connector, trace } = await stack.connect.state(name);
    if (task === "FAILED" || connector === "FAILED") throw new Error(trace);
    const { rows } = await client.query(
      "SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active AND confirmed_flush_lsn IS NOT NULL",
      [config["slot.name"]],
    );
    return task === "RUNNING" && rows.length > 0 ? true : null;
  });
}

async function doctor(name: string, ...more: readonly string[]): Promise<DoctorReport> {
  const run = await driftgate([
    "doctor",
    "--sample",
    "2",
    "--format",
    "json",
    "--database-url",
    stack.postgres.url(name),
    "--connector",
    `${stack.connect.url}/connectors/${name}`,
    ...more,
  ]);
  if (run.exitCode === 2) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

const errorsOf = ({ diagnoses }: DoctorReport): readonly string[] =>
  diagnoses.filter(({ health }) => health === "error").map(({ check, on }) => `${check} ${on}`);

/** Bytes of the log that the slot has not confirmed. */
async function lag(client: Client, slot: string): Promise<number> {
  const { rows } = await client.query<{ readonly lag: number }>(
    "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::float8 AS lag FROM pg_replication_slots WHERE slot_name = $1",
    [slot],
  );
  return rows[0]?.lag ?? Number.NaN;
}

async function writeNoise(client: Client): Promise<void> {
  for (let at = 0; at < 20; at += 1) {
    await client.query("INSERT INTO noise (filler) SELECT repeat('x', 1000) FROM generate_series(1, 500)");
    await sleep(100);
  }
}

async function recordsOf(topic: string, atLeast: number): Promise<readonly StreamRecord[]> {
  const counts = await until(`${atLeast} records in ${topic}`, async () => {
    const found = await topics.counts(topic);
    return (found.get(topic) ?? 0) >= atLeast ? found : null;
  });
  return topics.read(new Map([[topic, counts.get(topic) ?? 0]]));
}

const after = (record: StreamRecord | undefined): unknown => {
  const value = record?.value;
  return typeof value === "object" && value !== null && "after" in value ? value.after : null;
};

test("what init writes runs on the real Debezium, with every valve working", async () => {
  const client = await newDatabase("valves");
  const made = await driftgate(
    ["init", "--yes", "--tool", "plain", "--name", "valves", "--topic-prefix", "valves", "--database-url", stack.postgres.url("valves")],
    { cwd: folder },
  );
  expect(made).toMatchObject({ exitCode: 0, stderr: "" });
  const [migration = ""] = readdirSync(join(folder, "migrations"));
  await client.query(readFileSync(join(folder, "migrations", migration), "utf8"));
  await client.query(noise);
  const { config: written } = JSON.parse(readFileSync(join(folder, "ingestion/debezium-postgres-connector.json"), "utf8"));
  const config = filledIn("valves", written, "valves_cdc");

  const validated = await fetch(`${stack.connect.url}/connector-plugins/PostgresConnector/config/validate`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...config, name: "valves" }),
  });
  // Kafka Connect's documented answer.
  const { error_count: errors, configs } = (await validated.json()) as {
    error_count: number;
    configs: { value: { name: string; errors: string[] } | null }[];
  };
  expect({ errors, which: configs.filter(({ value }) => (value?.errors.length ?? 0) > 0) }).toEqual({ errors: 0, which: [] });

  await started("valves", config, client);
  expect((await recordsOf("valves.public.documents", 3)).map(after)).toHaveLength(3);

  // An update of another column carries the whole large value.
  await client.query("UPDATE documents SET n = 1 WHERE id = 1");
  const updated = after((await recordsOf("valves.public.documents", 4)).at(-1));
  expect(updated).toMatchObject({ n: 1, body: createHash("md5").update("1").digest("hex").repeat(200) });

  // A delete is followed by a tombstone.
  await client.query("DELETE FROM documents WHERE id = 2");
  expect((await recordsOf("valves.public.documents", 6)).at(-1)?.value).toBeNull();

  // Rows of a partition come in the topic of its root.
  await client.query("INSERT INTO events VALUES (1, '2026-05-05', 'x')");
  expect(await recordsOf("valves.public.events", 1)).toHaveLength(1);

  // While only an uncaptured table is written, the heartbeat moves the slot.
  await writeNoise(client);
  await until("the slot to come near", async () => ((await lag(client, "valves")) < 200_000 ? true : null));

  const report = await doctor("valves", "--disk-free", "100GB");
  expect(errorsOf(report)).toEqual([]);
  await stack.connect.remove("valves");
});

test("the tutorials' bare configuration: doctor names each valve, and the harm is there", async () => {
  const client = await newDatabase("bare");
  await client.query(noise);
  await client.query("CREATE PUBLICATION dbz_publication FOR TABLE documents, coded");
  const bare = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "tasks.max": "1",
    "plugin.name": "pgoutput",
    "database.hostname": "127.0.0.1",
    "database.port": String(stack.postgres.port),
    "database.dbname": "bare",
    "topic.prefix": "bare",
    "slot.name": "bare",
    "table.include.list": "public.documents,public.coded",
  };
  await started("bare", filledIn("bare", bare, "postgres"), client);
  await recordsOf("bare.public.documents", 3);
  await client.query("UPDATE documents SET n = 1 WHERE id = 1");
  const updated = after((await recordsOf("bare.public.documents", 4)).at(-1));
  expect(updated).toMatchObject({ body: "__debezium_unavailable_value" });

  const before = await lag(client, "bare");
  await writeNoise(client);
  await sleep(3000);
  const kept = (await lag(client, "bare")) - before;
  process.stdout.write(`without a heartbeat the slot kept ${Math.round(kept / 1024)} kB of 20 writes to a table nobody captures\n`);
  expect(kept).toBeGreaterThan(5_000_000);

  await client.query("VACUUM documents");
  const report = await doctor("bare");
  const found = report.diagnoses.filter(({ health }) => health !== "good").map(({ check, on }) => `${check} ${on}`);
  expect(found).toEqual(
    expect.arrayContaining([
      "heartbeat-interval bare",
      "table-toast public.documents",
      "table-identity public.coded",
      "server-setting max_slot_wal_keep_size",
      "connector-publication bare",
      "slot-room bare",
    ]),
  );
  await stack.connect.remove("bare");
});

test("a slot of a connector that is stopped is told of, and so is its task's end", async () => {
  await newDatabase("stopped");
  const client = await stack.postgres.connect("stopped");
  await client.query("CREATE PUBLICATION dbz_publication FOR TABLE documents");
  const config = filledIn(
    "stopped",
    { ...connectorConfig(stack, "stopped"), "publication.name": "dbz_publication", "table.include.list": "public.documents" },
    "postgres",
  );
  await started("stopped", config, client);
  await stack.connect.stopTasks("stopped");
  await until("the end of the task", async () => {
    const { rows } = await client.query("SELECT FROM pg_replication_slots WHERE slot_name = 'stopped' AND NOT active");
    return rows.length > 0 ? true : null;
  });
  const found = errorsOf(await doctor("stopped"));
  expect(found).toContain("connector-state stopped");
  expect(found).toContain("slot-active stopped");
  await stack.connect.remove("stopped");
});
