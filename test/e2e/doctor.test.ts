import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnosis, DoctorReport } from "../../src/model/doctor.ts";
import { driftgate, driftgateHere } from "../support/cli.ts";
import { type TestServer, startPostgres } from "../support/postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "driftgate-doctor-"));
let server: TestServer;
beforeAll(async () => {
  server = await startPostgres([
    "max_replication_slots=80",
    "max_wal_senders=20",
    "max_slot_wal_keep_size=1GB",
    "idle_replication_slot_timeout=3d",
  ]);
  const client = await server.connect();
  await client.query(
    "CREATE ROLE cdc LOGIN REPLICATION; CREATE ROLE visitor LOGIN; CREATE ROLE watcher LOGIN; GRANT pg_monitor TO watcher",
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const good = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
  "publication.autocreate.mode": "disabled",
  "database.user": "cdc",
  "heartbeat.interval.ms": "10000",
  "heartbeat.action.query": "INSERT INTO public.beat VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET at = now()",
  "table.include.list": String.raw`public\.(orders|beat)`,
};

function connectorFile(name: string, settings: Readonly<Record<string, string>>): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ name, config: settings }));
  return path;
}

interface Look {
  readonly report: DoctorReport;
  readonly exitCode: number;
  readonly stderr: string;
}

async function doctor(...args: readonly string[]): Promise<Look> {
  const run = await driftgateHere(["doctor", "--sample", "1", ...args, "--format", "json"]);
  if (run.exitCode === 2) throw new Error(run.stderr);
  return { report: JSON.parse(run.stdout), exitCode: run.exitCode, stderr: run.stderr };
}

/** `error slot-active shop`, worst first. */
function wrong({ report }: Look): readonly string[] {
  return report.diagnoses.filter(({ health }) => health !== "good").map(({ health, check, on }) => `${health} ${check} ${on}`);
}

const named = ({ report }: Look, check: string, on: string): Diagnosis | undefined =>
  report.diagnoses.find((one) => one.check === check && one.on === on);

async function database(name: string, sql: string): Promise<Client> {
  await server.createDatabase(name);
  const client = await server.connect(name);
  await client.query(sql);
  return client;
}

const tables = `
  CREATE TABLE orders (id bigint PRIMARY KEY, quantity integer NOT NULL);
  CREATE TABLE beat (id integer PRIMARY KEY, at timestamptz NOT NULL);
  INSERT INTO beat VALUES (1, now());
  GRANT SELECT, INSERT, UPDATE ON beat TO cdc;
  CREATE PUBLICATION shop FOR TABLE orders, beat;`;

describe("a healthy stack", () => {
  test("has nothing wrong but that nobody reads its slot yet", async () => {
    const client = await database("healthy", tables);
    await client.query("SELECT pg_create_logical_replication_slot('healthy', 'pgoutput')");
    const connector = connectorFile("healthy", { ...good, "slot.name": "healthy", "publication.name": "shop" });
    const look = await doctor("--database-url", server.url("healthy"), "--connector", connector);
    expect(wrong(look).filter((one) => !one.startsWith("note"))).toEqual(["error slot-active healthy"]);
    expect(named(look, "heartbeat-query", "healthy")?.health).toBe("good");
    expect(named(look, "table-captured", "healthy")?.what).toContain("2 captured tables");
    await client.query("SELECT pg_drop_replication_slot('healthy')");
  });
});

describe("each valve missing", () => {
  let client: Client;
  beforeAll(async () => {
    client = await database(
      "bare",
      `CREATE TABLE orders (id bigint PRIMARY KEY, note text, shape box);
       CREATE TABLE loose (a integer);
       CREATE UNLOGGED TABLE scratch (id integer PRIMARY KEY);
       CREATE TABLE twins (id integer PRIMARY KEY, "ID" integer);
       CREATE TABLE beat (id integer PRIMARY KEY, at timestamptz);
       INSERT INTO beat VALUES (1, now() - interval '1 hour');
       CREATE TYPE mood AS ENUM ('fine'); CREATE DOMAIN feeling AS mood; CREATE TYPE nothing AS ENUM ();
       CREATE PUBLICATION bare FOR TABLE orders, loose, twins;
       ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;
       INSERT INTO orders SELECT n, repeat('x', 5000) FROM generate_series(1, 20) n; UPDATE orders SET shape = NULL;`,
    );
    await client.query(
      "SELECT pg_create_logical_replication_slot('bare', 'test_decoding'), pg_create_logical_replication_slot('forgotten', 'pgoutput')",
    );
  });
  afterAll(async () => {
    await client.query("SELECT pg_drop_replication_slot('bare'), pg_drop_replication_slot('forgotten')");
  });

  test("is named, with the thing it is about", async () => {
    await client.query("SELECT pg_stat_force_next_flush()");
    await client.query("VACUUM orders");
    const connector = connectorFile("bare", {
      ...good,
      "slot.name": "bare",
      "publication.name": "bare",
      "table.include.list": "public.*",
      "errors.tolerance": "all",
      "slot.drop.on.stop": "true",
    });
    const look = await doctor("--database-url", server.url("bare"), "--connector", connector);
    expect(look.exitCode).toBe(1);
    // Whether the server writes anything of its own in the second that is watched decides about slot-room, which has a test of its own.
    expect(new Set(wrong(look).filter((one) => !one.includes(" slot-room ")))).toEqual(
      new Set([
        "error connector-tolerance bare",
        "error connector-slot-drop bare",
        "error slot-plugin bare",
        "error slot-active bare",
        "error slot-active forgotten",
        "error slot-orphan forgotten",
        "note slot-failover bare",
        "note slot-failover forgotten",
        "error heartbeat-writable public.beat",
        "error heartbeat-age public.beat",
        "warning heartbeat-published public.beat",
        "error table-silent public.beat",
        "error table-silent public.scratch",
        "error table-identity public.loose",
        "error column-twins public.twins",
        "warning column-omitted public.orders.shape",
        "warning table-toast public.orders",
        "error type-domain-over-enum public.feeling",
        "error type-enum-empty public.nothing",
        "note server-version " + look.report.looked[0]?.replace("the database ", ""),
      ]),
    );
  });

  test("a connector without heartbeat, a heartbeat that PostgreSQL refuses, and two connectors on one slot", async () => {
    const { "heartbeat.interval.ms": _, ...without } = good;
    const none = connectorFile("none", { ...without, "slot.name": "bare", "publication.name": "bare" });
    const broken = connectorFile("broken", { ...good, "slot.name": "bare", "heartbeat.action.query": "UPDATE public.nosuch SET x = 1" });
    const look = await doctor("--database-url", server.url("bare"), "--connector", none, "--connector", broken);
    expect(named(look, "heartbeat-interval", "none")?.health).toBe("error");
    expect(named(look, "heartbeat-query", "broken")).toMatchObject({ health: "error" });
    expect(named(look, "heartbeat-query", "broken")?.what).toContain('relation "public.nosuch" does not exist');
    expect(named(look, "slot-shared", "bare")?.what).toContain("none and broken");
  });

  test("the heartbeat's statement is never run, and a second one behind a semicolon neither", async () => {
    const evil = connectorFile("evil", {
      ...good,
      "slot.name": "bare",
      "heartbeat.action.query": "UPDATE beat SET at = now(); DROP TABLE orders",
    });
    const before = (await client.query("SELECT at FROM beat")).rows;
    const look = await doctor("--database-url", server.url("bare"), "--connector", evil);
    expect(named(look, "heartbeat-query", "evil")?.what).toContain("more than one statement");
    expect((await client.query("SELECT at FROM beat")).rows).toEqual(before);
    expect((await client.query("SELECT to_regclass('orders') IS NOT NULL AS there")).rows).toEqual([{ there: true }]);
  });
});

describe("roles", () => {
  test("one that may only connect: what it cannot see is unknown, and nothing crashes", async () => {
    const client = await database("shy", tables);
    const connector = connectorFile("shy", { ...good, "slot.name": "shy", "publication.name": "shop" });
    const url = server.url("shy").replace("postgres@", "visitor@");
    const busy = await server.connect("shy");
    await busy.query("BEGIN; SELECT * FROM orders");
    const look = await doctor("--database-url", url, "--connector", connector);
    await busy.query("ROLLBACK");
    expect(look.exitCode).toBe(1);
    expect(named(look, "transaction-long", look.report.looked[0]?.replace("the database ", "") ?? "")).toMatchObject({ health: "unknown" });
    const seen = await doctor("--database-url", url.replace("visitor@", "watcher@"), "--connector", connector);
    expect(named(seen, "transaction-long", "shy")).toMatchObject({ health: "good" });
    await client.end();
  });

  test("nothing is written: not one row, object or position changes", async () => {
    const client = await database("quiet", tables);
    await client.query("SELECT pg_create_logical_replication_slot('quiet', 'pgoutput')");
    const state = async (): Promise<unknown> =>
      (
        await client.query(`SELECT (SELECT json_agg(t ORDER BY oid) FROM (SELECT oid, xmin::text, relname FROM pg_class) t) AS classes,
          (SELECT json_agg(t) FROM (SELECT slot_name, restart_lsn, confirmed_flush_lsn FROM pg_replication_slots ORDER BY 1) t) AS slots,
          (SELECT json_agg(t) FROM beat t) AS beats`)
      ).rows;
    const before = await state();
    const connector = connectorFile("quiet", { ...good, "slot.name": "quiet", "publication.name": "shop" });
    await doctor("--database-url", server.url("quiet"), "--connector", connector);
    expect(await state()).toEqual(before);
    await client.query("SELECT pg_drop_replication_slot('quiet')");
  });

  test("a table that is locked away: unknown within its time, no hang, and the rest is still told", async () => {
    const client = await database(
      "locked",
      `${tables} CREATE TABLE parts (at date) PARTITION BY RANGE (at); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
    );
    await client.query("BEGIN; LOCK TABLE orders, parts, parts_1 IN ACCESS EXCLUSIVE MODE");
    const look = await doctor("--database-url", server.url("locked"));
    await client.query("ROLLBACK");
    expect(look.exitCode).toBe(1);
    const found = look.report.diagnoses.find(({ check }) => check === "table-captured");
    expect(found).toMatchObject({ health: "unknown" });
    expect(found?.what).toMatch(/another session holds a lock on a table \(public\.orders by process \d+;/);
    expect(named(look, "server-setting", "wal_level")?.health).toBe("good");
  });
});

describe("disasters", () => {
  test("the time until a slot is lost is right within a factor of two, and then it is lost", async () => {
    const small = await startPostgres(["max_slot_wal_keep_size=80MB", "min_wal_size=32MB", "max_wal_size=64MB", "checkpoint_timeout=30s"]);
    try {
      const client = await small.connect();
      await client.query("CREATE TABLE t (id bigint, filler text)");
      await client.query("SELECT pg_create_logical_replication_slot('lonely', 'pgoutput')");
      const writer = await small.connect();
      const stop = new AbortController();
      const started = performance.now();
      // Some 8 MB a second: what is due by the clock, so that a busy machine does not make it uneven.
      const writes = (async () => {
        for (let rows = 0; !stop.signal.aborted;) {
          const due = Math.round((performance.now() - started) * 8) - rows;
          await writer.query("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, $1::int) n", [due]);
          rows += due;
          await sleep(50);
        }
      })();
      await sleep(500);
      const url = small.url();
      const run = await driftgateHere(["doctor", "--sample", "2", "--database-url", url, "--format", "json"]);
      const report: DoctorReport = JSON.parse(run.stdout);
      const foretold = report.metrics.find(({ name }) => name === "driftgate_slot_seconds_left")?.value ?? 0;
      const at = performance.now();
      expect(report.diagnoses.find(({ check }) => check === "slot-room")).toMatchObject({ health: "error", on: "lonely" });
      let lostAfter = 0;
      while (lostAfter === 0 && performance.now() - started < 240_000) {
        await client.query("CHECKPOINT");
        const { rows } = await client.query("SELECT wal_status FROM pg_replication_slots");
        if (rows[0].wal_status === "lost" || rows[0].wal_status === "unreserved") lostAfter = (performance.now() - at) / 1000;
        await sleep(200);
      }
      stop.abort();
      await writes;
      process.stdout.write(`slot lost: foretold in ${foretold.toFixed(0)} s, was in ${lostAfter.toFixed(0)} s\n`);
      expect(lostAfter).toBeGreaterThan(foretold / 2);
      expect(lostAfter).toBeLessThan(foretold * 2);
      await writer.query("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 60000) n");
      await client.query("CHECKPOINT");
      const after = await driftgateHere(["doctor", "--sample", "0", "--database-url", url, "--format", "json"]);
      expect(JSON.parse(after.stdout).diagnoses).toContainEqual(
        expect.objectContaining({ check: "slot-lost", health: "error", on: "lonely" }),
      );
    } finally {
      await small.stop();
    }
  }, 300_000);

  test("a snapshot that holds everybody up: who blocks and who waits", async () => {
    const client = await database("frozen", tables);
    const snapshot = await server.connect("frozen");
    await snapshot.query("SET application_name = 'Debezium General'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM orders");
    const { pid } = (await snapshot.query("SELECT pg_backend_pid() AS pid")).rows[0];
    const migration = await server.connect("frozen");
    const waiting = migration.query("ALTER TABLE orders ADD COLUMN secret text DEFAULT 'hunter2'");
    const config = join(folder, "hasty.yml");
    writeFileSync(config, "doctor:\n  transactionMinutes: 0.01\n");
    const url = server.url("frozen").replace("postgres@", "watcher@");
    // The lock is on a table, but the catalog query asks for it too: the doctor says who holds it up, or shows the blocker.
    const run = await driftgateHere(["doctor", "--sample", "2", "--config", config, "--database-url", url, "--format", "json"]);
    await snapshot.query("COMMIT");
    await waiting;
    await client.query("SELECT 1");
    expect(run.exitCode).toBe(1);
    const report: DoctorReport = JSON.parse(run.stdout);
    const found = report.diagnoses.find(({ check }) => check === "snapshot-running");
    expect(found).toMatchObject({ health: "error", on: String(pid) });
    expect(found?.what).toMatch(
      /with locks on public\.orders.*1 session waits for it: process \d+ \(ALTER TABLE orders ADD COLUMN secret text DEFAULT '…'\)/,
    );
    expect(run.stdout).not.toContain("hunter2");
  });
});

describe("Kafka Connect", () => {
  test("a failed task is explained, with the way out that loses nothing", async () => {
    const config = { ...good, name: "shop", "slot.name": "x", "publication.name": "shop" };
    const trace = `org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler
Caused by: org.apache.kafka.connect.errors.DataException: Failed to serialize Avro data from topic shop.public.orders
Caused by: io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException: Incompatible schema, compatibility_mode=BACKWARD; error code: 409`;
    const answers: Readonly<Record<string, unknown>> = {
      "/connectors?expand=info": { shop: { info: { config } } },
      "/connectors/shop/status": { connector: { state: "RUNNING" }, tasks: [{ id: 0, state: "FAILED", trace }] },
      "/connector-plugins": [],
    };
    const http = createServer((request, response) => {
      const answer = answers[request.url ?? ""];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    // An address, as it listens on a port.
    const { port } = http.address() as AddressInfo;
    const look = await doctor("--connector", `http://user:pass@127.0.0.1:${port}`);
    http.close();
    expect(named(look, "connector-state", "shop")).toMatchObject({ health: "error" });
    expect(named(look, "connector-state", "shop")?.what).toContain("The schema registry refused a new schema");
    expect(named(look, "connector-state", "shop")?.remedy).toContain("Renaming the column back and restarting is a false way out");
    expect(JSON.stringify(look.report)).not.toContain("pass@");
  });
});

test("--watch looks again until Ctrl-C, and ends with the code of the last look", async () => {
  const connector = connectorFile("watched", { ...good, "errors.tolerance": "all" });
  const cli = join(import.meta.dirname, "../../src/cli.ts");
  const child = spawn(process.execPath, [cli, "doctor", "--connector", connector, "--format", "json", "--watch", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    written += part;
    if (written.split("\n}\n").length === 3) child.kill("SIGINT");
  });
  const [code, signal] = await once(child, "close");
  expect({ code, signal }).toEqual({ code: 1, signal: null });
  const [first = "", second] = written.split(/(?<=\n\}\n)/);
  expect(JSON.parse(first)).toMatchObject({ verdict: "fail" });
  expect(second).toBe(first);
  // Not on a terminal.
  expect(written).not.toContain("\u001b");
});

test("MySQL is recognised, and not covered yet", async () => {
  const url = await driftgateHere(["doctor", "--database-url", "mysql://root:secret@db/shop"]);
  expect(url).toMatchObject({ exitCode: 2, stdout: "" });
  expect(url.stderr).toMatch(/^driftgate: this is the URL of a MySQL database: .* does not cover yet.* \[DATABASE_UNSUPPORTED\]\n$/);
  const file = connectorFile("mysql", { "connector.class": "io.debezium.connector.mysql.MySqlConnector", "topic.prefix": "m" });
  expect((await driftgateHere(["doctor", "--connector", file])).stderr).toMatch(/Debezium's connector for mysql; only .* is covered/);
});

test("a thousand tables and fifty slots take seconds", async () => {
  const client = await database(
    "large",
    `DO $$ BEGIN FOR n IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, a text, b integer)', n); END LOOP; END $$;
     CREATE PUBLICATION shop FOR ALL TABLES;`,
  );
  for (let at = 0; at < 50; at += 1) await client.query(`SELECT pg_create_logical_replication_slot('many_${at}', 'pgoutput')`);
  const connector = connectorFile("large", {
    ...good,
    "slot.name": "many_0",
    "publication.name": "shop",
    "table.include.list": "public.*",
  });
  const file = join(folder, "large.prom");
  const run = await driftgate([
    "doctor",
    "--sample",
    "0",
    "--database-url",
    server.url("large"),
    "--connector",
    connector,
    "--format",
    `prometheus=${file}`,
  ]);
  process.stdout.write(`doctor on 1,000 tables and 50 slots: ${run.seconds.toFixed(1)} s\n`);
  expect(run.exitCode).toBe(1);
  expect(run.seconds).toBeLessThan(30);
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^# HELP driftgate_slot_active .*\n# TYPE driftgate_slot_active gauge\ndriftgate_slot_active\{slot="many_0"\} 0$/m);
  for (let at = 0; at < 50; at += 1) await client.query(`SELECT pg_drop_replication_slot('many_${at}')`);
});
