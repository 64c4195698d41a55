import { expect, test } from "vitest";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { catalog, column, table, TYPES } from "./build-catalog.ts";

const OLD = "before after source op ts_ms transaction";
const NEW = "before after source transaction op ts_ms ts_us ts_ns";
const FIRST = "version connector name ts_ms snapshot db sequence";
const LAST = "schema table txId lsn xmin";
const FEW = "true,last,false,incremental";
const MANY = "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental";

interface Recorded {
  readonly version: string;
  /** Of the envelope, of the source block (null: none). */
  readonly versions: readonly [number, number | null];
  readonly envelope: string;
  readonly source: string;
  readonly allowed: string;
}

/** Recorded from PostgresSourceInfoStructMaker and TableSchemaBuilder of each version. */
const RECORDED: readonly Recorded[] = [
  { version: "2.3.4", versions: [1, null], envelope: OLD, source: `${FIRST} ${LAST}`, allowed: FEW },
  { version: "2.4.2", versions: [1, null], envelope: OLD, source: `${FIRST} ${LAST}`, allowed: FEW },
  { version: "2.5.4", versions: [1, null], envelope: OLD, source: `${FIRST} ${LAST}`, allowed: FEW },
  {
    version: "2.6.2",
    versions: [2, null],
    envelope: "before after source op ts_ms ts_us ts_ns transaction",
    source: `${FIRST} ts_us ts_ns ${LAST}`,
    allowed: FEW,
  },
  { version: "2.7.4", versions: [2, null], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: FEW },
  { version: "3.0.8", versions: [2, null], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: MANY },
  { version: "3.1.3", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: MANY },
  { version: "3.2.3", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: MANY },
  { version: "3.3.2", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: MANY },
  { version: "3.4.3", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST}`, allowed: MANY },
  { version: "3.5.0", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST} origin origin_lsn`, allowed: MANY },
  { version: "3.6.1", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST} origin origin_lsn`, allowed: MANY },
  { version: "3.7.0", versions: [2, 1], envelope: NEW, source: `${FIRST} ts_us ts_ns ${LAST} origin origin_lsn`, allowed: MANY },
];

const settings = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "srv",
  "plugin.name": "pgoutput",
};

const TIMES = {
  schema: "pg_catalog",
  kind: "array",
  base: null,
  notNull: false,
  default: null,
  labels: [],
  attributes: [],
  checks: [],
  extension: null,
} as const;

const names = (schema: ConnectSchema | undefined): string => (schema?.fields ?? []).map(({ field }) => field).join(" ");

test.each(RECORDED)("the envelope and the source block of Debezium $version", ({ version, versions, envelope, source, allowed }) => {
  const connector = readConnector(settings, { debeziumVersion: `${version}.Final` });
  const value = project(catalog([table("t", [column("id", 1, { notNull: true })])]), connector)[0]?.streaming?.value;
  const block = value?.fields?.find(({ field }) => field === "source");
  const snapshot = block?.fields?.find(({ field }) => field === "snapshot");
  expect(connector.unsupported).toEqual([]);
  expect([value?.version, block?.version ?? null]).toEqual(versions);
  expect(names(value)).toBe(envelope);
  expect(names(block)).toBe(source);
  expect(snapshot).toMatchObject({ parameters: { allowed }, default: "false", optional: true });
});

test.each([
  ["3.6", "größe", []],
  ["3.5", "größe", []],
  ["3.4", "größe", ["name-garbled"]],
  ["2.7", "größe", ["name-garbled"]],
  ["2.7", "size", []],
])("Debezium %s and a column called %s", (debeziumVersion, name, codes) => {
  const connector = readConnector(settings, { debeziumVersion });
  const [projection] = project(catalog([table("t", [column("id", 1), column(name, 2)])]), connector);
  expect(projection?.caveats.filter(({ effect }) => effect === "unknown").map(({ code }) => code)).toEqual(codes);
});

/** Recorded with 2.7.4, 3.0.8, 3.1.3 and 3.6.1. */
test.each([
  ["2.7", "adaptive", ["io.debezium.time.MicroTime", "io.debezium.time.Timestamp"]],
  ["3.0", "connect", ["io.debezium.time.MicroTime", "org.apache.kafka.connect.data.Timestamp"]],
  ["3.1", "adaptive", ["io.debezium.time.Time", "io.debezium.time.Timestamp"]],
  ["3.6", "connect", ["org.apache.kafka.connect.data.Time", "org.apache.kafka.connect.data.Timestamp"]],
])("arrays of time(3) and timestamp(3) in Debezium %s under %s", (debeziumVersion, mode, items) => {
  const connector = readConnector({ ...settings, "time.precision.mode": mode }, { debeziumVersion });
  const types = [
    ...TYPES,
    { ...TIMES, oid: 1183, name: "_time", element: 1083 },
    { ...TIMES, oid: 1115, name: "_timestamp", element: 1114 },
  ];
  const columns = [column("id", 1), column("t", 2, { modifier: 3 }), column("s", 3, { modifier: 3 })];
  const [id, t, s] = columns;
  if (id === undefined || t === undefined || s === undefined) throw new Error("three columns");
  const arrays = [id, { ...t, type: { ...t.type, oid: 1183 } }, { ...s, type: { ...s.type, oid: 1115 } }];
  const [projection] = project(catalog([table("t", arrays)], { types }), connector);
  expect(projection?.columns.slice(1).map(({ schema }) => schema?.items?.name)).toEqual(items);
});
