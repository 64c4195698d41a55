import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { Connector, Transform } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import { atLeast } from "../version.ts";
import type { DebeziumVersion } from "../version.ts";
import { problemCaveat, remarkCaveat, topicCaveat } from "./chain-caveats.ts";
import { CLASSES, fullClassName, UNPREDICTABLE } from "./classes.ts";
import { predicateOf } from "./predicates.ts";
import type { Predicate } from "./predicates.ts";
import { doubt, refuse, TransformProblem } from "./stream-record.ts";
import type { Apply, StreamRecord, TransformContext } from "./stream-record.ts";
import { tellOthers } from "./other-events.ts";
import type { EventResult } from "./other-events.ts";

/** A record of a table as the connector makes it, and as it leaves the chain. */
export interface ChainRecord {
  readonly topic: string;
  readonly key: ConnectSchema | null;
  readonly value: ConnectSchema;
}

export interface ChainResult {
  readonly record: ChainRecord;
  /** The transform that drops every row, in words; null: rows pass. */
  readonly dropped: string | null;
  /** False: the prediction ends within the chain, so that the record is not the one that the converters are given. */
  readonly complete: boolean;
  readonly caveats: readonly Caveat[];
}

/** The connector's transforms in their order. */
export interface TransformChain {
  readonly apply: (record: ChainRecord) => ChainResult;
}

/** One transform of the chain, its settings read; `invalid`: the connector does not start with them. */
interface Stage {
  readonly transform: Transform;
  readonly applies: Predicate;
  readonly apply: Apply;
  readonly invalid: TransformProblem | null;
}

type ChainSource = Pick<Connector, "transforms" | "settings" | "versionGiven">;

/** Reads the connector's transforms once, to be applied to each of its tables. With settings that the connector does not start with, nothing is predicted. */
export function transformChain(connector: ChainSource, version: DebeziumVersion): TransformChain {
  if (connector.transforms.length === 0)
    return { apply: (record) => ({ record, dropped: null, complete: true, caveats: topicCaveat(record.topic) }) };
  const stages = connector.transforms.map((transform) => readStage(transform, connector, version));
  const invalid = stages.flatMap((stage) => (stage.invalid === null ? [] : problemCaveat(stage.transform, stage.invalid)));
  if (invalid.length > 0) return { apply: (record) => ({ record, dropped: null, complete: false, caveats: invalid }) };
  return {
    apply: (first) => {
      const row = run(stages, eventOf("row", first));
      const { schema } = row.record.value;
      const record = { topic: row.record.topic, key: row.record.key.schema, value: schema ?? first.value };
      const others = row.stopped === null ? tellOthers(connector.settings, row, (event) => run(stages, eventOf(event, first))) : [];
      const dropped = row.dropped === null ? null : `the transform "${row.dropped.name}" (${row.dropped.class}) drops every row of it`;
      const named = row.dropped === null && row.stopped === null && !record.topic.includes("${") ? topicCaveat(record.topic) : [];
      return { record, dropped, complete: row.stopped === null, caveats: [...row.caveats, ...named, ...others] };
    },
  };
}

function eventOf(event: StreamRecord["event"], { topic, key, value }: ChainRecord): StreamRecord {
  const isTombstone = event === "tombstone";
  return {
    event,
    topic,
    key: { schema: key, isNull: key === null },
    value: { schema: isTombstone ? null : value, isNull: isTombstone },
    headers: [],
    hasPartition: false,
    hasTimestamp: false,
    broken: [],
    remarks: [],
  };
}

/** That a result cannot be told is kept until the stage is run, so that it stands at its place. */
function readStage(transform: Transform, connector: ChainSource, version: DebeziumVersion): Stage {
  try {
    const isTwice = connector.transforms.some((other) => other !== transform && other.name === transform.name);
    if (isTwice) refuse("it is named twice in transforms");
    const applies = predicateOf(transform, connector.settings);
    return { transform, applies, apply: readClass(transform, { version, versionGiven: connector.versionGiven }), invalid: null };
  } catch (error) {
    if (!(error instanceof TransformProblem)) throw error;
    const rethrow = (): never => {
      throw error;
    };
    return { transform, applies: () => true, apply: rethrow, invalid: error.kind === "config" ? error : null };
  }
}

function readClass(transform: Transform, debezium: Pick<TransformContext, "version" | "versionGiven">): Apply {
  const [given = "", variant] = transform.class.trim().split("$");
  const name = fullClassName(given);
  const unpredictable = UNPREDICTABLE.get(name);
  if (unpredictable !== undefined) return doubt(`${unpredictable}, which cannot be predicted`);
  const known = CLASSES.get(name);
  if (known === undefined) return doubt("is not known here: what it makes of topics and schemas cannot be predicted");
  if (known.sided !== (variant === "Key" || variant === "Value"))
    return refuse(known.sided ? `the class must be ${name}$Key or ${name}$Value` : "there is no such class");
  // A class of a later version than the assumed one tells that the worker is later, too.
  if (known.since !== null && debezium.versionGiven && !atLeast(debezium.version, ...known.since))
    return refuse(`the class exists since Debezium ${known.since.join(".")}`);
  return known.read(transform.settings, { part: variant === "Key" ? "key" : "value", ...debezium });
}

function run(stages: readonly Stage[], first: StreamRecord): EventResult {
  let record = first;
  const caveats: Caveat[] = [];
  for (const [at, { transform, applies, apply }] of stages.entries()) {
    try {
      const chosen = applies(record);
      if (chosen === null) doubt("applies only where its predicate holds, which cannot be told here");
      if (chosen === false) continue;
      const next = apply(record);
      if (next === null) return { record, dropped: transform, stopped: null, caveats };
      caveats.push(...next.remarks.map((one) => remarkCaveat(transform, one)));
      record = { ...next, remarks: [] };
    } catch (error) {
      if (!(error instanceof TransformProblem)) throw error;
      const reached = error.kind === "fails" ? { ...record, topic: headedFor(stages.slice(at + 1), record, error) } : record;
      return {
        record: reached,
        dropped: null,
        stopped: { transform, problem: error },
        caveats: [...caveats, problemCaveat(transform, error)],
      };
    }
  }
  const stopped = unconverted(stages, record);
  return {
    record,
    dropped: null,
    stopped,
    caveats: stopped === null ? caveats : [...caveats, problemCaveat(stopped.transform, stopped.problem)],
  };
}

/** The topic to which a record was on its way when a transform failed: what the others would have made of it. */
function headedFor(rest: readonly Stage[], record: StreamRecord, { topic }: TransformProblem): string {
  let current = topic === null ? record : { ...record, topic };
  for (const { applies, apply } of rest) {
    try {
      const next = applies(current) === true ? apply(current) : null;
      if (next !== null) current = { ...current, topic: next.topic };
    } catch (error) {
      if (!(error instanceof TransformProblem)) throw error;
    }
  }
  return current.topic;
}

/** No converter takes a null where its schema wants a value (AvroData.validateSchemaValue), nor a value that does not fit. */
function unconverted(stages: readonly Stage[], { key, value, broken }: StreamRecord): EventResult["stopped"] {
  const last = stages.at(-1);
  if (last === undefined) return null;
  const fails = (reason: string, on?: string): EventResult["stopped"] => ({
    transform: last.transform,
    problem: new TransformProblem("fails", reason, on),
  });
  const found = broken.find(({ field }) =>
    [key, value].some((part) => !part.isNull && part.schema !== null && contains(part.schema, field)),
  );
  if (found !== undefined) return fails(`"${found.field.field}" cannot be converted: ${found.reason}`, found.on);
  const isNull = [key, value].some((part) => part.isNull && part.schema !== null && !part.schema.optional);
  return isNull ? fails("Found null value for non-optional schema") : null;
}

function contains(schema: ConnectSchema, wanted: ConnectField): boolean {
  const same = (field: ConnectField): boolean =>
    field.field === wanted.field && field.type === wanted.type && field.optional === wanted.optional;
  return (schema.fields ?? []).some((field) => same(field) || contains(field, wanted));
}
