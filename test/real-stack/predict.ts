import { rules } from "../../rules/index.ts";
import { type ReplayResult, replay } from "../../src/io/engine/replay.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { Report } from "../../src/model/report.ts";
import type { Subject } from "../../src/model/subject.ts";
import { check, projectAll } from "../../src/pipeline.ts";
import { projectLagging } from "../../src/project/lagging.ts";
import { project } from "../../src/project/project.ts";
import { projectRunning } from "../../src/project/running.ts";
import { inputs } from "../judge/builders.ts";
import type { Bench } from "../rules/run-case.ts";
import type { StackCase } from "./cases/case.ts";
import { type Refusal, type Sent, type Versions, registered, versionsOf } from "./registry-model.ts";

/** What driftgate makes of a case before anything has run: all of `check`'s inputs but the subjects. */
export interface Forecast {
  readonly connector: Connector;
  readonly inputs: Inputs;
  readonly final: Catalog;
  readonly before: readonly Projection[];
  /** Of a connector that starts with the new catalog. */
  readonly after: readonly Projection[];
}

/** Tables that got rows, `schema.name`, in the order of their rows. */
export interface Rows {
  /** While the connector was stopped, before the migration; null in a case where it was not stopped. */
  readonly pending: readonly string[] | null;
  /** By the migration itself. */
  readonly migration: readonly string[];
  readonly after: readonly string[];
}

/** What is expected once the rows after the migration have been read. */
export interface Expected {
  readonly report: Report;
  /** Why driftgate says unknown; null where it does not. */
  readonly unknown: string | null;
  readonly versions: Versions;
  readonly refusal: Refusal | null;
  /** Whether the task ends, by a refusal or by what `stoppers` tell. */
  readonly fails: boolean;
  /** Rules that say the connector stops, other than on a refusal of the registry. */
  readonly stoppers: readonly string[];
  /** Topics that get records. */
  readonly topics: ReadonlySet<string>;
  /** Those of them that get records without a key, and those that get records with one. */
  readonly keyless: ReadonlySet<string>;
  readonly keyed: ReadonlySet<string>;
  /** Where `check` and the sum of its parts disagree. */
  readonly contradictions: readonly string[];
}

/** Rules whose finding says that the connector stops, whatever the registry says. */
const stoppers: ReadonlySet<string> = new Set(["heartbeat-broken", "record-stops-task", "setting-stops-connector", "type-stops-connector"]);

/** What the engine makes of a case's SQL. */
export interface Replayed {
  readonly migrations: readonly Migration[];
  readonly result: ReplayResult;
}

export async function replayCase(one: StackCase, { engine, parser }: Bench): Promise<Replayed> {
  const migrations = [
    migrationOf("V1__setup.sql", one.setup, 0, "baseline"),
    migrationOf("V2__migration.sql", one.migration, 1, "pending"),
  ];
  return { migrations, result: await replay(engine, parser, migrations) };
}

export function forecast({ migrations, result }: Replayed, connector: Connector): Forecast {
  const { baseline, steps, syntaxProblems, problems: unknowns } = result;
  const final = steps.at(-1)?.after ?? baseline;
  return {
    connector,
    inputs: inputs({ migrations, baseline, steps, syntaxProblems, unknowns, connectors: [connector], registry: "the live registry" }),
    final,
    before: project(baseline, connector),
    after: project(final, connector),
  };
}

function migrationOf(id: string, text: string, order: number, state: Migration["state"]): Migration {
  return plainMigration(id, text, { tool: "flyway", order, state });
}

/** Versions before the migration: of the snapshot for the tables that had rows then, of the stream for those written to since. */
export function versionsBefore(cast: Forecast, filled: ReadonlySet<string>, written: readonly string[]): Versions {
  const snapshot = cast.before.filter((projection) => filled.has(nameOf(projection)));
  const sent = snapshot.flatMap((projection) => (projection.snapshot === null ? [] : [{ projection, schemas: projection.snapshot }]));
  return registered([], [...sent, ...sentBy(written, cast.before, cast.inputs.baseline)]).versions;
}

/** What `check` says against the subjects as they are, and what becomes of the rows written since. */
export function expectedAfter(cast: Forecast, subjects: readonly Subject[], rows: Rows): Expected {
  const { connector, final, inputs: given } = cast;
  const all: Inputs = { ...given, subjects };
  const projected = projectAll(all);
  const report = check(all, rules, projected);
  const found = new Set(report.verdict.findings.map(({ ruleId }) => ruleId));
  const stops = [...found].filter((rule) => stoppers.has(rule));
  // PostgreSQL 18 says nothing, and sends nothing.
  const silenced = found.has("publication-dropped");
  const late = rows.pending === null ? [] : sentBy(rows.pending, projectLagging(given.baseline, final, connector), given.baseline);
  const between = projected.states.filter(({ seen }) => seen === "written").flatMap(({ projection }) => sentAs(projection));
  // A connector that was stopped reads the catalog anew.
  const now = rows.pending === null ? projectRunning(given.baseline, final, connector) : cast.after;
  const last = sentBy(rows.after, now, final);
  const sent = [...late, ...between, ...last];
  const tolerant = connector.settings["errors.tolerance"] === "all";
  const { versions, refusal, arrived } =
    silenced || stops.length > 0 ? { versions: versionsOf(subjects), refusal: null, arrived: [] } : registered(subjects, sent, tolerant);
  return {
    report,
    unknown: stops.length > 0 ? null : unknownIn(report, sent),
    versions,
    refusal,
    fails: stops.length > 0 || (refusal !== null && !tolerant),
    stoppers: stops,
    topics: topicsOf(arrived),
    keyless: topicsOf(arrived.filter(({ schemas }) => schemas.key === null)),
    keyed: topicsOf(arrived.filter(({ schemas }) => schemas.key !== null)),
    contradictions: rows.pending === null ? contradictionsIn(report, last, refusal) : [],
  };
}

/** What a connector that was started again sends for rows written then. */
export function expectedAfterRestart({ after, final }: Forecast, subjects: readonly Subject[], written: readonly string[]): Versions {
  return registered(subjects, sentBy(written, after, final)).versions;
}

/** The streams in which the rows of tables come: their own, or that of the partitioned table they belong to. Names are those in the catalog. */
function sentBy(names: readonly string[], projections: readonly Projection[], catalog: Catalog): readonly Sent[] {
  return names.flatMap((name): readonly Sent[] => {
    const relation = catalog.relations.find((one) => `${one.schema}.${one.name}` === name);
    const own = projections.find((projection) => projection.relation.oid === relation?.oid && projection.streaming !== null);
    if (own !== undefined) return sentAs(own);
    const parent = relation?.partitionOf ?? null;
    return parent === null ? [] : sentBy([`${parent.schema}.${parent.name}`], projections, catalog);
  });
}

const nameOf = ({ relation }: Projection): string => `${relation.schema}.${relation.name}`;

const sentAs = (projection: Projection): readonly Sent[] =>
  projection.streaming === null ? [] : [{ projection, schemas: projection.streaming }];

const topicsOf = (sent: readonly Sent[]): ReadonlySet<string> => new Set(sent.map(({ projection }) => projection.topic));

/** `check` names the refused subjects itself; with the rows written since, the first of them stops the task. */
function contradictionsIn({ impacts, verdict }: Report, last: readonly Sent[], refusal: Refusal | null): readonly string[] {
  const tables = new Set(last.map(({ projection }) => projection.relation.oid));
  const refused = impacts
    .filter(({ after }) => after !== null && tables.has(after.oid))
    .flatMap(({ subjects }) => subjects.filter((one) => one.verdict.outcome === "refused").map(({ subjectAfter }) => subjectAfter));
  const contradictions: string[] = [];
  if (refusal !== null && !refused.includes(refusal.subject)) contradictions.push(`check does not say that ${refusal.subject} is refused`);
  if (refusal === null && refused.length > 0) contradictions.push(`check says that ${refused.join(", ")} is refused`);
  if (refusal !== null && verdict.outcome !== "fail") contradictions.push(`the verdict is ${verdict.outcome} although the task stops`);
  return contradictions;
}

function unknownIn({ verdict, impacts }: Report, sent: readonly Sent[]): string | null {
  const subject = impacts.flatMap(({ subjects }) => subjects).find(({ verdict: { outcome } }) => outcome === "unknown");
  if (subject?.verdict.outcome === "unknown") return subject.verdict.reason;
  const caveat = sent.flatMap(({ projection }) => projection.caveats).find(({ effect }) => effect === "unknown");
  return caveat?.message ?? verdict.unknowns[0]?.reason ?? null;
}
