import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../../rules/index.ts";
import { toSnapshot } from "../../src/catalog/snapshot.ts";
import { discover } from "../../src/discover/discover.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Source } from "../../src/model/migration.ts";
import type { Finding, Phase, Report } from "../../src/model/report.ts";
import type { CompatibilityLevel, Subject } from "../../src/model/subject.ts";
import { check, projectAll } from "../../src/pipeline.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import { openBench } from "../rules/run-case.ts";
import type { Bench } from "../rules/run-case.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const connector = readConnector({
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "srv",
  "plugin.name": "pgoutput",
  "publication.name": "all_tables",
  "value.converter": "io.confluent.connect.avro.AvroConverter",
  "key.converter": "io.confluent.connect.avro.AvroConverter",
});

const baseline = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE item (
  id bigint PRIMARY KEY, state text, label text NOT NULL, kind text NOT NULL DEFAULT 'plain', qty integer NOT NULL, note text,
  amount numeric(10,2) DEFAULT 5, code text UNIQUE, tags text[] NOT NULL DEFAULT '{}', feeling mood NOT NULL, made timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX item_state_idx ON item (state);
CREATE PUBLICATION all_tables FOR ALL TABLES;
INSERT INTO item (id, state, label, qty, note, code, feeling) SELECT n, 's', 'l', n, 'x', 'c' || n, 'ok' FROM generate_series(1, 20) n;
`;

interface Checked {
  readonly report: Report;
  readonly final: Catalog;
}

/** The whole pipeline over the files; those of `released` are the baseline. */
async function run(files: ReadonlyMap<string, string>, released: ReadonlySet<string>, subjects: readonly Subject[]): Promise<Checked> {
  const sources: Source[] = [...files].map(([path, text]) => ({ path, text }));
  const pending = new Set(sources.map(({ path }) => path).filter((path) => !released.has(path)));
  const { migrations, problems } = discover(sources, {
    tool: "flyway",
    root: null,
    pending: { kind: "paths", paths: pending },
    placeholders: {},
  });
  const result = await replay(bench.engine, bench.parser, migrations);
  const inputs = {
    toolVersion: "0",
    today: "2026-01-01",
    failOn: "error" as const,
    rules: {},
    ignores: [],
    migrations,
    discoveryProblems: problems,
    syntaxProblems: result.syntaxProblems,
    baseline: result.baseline,
    steps: result.steps,
    connectors: [connector],
    subjects,
    registry: "a folder",
    unknowns: result.problems,
    assumptions: [],
    comparisons: [],
    postgresVersion: 18,
  };
  return { report: check(inputs, rules, projectAll(inputs)), final: result.catalog };
}

/** What the registry has once a row of every table was written. */
function register(catalog: Catalog, level: CompatibilityLevel, before: readonly Subject[]): readonly Subject[] {
  const known = new Map(before.map((subject) => [subject.name, subject]));
  for (const { keySubject, valueSubject, streaming } of project(catalog, connector)) {
    for (const [name, avro] of [
      [keySubject, streaming?.keyAvro],
      [valueSubject, streaming?.valueAvro],
    ] as const) {
      if (name === null || avro === null || avro === undefined) continue;
      const schema = JSON.stringify(avro);
      const versions = known.get(name)?.versions ?? [];
      if (versions.at(-1)?.schema === schema) continue;
      const version = { version: versions.length + 1, id: null, schema, schemaType: "AVRO" as const, references: [] };
      known.set(name, {
        name,
        compatibility: level,
        compatibilityOrigin: "global",
        mode: "READWRITE",
        versions: [...versions, version],
        live: [],
        unavailable: null,
      });
    }
  }
  return [...known.values()];
}

/** A catalog without the order of columns and without object numbers. */
function wanted(catalog: Catalog): unknown {
  return toSnapshot(catalog).tables.map(({ columns, uniqueIndexes, oid, ...table }) => ({
    ...table,
    oid: oid > 0,
    uniqueIndexes,
    columns: columns.map(({ attnum, ...column }) => ({ ...column, attnum: attnum > 0 })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

const names = ({ ruleId, column, relation }: Finding): string => `${ruleId} ${relation ?? ""} ${column ?? ""}`;
const errors = ({ report }: Checked): readonly Finding[] => report.verdict.findings.filter(({ severity }) => severity === "error");

/** A finding that the gate before speaks of: the registry's refusal in so many words, the risk by the name of what readers must have left. */
function isNamed(finding: Finding, gate: string): boolean {
  if (finding.answer === "registry") return /registry (?:will refuse|refuses)/.test(gate);
  return finding.column === null ? gate.includes("topic") : gate.includes(finding.column);
}

async function runPhases(level: CompatibilityLevel, pending: string): Promise<void> {
  const files = new Map([["db/V1__base.sql", baseline]]);
  const released = new Set(["db/V1__base.sql"]);
  const before = await run(files, released, []);
  let subjects = register(before.final, level, []);
  files.set("db/V2__change.sql", pending);
  const original = await run(files, released, subjects);
  expect(errors(original).map(names)).not.toEqual([]);
  const [rewrite] = original.report.rewrites;
  if (rewrite === undefined) throw new Error(`no rewrite: ${JSON.stringify(original.report.noRewrite)}`);
  expect(original.report.noRewrite).toEqual({});
  let gate = "";
  let last = before;
  for (const phase of rewrite.phases) {
    last = await release(phase, files, released, subjects);
    const unnamed = errors(last).filter((finding) => !isNamed(finding, gate));
    expect({ phase: phase.name, unnamed: unnamed.map(names), unknowns: last.report.verdict.unknowns }).toEqual({
      phase: phase.name,
      unnamed: [],
      unknowns: [],
    });
    subjects = register(last.final, level, subjects);
    gate = phase.gate;
  }
  expect(wanted(last.final)).toEqual(wanted(original.final));
}

async function release(phase: Phase, files: Map<string, string>, released: Set<string>, subjects: readonly Subject[]): Promise<Checked> {
  for (const { path, sql } of phase.files) files.set(path, sql);
  const current = new Map([...files].filter(([path]) => released.has(path) || phase.files.some((file) => file.path === path)));
  const checked = await run(current, released, subjects);
  for (const { path } of phase.files) released.add(path);
  return checked;
}

/** What needs another plan, or another gate, where old readers must be able to read new records. */
const ofRequired: Readonly<Record<string, string>> = {
  "rename a required column": "ALTER TABLE item RENAME COLUMN label TO title;",
  "rename a required array, whose default Debezium drops": "ALTER TABLE item RENAME COLUMN tags TO labels;",
  "drop a required column": "ALTER TABLE item DROP COLUMN qty;",
  "drop a required array": "ALTER TABLE item DROP COLUMN tags;",
  "widen an integer": "ALTER TABLE item ALTER COLUMN qty TYPE bigint;",
  "set not null": "ALTER TABLE item ALTER COLUMN state SET NOT NULL;",
};

const changes: Readonly<Record<string, string>> = {
  ...ofRequired,
  "rename a nullable column": "ALTER TABLE item RENAME COLUMN state TO status;",
  "rename a nullable column with a default": "ALTER TABLE item RENAME COLUMN amount TO price;",
  "rename a required enum column": "ALTER TABLE item RENAME COLUMN feeling TO mood;",
  "rename a required column with a default": "ALTER TABLE item RENAME COLUMN kind TO sort;",
  "rename a required column with a function default": "ALTER TABLE item RENAME COLUMN made TO created;",
  "drop a nullable column": "ALTER TABLE item DROP COLUMN note;",
  "change integer to numeric": "ALTER TABLE item ALTER COLUMN qty TYPE numeric(12,2);",
  "change a nullable text to integer": "ALTER TABLE item ALTER COLUMN note TYPE integer USING nullif(note, 'x')::integer;",
  "change a column with a default in one statement":
    "ALTER TABLE item ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN kind TYPE integer USING length(kind), ALTER COLUMN kind SET DEFAULT 3;",
  "add a required array": "ALTER TABLE item ADD COLUMN parts text[] NOT NULL DEFAULT '{}';",
  "rename a table": "ALTER TABLE item RENAME TO article;",
  "one command of several": "ALTER TABLE item\n  ADD COLUMN extra text, -- harmless\n  DROP COLUMN label;",
};

/** FULL covers the rest. */
const onlyForward: Readonly<Record<string, string>> = {
  "rename a required array, whose default Debezium drops": "ALTER TABLE item RENAME COLUMN tags TO labels;",
  "set not null": "ALTER TABLE item ALTER COLUMN state SET NOT NULL;",
};

const byLevel: readonly (readonly [CompatibilityLevel, Readonly<Record<string, string>>])[] = [
  ["BACKWARD", changes],
  ["FORWARD", onlyForward],
  ["FULL", ofRequired],
];

describe.each(byLevel)(
  "at level %s, no phase draws an error that its gate does not name, and the end is the wanted catalog",
  (level, list) => {
    test.each(Object.entries(list))("%s", (_, sql) => runPhases(level, sql));
  },
);

const withoutPlan: Readonly<Record<string, readonly [sql: string, ruleId: string, reason: RegExp]>> = {
  "another column takes the old name": [
    "ALTER TABLE item RENAME COLUMN label TO title; ALTER TABLE item ADD COLUMN label text NOT NULL DEFAULT '';",
    "column-renamed",
    /another column takes the name label/,
  ],
  "the default is computed": [
    "ALTER TABLE item ADD COLUMN seen timestamptz NOT NULL DEFAULT now();",
    "column-default-invented",
    /no other SQL comes to the same/,
  ],
  "NOT NULL comes with a statement of its own": [
    "ALTER TABLE item ADD COLUMN size text;\nUPDATE item SET size = 'm';\nALTER TABLE item ALTER COLUMN size SET NOT NULL;",
    "column-added-required",
    /but for the SET NOT NULL at db\/V2__change\.sql:3/,
  ],
};

describe("no plan, but the reason, where", () => {
  test.each(Object.entries(withoutPlan))("%s", async (_, [sql, ruleId, reason]) => {
    const files = new Map([
      ["db/V1__base.sql", baseline],
      ["db/V2__change.sql", sql],
    ]);
    const { report } = await run(files, new Set(["db/V1__base.sql"]), []);
    expect(report.rewrites).toEqual([]);
    const finding = report.verdict.findings.find((each) => each.ruleId === ruleId);
    expect(report.noRewrite[finding?.fingerprint ?? ""]).toMatch(reason);
  });
});
