import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rules } from "../../rules/index.ts";
import { discover } from "../../src/discover/discover.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import type { Verdict } from "../../src/model/report.ts";
import { check } from "../../src/pipeline.ts";
import { readConnector } from "../../src/project/connector.ts";
import { openBench } from "../rules/run-case.ts";
import type { Bench } from "../rules/run-case.ts";

const folder = resolve(import.meta.dirname, "..", "..", process.env["DRIFTGATE_SHARED"] ?? "../shared", "corpus-mini/peer-cases");

interface Label {
  readonly file: string;
  readonly breaks_cdc: "yes" | "maybe" | "no";
}

// The stream that the cases assume: their README.
const connector = readConnector(
  {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
    "publication.name": "dbz_publication",
    "publication.autocreate.mode": "disabled",
    "slot.name": "debezium",
    "heartbeat.interval.ms": "10000",
    "heartbeat.action.query":
      "INSERT INTO shop.debezium_heartbeat (id, beat_at) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET beat_at = now()",
    "key.converter": "io.confluent.connect.avro.AvroConverter",
    "value.converter": "io.confluent.connect.avro.AvroConverter",
  },
  { path: "connector.json" },
);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
});

async function verdictOf(file: string): Promise<Verdict> {
  const base = { path: "00-base.sql", text: readFileSync(join(folder, "base.sql"), "utf8") };
  const text = readFileSync(join(folder, file), "utf8");
  const isGoose = text.includes("-- +goose");
  const source = { path: isGoose ? file.replace("-", "_") : file, text };
  const options = { root: null, placeholders: { schema: "scratch" } };
  const applied = discover([base], { ...options, tool: "plain", pending: { kind: "none" } }).migrations;
  const found = discover([source], { ...options, tool: isGoose ? "goose" : "plain", pending: { kind: "all" } });
  const migrations = [...applied, ...found.migrations.map((migration) => ({ ...migration, order: migration.order + applied.length }))];
  const result = await replay(bench.engine, bench.parser, migrations);
  const inputs: Inputs = {
    toolVersion: "0.0.0",
    today: "2026-11-24",
    failOn: "error",
    rules: {},
    ignores: [],
    migrations,
    discoveryProblems: found.problems,
    syntaxProblems: result.syntaxProblems,
    baseline: result.baseline,
    steps: result.steps,
    connectors: [connector],
    subjects: [],
    registry: null,
    unknowns: result.problems,
    assumptions: [],
    comparisons: [],
    postgresVersion: null,
  };
  return check(inputs, rules).verdict;
}

test("the verdicts against the labels", async () => {
  // The file's own shape.
  const { cases } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { readonly cases: readonly Label[] };
  expect(cases.map(({ file }) => file)).toEqual(
    readdirSync(folder)
      .filter((name) => /^\d\d-.*\.sql$/.test(name))
      .toSorted(),
  );
  const lines: string[] = [];
  const outcomes: { readonly label: Label["breaks_cdc"]; readonly outcome: string; readonly file: string }[] = [];
  for (const { file, breaks_cdc: label } of cases) {
    const { outcome, findings, unknowns } = await verdictOf(file);
    outcomes.push({ label, outcome, file });
    const reasons = [...findings.map(({ severity, ruleId }) => `${ruleId} (${severity})`), ...unknowns.map(({ code }) => code)];
    lines.push([label.padEnd(5), outcome.padEnd(7), file.padEnd(42), reasons.join(", ")].join(" "));
  }
  const blocked = (label: Label["breaks_cdc"]): readonly string[] =>
    outcomes.filter((one) => one.label === label && one.outcome !== "pass").map(({ file }) => file);
  const total = (label: Label["breaks_cdc"]): number => outcomes.filter((one) => one.label === label).length;
  const summary = (["yes", "maybe", "no"] as const)
    .map((label) => `${label}: ${blocked(label).length} of ${total(label)} blocked`)
    .join("; ");
  process.stdout.write(`${lines.join("\n")}\n${summary}\n`);
  expect(total("yes")).toBe(42);
  expect(total("no")).toBe(18);
  expect(blocked("yes").length).toBe(42);
  expect(blocked("no").length).toBeLessThanOrEqual(1);
});
