import { readConnector } from "../../src/project/connector.ts";
import type { StackCase } from "./cases/case.ts";
import { connectorConfig, stageName } from "./connector.ts";
import { hasRows, rowsWritten, writtenSince } from "./database.ts";
import type { Written } from "./database.ts";
import { askLive, catalogDifferences, liveDifferences } from "./live.ts";
import { type Outcome, causeOf, compareTask, compareTopics, compareVersions } from "./outcome.ts";
import { type Expected, type Forecast, type Replayed, expectedAfter, expectedAfterRestart, forecast, versionsBefore } from "./predict.ts";
import { type Play, type Scene, openPlay } from "./play.ts";
import type { ConnectorState, Settings } from "./servers/connect.ts";
import { setLevel } from "./subjects.ts";

/** Lets driftgate say what will happen, lets it happen, and compares. @throws Error when the case itself does not work, whatever was predicted */
export async function runCase(one: StackCase, replayed: Replayed, scene: Scene): Promise<Outcome> {
  const begun = performance.now();
  const name = stageName(one.name);
  const config = connectorConfig(scene.stack, name, one.connector);
  const cast = forecast(replayed, readConnector(config, { path: "connector.json", name }));
  const play = await openPlay(name, scene);
  try {
    return { ...(await act(one, play, scene, cast, config)), seconds: (performance.now() - begun) / 1000 };
  } finally {
    await play.clear();
  }
}

type Act = Omit<Outcome, "seconds">;

async function act(one: StackCase, play: Play, scene: Scene, cast: Forecast, config: Settings): Promise<Act> {
  const { client } = play;
  await client.query(one.setup);
  const filled = await filledTables(cast, play);
  const catalogs = [...(await catalogDifferences(client, cast, cast.before, "before the migration"))];
  const none = await rowsWritten(client);
  await play.start(config);
  const written = await write(one.before, play, none);
  const state = await play.settle();
  if (state.task !== "RUNNING") throw new Error(`the connector does not get as far as the migration: ${state.task}\n${state.trace}`);
  const subjects = await play.subjects(one);
  const first = compareVersions(versionsBefore(cast, filled, written.tables), subjects, [], "before the migration");
  if (one.level !== undefined) for (const subject of subjects) await setLevel(scene.stack.registry, subject.name, one.level);
  const counts = await play.counts();
  const live = await askLive(scene.stack.registry, cast);

  if (one.pending !== undefined) await play.pause();
  const pending = await write(one.pending ?? "", play, written.now);
  const migration = await write(one.migration, play, pending.now);
  catalogs.push(...(await catalogDifferences(client, cast, cast.after, "after the migration")));
  const after = await write(one.after, play, migration.now, one.refused);
  if (one.pending !== undefined) await play.resume();
  const rows = { pending: one.pending === undefined ? null : pending.tables, migration: migration.tables, after: after.tables };
  const expected = expectedAfter(cast, subjects, rows);
  const end = await play.settle();
  const later = await play.subjects(one);
  const second = compareVersions(expected.versions, later, subjects, "after the migration");
  const outcome = {
    name: one.name,
    predicted: predictedIn(expected),
    happened: happenedIn(end, second.schemas),
    unknown: expected.unknown,
    schemas: first.schemas,
    exact: first.exact,
  };
  // What nobody foretold cannot come otherwise; it is told all the same.
  if (expected.unknown !== null) return { ...outcome, differences: [...first.differences, ...catalogs] };
  const topics = expected.stoppers.length > 0 ? [] : await compareTopics(expected, counts, await play.counts(), one, scene.topics);
  const third = one.restarted === undefined ? null : await restart(one, play, cast, later, after.now);
  const comparisons = [first, second, ...(third === null ? [] : [third])];
  return {
    ...outcome,
    differences: [
      ...comparisons.flatMap(({ differences }) => differences),
      ...catalogs,
      ...expected.contradictions,
      ...liveDifferences(cast, expected.report, live),
      ...compareTask(expected, one.trace ?? null, end),
      ...topics,
    ],
    schemas: comparisons.reduce((sum, { schemas }) => sum + schemas, 0),
    exact: comparisons.reduce((sum, { exact }) => sum + exact, 0),
  };
}

/** Tables that the snapshot finds rows in. */
async function filledTables({ before }: Forecast, { client }: Play): Promise<ReadonlySet<string>> {
  const filled = new Set<string>();
  for (const { relation } of before)
    if (await hasRows(client, relation.schema, relation.name)) filled.add(`${relation.schema}.${relation.name}`);
  return filled;
}

interface Writing {
  readonly now: Written;
  /** Tables that got rows, in the order in which the SQL names them. */
  readonly tables: readonly string[];
}

async function write(sql: string, { client }: Play, before: Written, refused?: RegExp): Promise<Writing> {
  if (refused === undefined) await client.query(sql);
  else {
    const message = await client.query(sql).then(
      () => "(no error)",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (!refused.test(message)) throw new Error(`PostgreSQL should refuse this with ${String(refused)}, not ${message}: ${sql}`);
  }
  const now = await rowsWritten(client);
  const place = (table: string): number => sql.indexOf(table.slice(table.indexOf(".") + 1));
  return { now, tables: writtenSince(before, now).toSorted((a, b) => place(a) - place(b)) };
}

async function restart(one: StackCase, play: Play, cast: Forecast, subjects: Awaited<ReturnType<Play["subjects"]>>, before: Written) {
  await play.pause();
  const { tables } = await write(one.restarted ?? "", play, before);
  await play.resume();
  await play.settle();
  return compareVersions(expectedAfterRestart(cast, subjects, tables), await play.subjects(one), subjects, "after a restart");
}

function predictedIn({ report, refusal, fails, unknown }: Expected): string {
  const found = [...new Set(report.verdict.findings.map(({ ruleId }) => ruleId))].join(", ");
  const task = unknown === null ? (fails ? "FAILED" : "RUNNING") : "unknown";
  const what = refusal === null ? "" : `, ${part(refusal.subject)} refused`;
  return `${report.verdict.outcome}${found === "" ? "" : ` (${found})`}; task ${task}${what}`;
}

function happenedIn(state: ConnectorState, versions: number): string {
  return `task ${state.task}${state.task === "RUNNING" ? "" : `: ${causeOf(state.trace)}`}; ${versions} new versions`;
}

const part = (subject: string): string => subject.slice(subject.lastIndexOf("-") + 1);
