import { expect, test } from "vitest";
import { parseInputs, serializeInputs } from "../../src/commands/inputs-file.ts";
import type { Catalog, Relation } from "../../src/model/catalog.ts";
import type { Connector, Converter } from "../../src/model/connector.ts";
import type { Inputs } from "../../src/model/inputs.ts";

const relation = (oid: number, name: string): Relation => ({
  oid,
  schema: "public",
  name,
  kind: "table",
  persistence: "permanent",
  columns: [],
  primaryKey: null,
  uniqueIndexes: [],
  replicaIdentity: "default",
  partitionKey: null,
  partitionOf: null,
  inherits: null,
});

const catalog = (...relations: Relation[]): Catalog => ({ relations, types: [], publications: [], searchPath: ["public"] });

const converter: Converter = {
  class: null,
  format: "avro",
  vendor: "confluent",
  settings: { "basic.auth.user.info": "me:hunter2", "schema.registry.url": "https://me:hunter2@registry.example" },
  subjectNameStrategy: "topic",
};

const connector: Connector = {
  name: "shop",
  path: "shop.json",
  class: "io.debezium.connector.postgresql.PostgresConnector",
  version: "3.6",
  settings: { "database.password": "hunter2", "column.mask.hash.SHA-256.with.salt.hunter2": "a.b.c" },
  topicPrefix: "shop",
  publication: { name: "dbz_publication", autocreateMode: "all_tables" },
  slotName: "debezium",
  heartbeat: { intervalMs: 0, actionQuery: null },
  signalTable: null,
  keyConverter: converter,
  valueConverter: converter,
  transforms: [],
  unsupported: [],
  versionGiven: true,
  problems: [],
  places: {},
};

const span = { path: "a.sql", start: { offset: 0, line: 1, column: 1 }, end: { offset: 1, line: 1, column: 2 } };
const shared = relation(1, "orders");
const before = catalog(shared);
const after = catalog(shared, relation(2, "items"));

const inputs: Inputs = {
  toolVersion: "0.0.0",
  today: "2026-01-01",
  failOn: "error",
  rules: {},
  ignores: [],
  migrations: [],
  discoveryProblems: [],
  syntaxProblems: [],
  baseline: before,
  steps: [
    {
      migration: "a",
      statement: { kind: "other", name: "CommentStmt", span, sql: "x", piece: 0, needsAutocommit: false },
      before,
      after,
      transaction: 1,
      error: null,
      certainty: "executed",
      reason: null,
    },
  ],
  connectors: [connector],
  subjects: [],
  registry: null,
  unknowns: [],
  assumptions: [],
  comparisons: [],
  postgresVersion: 18,
};

test("what was saved is read back, shared parts shared again", () => {
  const read = parseInputs(serializeInputs(inputs), "inputs.json");
  expect({ ...read, connectors: [] }).toEqual({ ...inputs, connectors: [] });
  expect(read.steps[0]?.before).toBe(read.baseline);
  expect(read.steps[0]?.after.relations[0]).toBe(read.baseline.relations[0]);
});

test("no secret is written", () => {
  expect(serializeInputs(inputs)).not.toContain("hunter2");
});

test.each([
  ["{", "it is not JSON"],
  ["{}", "it was not written by --save-inputs"],
  ['{"format":"driftgate-inputs","version":99}', "another version"],
  ['{"format":"driftgate-inputs","version":1}', '"relations" is missing'],
])("a file that cannot be replayed is refused: %s", (text, message) => {
  expect(() => parseInputs(text, "inputs.json")).toThrow(message);
});
