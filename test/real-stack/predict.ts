import { rules } from "../../rules/index.ts";
import { checkSubject } from "../../src/compare/check-subject.ts";
import { replay } from "../../src/io/engine/replay.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { Projection, Schemas } from "../../src/model/projection.ts";
import type { Report } from "../../src/model/report.ts";
import type { Subject } from "../../src/model/subject.ts";
import { check } from "../../src/pipeline.ts";
import { project } from "../../src/project/project.ts";
import { inputs } from "../judge/builders.ts";
import type { Bench } from "../rules/run-case.ts";
import type { StackCase } from "./cases/case.ts";

/** What driftgate makes of a case before anything has run: all of `check`'s inputs but the subjects. */
export interface Forecast {
  readonly inputs: Inputs;
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  readonly final: Catalog;
}

/** Schemas expected under one subject, oldest first. */
export type Versions = ReadonlyMap<string, readonly JsonValue[]>;

export interface Refusal {
  readonly subject: string;
  /** As Apicurio words them: `reader union lacking writer type: RECORD at /fields/1/type/1`. */
  readonly incompatibilities: ReadonlySet<string>;
}

/** What is expected once the rows after the migration have been read. */
export interface Expected {
  readonly versions: Versions;
  /** Topics that get records. */
  readonly topics: ReadonlySet<string>;
  /** Those of them whose records have no key. */
  readonly keyless: ReadonlySet<string>;
  readonly refusals: readonly Refusal[];
  /** Why driftgate says unknown; null where it does not. */
  readonly unknown: string | null;
  /** Rules that say the connector stops, other than on a refusal of the registry. */
  readonly stoppers: readonly string[];
  readonly report: Report;
}

/** Rules whose finding says that the connector stops. */
const stoppers: ReadonlySet<string> = new Set(["type-stops-connector", "heartbeat-broken"]);

export async function forecast(one: StackCase, connector: Connector, { engine, parser }: Bench): Promise<Forecast> {
  const migrations = [
    migrationOf("V1__setup.sql", one.setup, 0, "baseline"),
    migrationOf("V2__migration.sql", one.migration, 1, "pending"),
  ];
  const result = await replay(engine, parser, migrations);
  const { baseline, steps, syntaxProblems, problems: unknowns } = result;
  const final = steps.at(-1)?.after ?? baseline;
  return {
    inputs: inputs({ migrations, baseline, steps, syntaxProblems, unknowns, connectors: [connector], registry: "the live registry" }),
    before: project(baseline, connector),
    after: project(final, connector),
    final,
  };
}

function migrationOf(id: string, text: string, order: number, state: Migration["state"]): Migration {
  const pieces = [{ sql: text, start: 0, substitutions: [] }];
  return { id, tool: "flyway", path: id, text, pieces, order, transactional: true, state, gaps: [], repeatable: false };
}

/** Versions before the migration: of the snapshot for the tables that had rows then, of the stream for those written to since. */
export function versionsBefore(
  { before, inputs: { baseline } }: Forecast,
  filled: ReadonlySet<string>,
  written: readonly string[],
): Versions {
  const versions = new Map<string, JsonValue[]>();
  for (const projection of before) if (filled.has(nameOf(projection))) add(versions, projection, projection.snapshot);
  for (const name of written) {
    const sender = senderOf(name, before, baseline);
    if (sender !== null) add(versions, sender, sender.streaming);
  }
  return versions;
}

/** What `check` says against the subjects as they are, and what that means for the tables that are written to afterwards. */
export function expectedAfter(cast: Forecast, subjects: readonly Subject[], written: readonly string[]): Expected {
  const report = check({ ...cast.inputs, subjects }, rules);
  const versions = new Map(subjects.map(({ name, versions: known }) => [name, known.map(({ schema }) => JSON.parse(schema) as JsonValue)]));
  const senders = written.flatMap((name) => senderOf(name, cast.after, cast.final) ?? []);
  const refusals: Refusal[] = [];
  const topics = new Set<string>();
  for (const sender of senders) {
    const impact = report.impacts.find(({ after }) => after?.oid === sender.relation.oid);
    const refused = refusalsOf(impact, subjects);
    refusals.push(...refused);
    // Nothing of a record that stops the task arrives, nor of those behind it; its key is registered before its value is tried.
    if (refusals.length === 0) topics.add(sender.topic);
    const stops = new Set(refused.map(({ subject }) => subject));
    add(versions, sender, sender.streaming, stops);
    if (refusals.length > 0) break;
  }
  return {
    versions,
    topics,
    keyless: new Set(senders.filter(({ streaming }) => streaming?.key === null).map(({ topic }) => topic)),
    refusals,
    unknown: unknownIn(report),
    stoppers: [...new Set(report.verdict.findings.map(({ ruleId }) => ruleId))].filter((rule) => stoppers.has(rule)),
    report,
  };
}

const nameOf = ({ relation }: Projection): string => `${relation.schema}.${relation.name}`;

/** The stream in which a table's rows come: its own, or that of the partitioned table it belongs to; null when none. */
function senderOf(name: string, projections: readonly Projection[], catalog: Catalog): Projection | null {
  const own = projections.find((projection) => nameOf(projection) === name);
  if (own !== undefined && own.streaming !== null) return own;
  const parent = catalog.relations.find((relation) => `${relation.schema}.${relation.name}` === name)?.partitionOf ?? null;
  return parent === null ? null : senderOf(`${parent.schema}.${parent.name}`, projections, catalog);
}

function add(
  versions: Map<string, JsonValue[]>,
  projection: Projection,
  schemas: Schemas | null,
  stops: ReadonlySet<string> = new Set(),
): void {
  if (schemas === null) return;
  const { keySubject, valueSubject } = projection;
  for (const [subject, schema] of [
    [keySubject, schemas.keyAvro],
    [valueSubject, schemas.valueAvro],
  ] as const) {
    if (subject === null || schema === null) continue;
    if (stops.has(subject)) return;
    const known = versions.get(subject) ?? [];
    versions.set(subject, known);
    if (!known.some((version) => sameJson(version, schema))) known.push(schema);
  }
}

function refusalsOf(impact: RelationImpact | undefined, subjects: readonly Subject[]): readonly Refusal[] {
  const refused = (impact?.subjects ?? []).filter(({ verdict }) => verdict.outcome === "refused");
  // The key is converted first: when it is refused, the value is never tried.
  const first = refused.find(({ part }) => part === "key") ?? refused[0];
  return first === undefined ? [] : [refusalOf(first, subjects)];
}

function refusalOf({ subjectAfter, schemaAfter, verdict }: SubjectImpact, subjects: readonly Subject[]): Refusal {
  const stored = subjects.find(({ name }) => name === subjectAfter);
  const level = verdict.outcome === "refused" ? verdict.level : "BACKWARD";
  const { failures } = checkSubject(level, schemaAfter, stored?.versions ?? []);
  const texts = failures.flatMap(({ incompatibilities }) => incompatibilities.map(({ message, path }) => `${message} at ${path}`));
  return { subject: subjectAfter ?? "", incompatibilities: new Set(texts) };
}

function unknownIn({ verdict, impacts }: Report): string | null {
  const subject = impacts.flatMap(({ subjects }) => subjects).find(({ verdict: { outcome } }) => outcome === "unknown");
  if (subject?.verdict.outcome === "unknown") return subject.verdict.reason;
  return verdict.unknowns[0]?.reason ?? null;
}

/** Equal whatever the order of properties. */
export function sameJson(a: JsonValue, b: JsonValue): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
