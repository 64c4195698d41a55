import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import type { Subject } from "../../src/model/subject.ts";
import { readConnector } from "../../src/project/connector.ts";
import type { Bench } from "../rules/run-case.ts";
import type { StackCase } from "./cases/case.ts";
import { connectorConfig, stageName } from "./connector.ts";
import { dropSlot, emitMark, hasRows, rowsWritten, slotStarted, writtenSince } from "./database.ts";
import type { Outcome, VersionComparison } from "./outcome.ts";
import { causeOf, compareTask, compareVersions } from "./outcome.ts";
import type { Expected, Forecast } from "./predict.ts";
import { expectedAfter, forecast, versionsBefore } from "./predict.ts";
import type { ConnectorState } from "./servers/connect.ts";
import type { Stack } from "./servers/stack.ts";
import { readSubjects, setLevel } from "./subjects.ts";
import type { StreamRecord, Topics } from "./topics.ts";

export interface Scene {
  readonly stack: Stack;
  readonly topics: Topics;
  readonly bench: Bench;
}

/** Longest wait for anything that the connector does, in ms. */
const patience = 30_000;

/** Lets driftgate say what will happen, lets it happen, and compares. @throws Error when the case itself does not work, whatever was predicted */
export async function runCase(one: StackCase, scene: Scene): Promise<Outcome> {
  const begun = performance.now();
  const name = stageName(one.name);
  const config = connectorConfig(scene.stack, name, one.connector);
  const cast = await forecastAlone(() => forecast(one, readConnector(config, { path: "connector.json", name }), scene.bench));
  await scene.stack.postgres.createDatabase(name);
  const client = await scene.stack.postgres.connect(name);
  try {
    const play = await openPlay(one, name, scene, client);
    return { ...(await act(one, play, cast, config)), seconds: (performance.now() - begun) / 1000 };
  } finally {
    await clearAway(name, scene.stack, client);
  }
}

/** The bench has one server. */
let last: Promise<unknown> = Promise.resolve();
function forecastAlone(make: () => Promise<Forecast>): Promise<Forecast> {
  const next = last.then(make);
  last = next.catch(() => undefined);
  return next;
}

/** One case on the stage. */
interface Play {
  readonly name: string;
  readonly scene: Scene;
  readonly client: Client;
  /** Where the marks arrive. */
  readonly markTopic: string;
  marks: number;
}

async function openPlay(one: StackCase, name: string, scene: Scene, client: Client): Promise<Play> {
  const markTopic = `${name}${one.connector?.["topic.delimiter"] ?? "."}message`;
  await scene.topics.create(markTopic);
  await client.query(one.setup);
  return { name, scene, client, markTopic, marks: 0 };
}

async function act(
  one: StackCase,
  play: Play,
  cast: Forecast,
  config: Readonly<Record<string, string>>,
): Promise<Omit<Outcome, "seconds">> {
  const { name, client } = play;
  const { connect, registry } = play.scene.stack;
  const filled = await filledTables(cast, client);
  const atStart = await rowsWritten(client);
  await connect.put(name, config);
  await until(play, () => slotStarted(client, name), "the start of the slot");
  await client.query(one.before);
  const state = await settle(play);
  if (state.task !== "RUNNING") throw new Error(`the connector does not get as far as the migration: ${state.task}\n${state.trace}`);
  const subjects = await subjectsOf(play, one);
  const writtenBefore = await rowsWritten(client);
  const first = compareVersions(versionsBefore(cast, filled, writtenSince(atStart, writtenBefore)), subjects, [], "before the migration,");
  if (one.level !== undefined) for (const subject of subjects) await setLevel(registry, subject.name, one.level);
  const counts = await countsOf(play);
  await client.query(one.migration);
  const written = await rowsWritten(client);
  await writeAfter(one, client);
  const expected = expectedAfter(cast, subjects, writtenSince(written, await rowsWritten(client)));
  const end = await settle(play);
  const differences = [...first.differences];
  const second = compareVersions(expected.versions, await subjectsOf(play, one), subjects, "after the migration,");
  const isUnknown = expected.unknown !== null;
  if (!isUnknown) {
    differences.push(...second.differences, ...compareTask(expected.refusals, expected.stoppers.length > 0, end));
    if (expected.stoppers.length === 0) differences.push(...(await compareTopics(play, counts, expected, one)));
  }
  return {
    name: one.name,
    predicted: predictedIn(expected),
    happened: happenedIn(end, second, isUnknown),
    differences,
    unknown: expected.unknown,
    schemas: first.schemas + (isUnknown ? 0 : second.schemas),
    exact: first.exact + (isUnknown ? 0 : second.exact),
  };
}

/** Tables that the snapshot finds rows in. */
async function filledTables({ before }: Forecast, client: Client): Promise<ReadonlySet<string>> {
  const filled = new Set<string>();
  for (const { relation } of before)
    if (await hasRows(client, relation.schema, relation.name)) filled.add(`${relation.schema}.${relation.name}`);
  return filled;
}

async function writeAfter(one: StackCase, client: Client): Promise<void> {
  if (one.refused === undefined) return void (await client.query(one.after));
  const message = await client.query(one.after).then(
    () => "(no error)",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (!one.refused.test(message))
    throw new Error(`PostgreSQL should refuse what is written after the migration with ${String(one.refused)}: ${message}`);
}

/** Waits until everything written so far has come out, or the task has failed. */
async function settle(play: Play): Promise<ConnectorState> {
  const { name, scene, client, markTopic } = play;
  await emitMark(client);
  play.marks += 1;
  let state: ConnectorState = await scene.stack.connect.state(name);
  await until(
    play,
    async () => {
      if ((await scene.topics.count(markTopic)) >= play.marks) return true;
      state = await scene.stack.connect.state(name);
      return state.task === "FAILED" || state.connector === "FAILED";
    },
    "the mark behind the rows",
  );
  return scene.stack.connect.state(name);
}

async function until({ name, scene }: Play, probe: () => Promise<boolean>, what: string): Promise<void> {
  const limit = Date.now() + patience;
  for (;;) {
    if (await probe()) return;
    const { connector, task, trace } = await scene.stack.connect.state(name);
    if (connector === "FAILED" || task === "FAILED") throw new Error(`waiting for ${what}: ${connector}, task ${task}\n${trace}`);
    if (Date.now() > limit) throw new Error(`${what} did not come in ${patience / 1000} s: ${connector}, task ${task}\n${trace}`);
    await sleep(50);
  }
}

/** All subjects of the case but those of the marks. */
async function subjectsOf({ name, scene, markTopic }: Play, { level = "BACKWARD" }: StackCase): Promise<readonly Subject[]> {
  const subjects = await readSubjects(scene.stack.registry, name, level);
  return subjects.filter((subject) => !subject.name.startsWith(`${markTopic}-`));
}

async function countsOf({ name, scene, markTopic }: Play): Promise<ReadonlyMap<string, number>> {
  const counts = await scene.topics.counts(name);
  return new Map([...counts].filter(([topic]) => topic !== markTopic));
}

async function compareTopics(
  play: Play,
  before: ReadonlyMap<string, number>,
  expected: Expected,
  one: StackCase,
): Promise<readonly string[]> {
  const counts = await countsOf(play);
  const grown = [...counts].filter(([topic, count]) => count > (before.get(topic) ?? 0)).map(([topic]) => topic);
  const differences = [
    ...grown.filter((topic) => !expected.topics.has(topic)).map((topic) => `${topic} gets records, expected none`),
    ...[...expected.topics].filter((topic) => !grown.includes(topic)).map((topic) => `${topic} gets no records`),
  ];
  const records = await play.scene.topics.read(counts);
  for (const topic of grown) {
    const fresh = records.filter((record) => record.topic === topic).slice(before.get(topic) ?? 0);
    const keyless = fresh.filter(({ key }) => key === null).length;
    const wanted = expected.keyless.has(topic) ? fresh.length : 0;
    if (keyless !== wanted) differences.push(`${topic}: ${keyless} of ${fresh.length} records have no key, expected ${wanted}`);
  }
  return [...differences, ...assertedIn(one, records)];
}

function assertedIn({ records: assert }: StackCase, records: readonly StreamRecord[]): readonly string[] {
  if (assert === undefined) return [];
  try {
    assert(records);
    return [];
  } catch (error) {
    return [`records: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function predictedIn({ report, refusals, stoppers, unknown }: Expected): string {
  const rulesFound = [...new Set(report.verdict.findings.map(({ ruleId }) => ruleId))].join(", ");
  const task =
    unknown !== null
      ? "unknown"
      : refusals[0] !== undefined
        ? `FAILED by ${refusals[0].subject}`
        : stoppers.length > 0
          ? "FAILED"
          : "RUNNING";
  return `${report.verdict.outcome}${rulesFound === "" ? "" : ` (${rulesFound})`}; ${task}`;
}

function happenedIn(state: ConnectorState, { schemas, differences }: VersionComparison, isUnknown: boolean): string {
  const trace = state.task === "RUNNING" ? "" : `: ${causeOf(state.trace)}`;
  return `${state.task}${trace}; ${schemas} versions${isUnknown && differences.length > 0 ? `, other than projected: ${differences[0]}` : ""}`;
}

async function clearAway(name: string, { connect, postgres }: Stack, client: Client): Promise<void> {
  await connect.remove(name).catch(() => undefined);
  const limit = Date.now() + patience;
  while (!(await dropSlot(client, name)) && Date.now() < limit) await sleep(50);
  await client.end();
  const admin = await postgres.connect();
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
}
