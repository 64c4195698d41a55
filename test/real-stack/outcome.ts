import { registrationText } from "../../src/compare/avro/registration-text.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { isArray, isObject, parseJson } from "../../src/model/json.ts";
import type { Subject } from "../../src/model/subject.ts";
import type { StackCase } from "./cases/case.ts";
import type { Expected } from "./predict.ts";
import { type Refusal, type Versions, sameJson } from "./registry-model.ts";
import type { ConnectorState } from "./servers/connect.ts";
import type { StreamRecord, Topics } from "./topics.ts";

/** One line of the table that the tests print. */
export interface Outcome {
  readonly name: string;
  readonly predicted: string;
  readonly happened: string;
  /** Empty when all came as predicted. */
  readonly differences: readonly string[];
  /** Why driftgate said unknown; null where it did not. */
  readonly unknown: string | null;
  /** Registered schemas that were compared, and how many of them are the same text, which is what lookups go by. */
  readonly schemas: number;
  readonly exact: number;
  readonly seconds: number;
}

export interface VersionComparison {
  readonly differences: readonly string[];
  readonly schemas: number;
  readonly exact: number;
}

/**
 * Registered versions against the expected ones: as many, in the same order, each equal as JSON.
 * @param known versions that are no news and are not counted
 */
export function compareVersions(
  expected: Versions,
  subjects: readonly Subject[],
  known: readonly Subject[],
  when: string,
): VersionComparison {
  const differences: string[] = [];
  let [schemas, exact] = [0, 0];
  for (const name of new Set([...expected.keys(), ...subjects.map((subject) => subject.name)])) {
    const wanted = expected.get(name) ?? [];
    const found = subjects.find((subject) => subject.name === name)?.versions ?? [];
    if (wanted.length !== found.length) differences.push(`${when} ${name}: ${found.length} versions, expected ${wanted.length}`);
    const old = known.find((subject) => subject.name === name)?.versions.length ?? 0;
    for (const [at, { schema }] of found.entries()) {
      const mine = wanted[at];
      if (mine === undefined || at < old) continue;
      schemas += 1;
      const text = registrationText(mine);
      if (text === schema) exact += 1;
      const registered = parseJson(schema);
      const difference = sameJson(mine, registered) ? null : firstDifference(mine, registered, "");
      const other = difference ?? (text === schema ? null : `the same JSON, in another text: ${firstOtherText(text, schema)}`);
      if (other !== null) differences.push(`${when} ${name} version ${at + 1}: ${other}`);
    }
  }
  return { differences, schemas, exact };
}

/** A look-up goes by the text. */
function firstOtherText(mine: string, theirs: string): string {
  const at = [...mine].findIndex((character, index) => character !== theirs[index]);
  const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 40);
  return `predicted …${around(mine)}…, registered …${around(theirs)}…`;
}

/** Where two JSON values part, in few words. */
function firstDifference(mine: JsonValue, theirs: JsonValue, path: string): string {
  if (isArray(mine) && isArray(theirs) && mine.length === theirs.length) {
    const at = mine.findIndex((item, index) => !sameJson(item, theirs[index] ?? null));
    return firstDifference(mine[at] ?? null, theirs[at] ?? null, `${path}/${at}`);
  }
  if (isObject(mine) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    const key = keys.find((one) => !(one in mine) || !(one in theirs) || !sameJson(mine[one] ?? null, theirs[one] ?? null)) ?? "";
    if (key in mine && key in theirs) return firstDifference(mine[key] ?? null, theirs[key] ?? null, `${path}/${key}`);
    return `${path}/${key}: predicted ${short(mine[key])}, registered ${short(theirs[key])}`;
  }
  return `${path}: predicted ${short(mine)}, registered ${short(theirs)}`;
}

const short = (value: JsonValue | undefined): string => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 200));

/** Is the task where the prediction says it is, and for its reason, in the registry's own words? */
export function compareTask({ refusal, fails }: Expected, trace: RegExp | null, state: ConnectorState): readonly string[] {
  const expected = fails ? "FAILED" : "RUNNING";
  const problems = state.connector === "RUNNING" ? [] : [`the connector is ${state.connector}, expected RUNNING`];
  if (state.task !== expected) return [...problems, `the task is ${state.task}, expected ${expected}: ${causeOf(state.trace)}`];
  if (trace !== null && !trace.test(state.trace)) problems.push(`the task failed, but not with ${String(trace)}: ${causeOf(state.trace)}`);
  if (refusal === null || !fails) return problems;
  const found = refusalIn(state.trace);
  if (found === null) return [...problems, `the task failed for another reason than a refusal: ${causeOf(state.trace)}`];
  if (found.subject !== refusal.subject) problems.push(`${found.subject} was refused, expected ${refusal.subject}`);
  const [theirs, mine] = [found, refusal].map(({ incompatibilities }) => [...incompatibilities].toSorted().join("; "));
  if (theirs !== mine) problems.push(`refused for ${theirs}; expected ${mine}`);
  return problems;
}

type Counts = ReadonlyMap<string, number>;

/** Do the expected topics get records, and no others; have these a key or none as expected; and do they hold what the case asks for? */
export async function compareTopics(
  expected: Expected,
  before: Counts,
  now: Counts,
  one: StackCase,
  topics: Topics,
): Promise<readonly string[]> {
  const grown = [...now].filter(([topic, count]) => count > (before.get(topic) ?? 0)).map(([topic]) => topic);
  const differences = [
    ...grown.filter((topic) => !expected.topics.has(topic)).map((topic) => `${topic} gets records, expected none`),
    ...[...expected.topics].filter((topic) => !grown.includes(topic)).map((topic) => `${topic} gets no records`),
  ];
  const records = await topics.read(now);
  for (const topic of grown) {
    const fresh = records.filter((record) => record.topic === topic).slice(before.get(topic) ?? 0);
    // A TRUNCATE is of no row.
    const rows = fresh.filter(({ value }) => !isTruncate(value));
    const keyless = rows.filter(({ key }) => key === null).length;
    const isRight = keyless > 0 === expected.keyless.has(topic) && keyless < rows.length === expected.keyed.has(topic);
    if (!isRight) differences.push(`${topic}: ${keyless} of ${rows.length} records have no key, which was not expected`);
  }
  return [...differences, ...assertedIn(one, records)];
}

const isTruncate = (value: unknown): boolean => typeof value === "object" && value !== null && "op" in value && value.op === "t";

function assertedIn({ records: assert }: StackCase, records: readonly StreamRecord[]): readonly string[] {
  if (assert === undefined) return [];
  try {
    assert(records);
    return [];
  } catch (error) {
    return [`records: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Apicurio's RuleViolationException in a stack trace. */
function refusalIn(trace: string): Refusal | null {
  const found = /RuleViolationException: Incompatible artifact: (\S+) \[AVRO\].*?list of diff types: \[(.*?)\](?: Causes:|\n|$)/.exec(
    trace,
  );
  if (found === null) return null;
  return { subject: found[1] ?? "", incompatibilities: new Set((found[2] ?? "").split(", ").filter((text) => text !== "")) };
}

/** The innermost cause of a stack trace, in one line. */
export function causeOf(trace: string): string {
  const causes = trace.split("\n").filter((line) => !line.startsWith("\t"));
  return (causes.findLast((line) => line !== "") ?? "").replace(/^Caused by: /, "").slice(0, 300);
}
