import { describe, expect, test } from "vitest";
import { diagnose, outcomeOf } from "../../src/diagnose/diagnose.ts";
import { metricsOf } from "../../src/diagnose/metrics.ts";
import { explainTrace, innermost } from "../../src/diagnose/trace.ts";
import type { BackendFacts, DatabaseFacts, Diagnosis, DoctorFacts, SlotFacts, TableFacts } from "../../src/model/doctor.ts";
import { readConnector } from "../../src/project/connector.ts";
import { doctorReporters } from "../../src/report/doctor/doctor.ts";

const known = <Value>(value: Value): { readonly known: true; readonly value: Value } => ({ known: true, value });
const MB = 1024 ** 2;
const GB = 1024 ** 3;

const connector = (settings: Readonly<Record<string, string>> = {}) =>
  readConnector({
    name: "shop",
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "shop",
    "plugin.name": "pgoutput",
    "slot.name": "shop",
    "publication.autocreate.mode": "disabled",
    "heartbeat.interval.ms": "10000",
    "heartbeat.action.query": "UPDATE beat SET at = now()",
    "database.dbname": "shop",
    ...settings,
  });

const slot = (over: Partial<SlotFacts> = {}): SlotFacts => ({
  name: "shop",
  type: "logical",
  plugin: "pgoutput",
  database: "shop",
  active: true,
  retainedBytes: 10 * MB,
  lagBytes: 1 * MB,
  confirmedBytes: 1 * MB,
  walStatus: "reserved",
  safeWalBytes: 900 * GB,
  catalogXminAge: 100,
  inactiveSeconds: null,
  invalidation: null,
  failover: true,
  temporary: false,
  ...over,
});

const backend = (over: Partial<BackendFacts> = {}): BackendFacts => ({
  pid: 1,
  role: "app",
  application: "api",
  state: "idle in transaction",
  query: "SELECT",
  transactionSeconds: 1,
  xminAge: 1,
  relations: [],
  blockedBy: [],
  waitSeconds: null,
  ...over,
});

const settings = new Map(
  Object.entries({
    wal_level: "logical",
    max_replication_slots: "10",
    max_wal_senders: "10",
    max_slot_wal_keep_size: "20480",
    wal_sender_timeout: "60000",
    idle_replication_slot_timeout: "4320",
  }).map(([name, value]) => [name, { value, shown: value }]),
);

const database = (over: Partial<DatabaseFacts> = {}): DatabaseFacts => ({
  shown: "postgres://db/shop",
  name: "shop",
  server: { versionNumber: 170_000, settings, slots: ["shop"], publications: [] },
  inRecovery: false,
  catalog: known({ relations: [], types: [], publications: [], searchPath: [] }),
  wal: known({ bytesPerSecond: MB, sampleSeconds: 3, directoryBytes: GB }),
  slots: known([slot()]),
  backends: known([]),
  tables: known([]),
  heartbeats: new Map([["shop", known({ invalid: null, table: "public.beat", writable: true, lastBeatSeconds: 5 })]]),
  ...over,
});

const facts = (over: Partial<DatabaseFacts> = {}, more: Partial<DoctorFacts> = {}): DoctorFacts => ({
  database: database(over),
  connectors: [{ connector: connector(), status: { state: "RUNNING", tasks: [{ id: 0, state: "RUNNING", trace: null }] } }],
  streams: [],
  drift: null,
  thresholds: {
    slotWarningBytes: GB,
    slotErrorBytes: 10 * GB,
    hoursUntilFull: 24,
    diskFreeBytes: null,
    xminAge: 10_000_000,
    transactionSeconds: 300,
    deadShare: 0.3,
  },
  ...more,
});

const wrong = (all: readonly Diagnosis[]): readonly string[] =>
  all.filter(({ health }) => health !== "good").map(({ health, check }) => `${health} ${check}`);
const one = (given: DoctorFacts, check: string): Diagnosis | undefined => diagnose(given).find((diagnosis) => diagnosis.check === check);

test("a healthy stack has nothing wrong", () => {
  const all = diagnose(facts());
  expect(wrong(all)).toEqual([]);
  expect(outcomeOf(all, "warning")).toBe("pass");
});

test("a connector of which only the settings are known is told to be good, as nothing would be said of it else", () => {
  const all = diagnose(facts({}, { connectors: [{ connector: connector(), status: null }], database: null }));
  expect(all.map(({ health, check, on }) => [health, check, on])).toEqual([["good", "connector-setting", "shop"]]);
});

const withSlot = (over: Partial<SlotFacts>): DoctorFacts => facts({ slots: known([slot(over)]) });

describe("slots", () => {
  test.each<[string, Partial<SlotFacts>, readonly string[]]>([
    ["another plugin", { plugin: "wal2json" }, ["error slot-plugin"]],
    ["another database", { database: "other" }, ["error slot-database"]],
    ["lost", { walStatus: "lost", retainedBytes: null }, ["error slot-lost"]],
    ["invalidated", { invalidation: "idle_timeout" }, ["error slot-lost"]],
    [
      "nobody reads it, days are left",
      { active: false, confirmedBytes: null, inactiveSeconds: 60 },
      ["error slot-active", "warning slot-room"],
    ],
    [
      "nobody reads it, hours are left",
      { active: false, confirmedBytes: null, safeWalBytes: 3600 * MB },
      ["error slot-active", "error slot-room"],
    ],
    ["connected, and confirms nothing", { confirmedBytes: 0, lagBytes: 200 * MB }, ["warning slot-active", "warning slot-room"]],
    ["2 GB kept", { retainedBytes: 2 * GB }, ["warning slot-retained"]],
    ["20 GB kept", { retainedBytes: 20 * GB }, ["error slot-retained"]],
    ["unreserved", { walStatus: "unreserved" }, ["error slot-retained"]],
    ["extended", { walStatus: "extended" }, ["warning slot-retained"]],
    ["holds back vacuum", { catalogXminAge: 20_000_000 }, ["warning slot-xmin"]],
    ["is not on the standbys", { failover: false }, ["note slot-failover"]],
    ["an unlimited one on a disk of unknown size", { safeWalBytes: null }, ["unknown slot-room"]],
  ])("%s", (_name, over, expected) => {
    expect(wrong(diagnose(withSlot(over)))).toEqual(expected);
  });

  test("the nearer of two limits counts, and the time is told", () => {
    const given = withSlot({ active: false, confirmedBytes: null, safeWalBytes: 36_000 * MB });
    const near = { ...given, thresholds: { ...given.thresholds, diskFreeBytes: 3600 * MB } };
    expect(one(near, "slot-room")?.what).toBe(
      'The slot "shop" stands still: in 1 hour the disk is full and the database stops (3.5 GB are left at 1 MB a second).',
    );
    expect(metricsOf(near, []).find(({ name }) => name === "driftgate_slot_seconds_left")?.value).toBe(3600);
  });

  test("one that does not exist, one that nobody names, and what cannot be seen", () => {
    const none = facts({ slots: known([slot({ name: "old", active: false })]) });
    expect(wrong(diagnose(none))).toEqual(["error slot-exists", "error slot-active", "error slot-orphan", "warning slot-room"]);
    expect(wrong(diagnose(facts({ slots: { known: false, reason: "permission denied" } })))).toContain("unknown slot-state");
    expect(wrong(diagnose(facts({ wal: { known: false, reason: "permission denied" } })))).toContain("unknown slot-room");
  });
});

describe("snapshots and long transactions", () => {
  test("a snapshot by Debezium's name for its connection, and who waits for it", () => {
    const snapshot = backend({ pid: 7, application: "Debezium General", transactionSeconds: 1000, relations: ["public.orders"] });
    const waiting = backend({ pid: 8, query: "ALTER TABLE orders", blockedBy: [7], waitSeconds: 60 });
    const found = one(facts({ backends: known([snapshot, waiting]) }), "snapshot-running");
    expect(found).toMatchObject({ health: "error", on: "7" });
    expect(found?.what).toContain("1 session waits for it: process 8 (ALTER TABLE orders)");
    expect(wrong(diagnose(facts({ backends: known([snapshot, waiting]) })))).toContain("error lock-wait");
    expect(one(facts({ backends: known([snapshot]) }), "snapshot-running")?.health).toBe("warning");
  });

  test("any other long transaction, and a table with dead rows", () => {
    const table: TableFacts = { oid: 1, rows: 10_000, deadRows: 20_000, bytes: GB, toastBytes: 0, updates: 1, vacuumSeconds: null };
    const given = facts({ backends: known([backend({ transactionSeconds: 4000 })]), tables: known([table]) });
    expect(wrong(diagnose(given))).toEqual(["warning transaction-long", "warning table-bloat"]);
  });
});

describe("connector and heartbeat", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["errors.tolerance=all", { "errors.tolerance": "all" }, ["error connector-tolerance"]],
    ["slot.drop.on.stop", { "slot.drop.on.stop": "true" }, ["error connector-slot-drop"]],
    ["no heartbeat", { "heartbeat.interval.ms": "0" }, ["error heartbeat-interval"]],
    ["no action query", { "heartbeat.action.query": "" }, ["warning heartbeat-query"]],
  ])("%s", (_name, over, expected) => {
    expect(wrong(diagnose(facts({}, { connectors: [{ connector: connector(over), status: null }] })))).toEqual(expected);
  });

  test.each([
    ["PAUSED", [], "error connector-state"],
    ["RUNNING", [], "error connector-state"],
    ["RUNNING", [{ id: 0, state: "FAILED", trace: "java.lang.NullPointerException" }], "error connector-state"],
    ["UNASSIGNED", [{ id: 0, state: "UNASSIGNED", trace: null }], "error connector-state"],
  ])("%s with tasks %j", (state, tasks, expected) => {
    expect(wrong(diagnose(facts({}, { connectors: [{ connector: connector(), status: { state, tasks } }] })))).toEqual([expected]);
  });

  test.each([
    [{ invalid: 'relation "beat" does not exist' }, "error heartbeat-query"],
    [{ writable: false }, "error heartbeat-writable"],
    [{ lastBeatSeconds: 3600 }, "error heartbeat-age"],
  ])("a heartbeat with %j", (over, expected) => {
    const beat = { invalid: null, table: "public.beat", writable: true, lastBeatSeconds: 5, ...over };
    expect(wrong(diagnose(facts({ heartbeats: new Map([["shop", known(beat)]]) })))).toEqual([expected]);
  });
});

const at = (versionNumber: number): readonly string[] => wrong(diagnose(facts({ server: { ...database().server, versionNumber } })));

describe("server", () => {
  test.each([
    ["wal_level", "replica", "error server-setting"],
    ["max_slot_wal_keep_size", "-1", "warning server-setting"],
    ["max_replication_slots", "1", "warning server-setting"],
    ["wal_sender_timeout", "0", "warning server-setting"],
  ])("%s = %s", (name, value, expected) => {
    const bad = new Map(settings).set(name, { value, shown: value });
    expect(wrong(diagnose(facts({ server: { ...database().server, settings: bad } })))).toEqual([expected]);
  });

  test("versions: without a limit for slots, past their support, silent about a dropped publication", () => {
    expect(at(120_000)).toEqual(["note server-version"]);
    expect(at(160_000)).toEqual([]);
    expect(at(180_000)).toEqual(["note server-version"]);
  });
});

// Traces as measured on the real stack, cut to what matters.
test.each([
  ["RestClientException: Incompatible schema, compatibility_mode=BACKWARD; error code: 409", "The schema registry refused a new schema"],
  [
    "io.apicurio.registry.rest.client.exception.RuleViolationException: Incompatible artifact: s-value [AVRO]",
    "The schema registry refused a new schema",
  ],
  [
    "RestClientException: Invalid AVRO schema. Error: my-srv is not a valid Avro name; error code: 42201",
    "A name is not one that Avro or the registry allows",
  ],
  ["org.apache.avro.SchemaParseException: Illegal character in: first-name", "A name is not one that Avro or the registry allows"],
  ['ERROR: can no longer get changes from replication slot "shop"', "The replication slot is lost"],
  ['ERROR: replication slot "shop" is active for PID 12', "Another reader holds the replication slot"],
  ['ERROR: publication "dbz_publication" does not exist', "The publication is gone"],
  ["DebeziumException: Could not execute heartbeat action query (Error: 42P01)", "The heartbeat's statement fails"],
  ['java.lang.NumberFormatException: For input string: "the note"', "old column map"],
  ["Debezium does not support case-sensitive duplicate column names", "differ only by case"],
  ["SchemaBuilderException: Cannot create field because of field name duplication a_b", "the same name after field.name.adjustment.mode"],
  ["DataException: Invalid value: null used for required field", "a value that Debezium cannot express"],
])("the trace %s is explained", (trace, meaning) => {
  expect(explainTrace(`org.apache.kafka.connect.errors.ConnectException: x\nCaused by: ${trace}`)?.what).toContain(meaning);
});

test("a trace nobody knows is not explained, and its innermost cause is quoted", () => {
  expect(explainTrace("java.lang.IllegalStateException: odd")).toBeNull();
  expect(innermost("a.B$CException: x\n\tat y\nCaused by: java.lang.IllegalStateException: odd\n\tat z")).toBe(
    "java.lang.IllegalStateException: odd",
  );
});

describe("reports", () => {
  const given = facts({ slots: known([slot({ name: 'ev"il\n<b>', active: false, safeWalBytes: 1 })]) });
  const diagnoses = diagnose(given);
  const counts = { good: 1, note: 0, warning: 0, error: 3, unknown: 0 };
  const report = {
    schemaVersion: 1,
    tool: { name: "driftgate", version: "1.2.3" },
    verdict: "fail",
    looked: ["postgres://db/shop"],
    diagnoses,
    counts,
    metrics: metricsOf(given, diagnoses),
  } as const;
  const options = { color: false, verbose: false, quiet: false, width: 100, failOn: "error" } as const;

  test("no name of the user's breaks a format", () => {
    expect(doctorReporters.html(report, options)).not.toContain("<b>");
    expect(doctorReporters.prometheus(report, options)).toContain(String.raw`driftgate_slot_active{slot="ev\"il\n<b>"} 0`);
    for (const line of doctorReporters.github(report, options).trim().split("\n")) expect(line).toMatch(/^::(error|warning|notice) title=/);
    expect(JSON.parse(doctorReporters.sarif(report, options)).runs[0].results.length).toBeGreaterThan(2);
    expect(JSON.parse(doctorReporters.gitlab(report, options)).length).toBeGreaterThan(2);
    expect(JSON.parse(doctorReporters.json(report, options)).verdict).toBe("fail");
    expect(doctorReporters.markdown(report, options)).not.toMatch(/<b>/);
  });

  test("text tells what is wrong first, what is good in a line, and less when quiet", () => {
    const text = doctorReporters.text(report, options);
    expect(text).toMatch(/^Replication slots\nerror slot-/);
    expect(text).toContain("ok wal_level is logical.");
    expect(doctorReporters.text(report, { ...options, quiet: true })).not.toContain("ok ");
  });
});
