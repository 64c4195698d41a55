import { rules } from "../../rules/index.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { Engine, Limits } from "../../src/io/engine/engine.ts";
import { createParser } from "../../src/io/parsers.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { DiscoveryProblem, Migration } from "../../src/model/migration.ts";
import { spanAt } from "../../src/model/position.ts";
import type { Report } from "../../src/model/report.ts";
import type { CompatibilityLevel, Subject } from "../../src/model/subject.ts";
import type { Parser } from "../../src/parse/parser.ts";
import { check, projectAll } from "../../src/pipeline.ts";
import type { Projected } from "../../src/pipeline.ts";
import { parseConnectors } from "../../src/project/connector-file.ts";
import { readConnector } from "../../src/project/connector.ts";
import { project } from "../../src/project/project.ts";
import type { ConnectorOptions } from "../../src/project/connector.ts";
import { reporters } from "../../src/report/index.ts";
import { openEmptied } from "../support/emptied-engine.ts";
import type { RuleCase } from "./case.ts";

/** What all cases share: one server, emptied before each, as starting one takes longer than a case. */
export interface Bench {
  readonly parser: Parser;
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

export async function openBench(limits: Partial<Limits> = {}): Promise<Bench> {
  const [parser, engine] = await Promise.all([createParser(), openEmptied(limits)]);
  return { parser, engine, close: () => engine.close() };
}

/** The report of one case, through every stage that `driftgate check` has. */
export async function runCase(example: RuleCase, { parser, engine }: Bench): Promise<Report> {
  const migrations = [
    migrationOf("V1__before.sql", example.before, 0, "baseline"),
    migrationOf("V2__migration.sql", example.migration, 1, "pending"),
  ].filter(({ text }) => text !== "");
  const result = await replay(engine, parser, migrations);
  const settings = {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "shop",
    "plugin.name": "pgoutput",
    "publication.name": "dbz_publication",
    "key.converter": "io.confluent.connect.avro.AvroConverter",
    "value.converter": "io.confluent.connect.avro.AvroConverter",
    ...example.connector,
  };
  const inputs: Inputs = {
    toolVersion: "0.0.0",
    today: "2026-11-24",
    failOn: "error",
    rules: {},
    ignores: [],
    migrations,
    discoveryProblems: example.history.map((problem) => problemOf(problem, migrations)),
    syntaxProblems: result.syntaxProblems,
    baseline: result.baseline,
    steps: result.steps,
    connectors: [readConnector(settings, { path: "connector.json", name: "shop", places: placesOf(settings) })],
    subjects: [],
    consumers: example.consumers.map(({ name, subjects, schema }) => ({
      name,
      subjects,
      readers: [{ path: `consumers/${name}.avsc`, schema: JSON.stringify(schema) }],
    })),
    registry: example.subjects === null ? null : "the folder registry/",
    unknowns: result.problems,
    assumptions: [],
    comparisons: example.comparisons,
    postgresVersion: null,
  };
  const projected = projectAll(inputs);
  const by = (other: Readonly<Record<string, string>>): Projected["before"] =>
    project(result.baseline, readConnector({ ...settings, ...other }, { path: "connector.json", name: "shop" }));
  return check({ ...inputs, subjects: subjectsOf(example, projected, by) }, rules, projected);
}

export const renderText = (report: Report): string =>
  reporters.text(report, { color: false, verbose: false, quiet: false, width: 120, failOn: "error" });

function migrationOf(id: string, text: string, order: number, state: Migration["state"]): Migration {
  return plainMigration(id, text, { tool: "flyway", order, state });
}

/** As in a file with one setting a line. */
function placesOf(settings: Readonly<Record<string, string>>): NonNullable<ConnectorOptions["places"]> {
  return parseConnectors(JSON.stringify(settings, null, 2), "connector.json")[0]?.places ?? {};
}

function problemOf({ kind, path, detail }: RuleCase["history"][number], migrations: readonly Migration[]): DiscoveryProblem {
  const text = migrations.find((migration) => migration.path === path)?.text ?? "";
  return { kind, path, detail, span: spanAt(path, text, 0, text.indexOf("\n") === -1 ? text.length : text.indexOf("\n")) };
}

/** What the tables give before the migration by a connector with other settings. */
type By = (settings: Readonly<Record<string, string>>) => Projected["before"];

function subjectsOf({ subjects }: RuleCase, { before, after }: Projected, by: By): readonly Subject[] {
  return Object.entries(subjects ?? {}).map(([name, { compatibility, mode, versions, live }]) => ({
    name,
    // As written in the page; a level that is none fails in the stage.
    compatibility: compatibility as CompatibilityLevel,
    compatibilityOrigin: "subject",
    mode: mode ?? "READWRITE",
    versions: versions.map((version, index) => ({
      version: index + 1,
      id: index + 1,
      schema: JSON.stringify(versionOf(version, name, before, by)),
      schemaType: "AVRO",
      references: [],
    })),
    live: live === undefined ? [] : [{ messages: [], ...live, candidate: JSON.stringify(schemaSentTo(name, after)) }],
    unavailable: null,
  }));
}

function versionOf(version: unknown, subject: string, before: Projected["before"], by: By): unknown {
  if (version === "baseline") return schemaSentTo(subject, before);
  if (typeof version !== "object" || version === null) return version;
  // As written in the page.
  if ("baselineBy" in version) return schemaSentTo(subject, by(version.baselineBy as Readonly<Record<string, string>>));
  if (!("baselineWith" in version)) return version;
  const more = Object.entries(version.baselineWith ?? {}).map(([name, type]) => ({ name, type, default: null }));
  return JSON.parse(JSON.stringify(schemaSentTo(subject, before)), (_key, part: unknown) =>
    isRow(part) ? { ...part, fields: [...part.fields, ...more] } : part,
  );
}

const isRow = (part: unknown): part is { readonly fields: readonly unknown[] } =>
  typeof part === "object" && part !== null && "name" in part && part.name === "Value" && "fields" in part && Array.isArray(part.fields);

function schemaSentTo(subject: string, projections: Projected["before"]): JsonValue {
  for (const { keySubject, valueSubject, streaming } of projections) {
    if (valueSubject === subject) return streaming?.valueAvro ?? null;
    if (keySubject === subject) return streaming?.keyAvro ?? null;
  }
  throw new Error(`No table sends to ${subject}`);
}
