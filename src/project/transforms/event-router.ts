import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { atLeast } from "../version.ts";
import type { DebeziumVersion } from "../version.ts";
import { flag, javaSplit, pattern } from "./options.ts";
import {
  doubt,
  fail,
  fieldOf,
  isEnvelope,
  refuse,
  remark,
  requireOperation,
  structOf,
  TransformProblem,
  withoutField,
} from "./stream-record.ts";
import type { Header, Settings, StreamRecord, TransformClass } from "./stream-record.ts";

interface Placement {
  readonly field: string;
  readonly place: string;
  readonly alias: string;
}

const PLACES: ReadonlySet<string> = new Set(["header", "envelope", "partition"]);
const TIMESTAMPS: ReadonlySet<string> = new Set(["Timestamp", "MicroTimestamp", "NanoTimestamp"].map((name) => `io.debezium.time.${name}`));

/**
 * io.debezium.transforms.outbox.EventRouter: of an outbox table only inserts pass. Key and value take the schemas of two columns, and the topic is named by
 * the values of a third.
 */
export const eventRouter: TransformClass = (settings, { version }) => {
  const options: Options = {
    id: settings["table.field.event.id"] ?? "id",
    key: settings["table.field.event.key"] ?? "aggregateid",
    payload: settings["table.field.event.payload"] ?? "payload",
    route: settings["route.by.field"] ?? "aggregatetype",
    timestamp: settings["table.field.event.timestamp"] ?? null,
    placements: readPlacements(settings),
    lenient: ignoresMissing(settings, version),
    expands: flag(settings, "table.expand.json.payload", false),
  };
  choice(settings, "table.op.invalid.behavior", ["warn", "error", "fatal"], "warn");
  choice(settings, "table.json.payload.null.behavior", ["ignore", "optional_bytes"], "ignore");
  flag(settings, "route.tombstone.on.empty.payload", false);
  const topic = topicTemplate(settings, options.route);
  return (record) => {
    if (record.value.isNull) return null;
    const envelope = record.value.schema;
    if (envelope === null || !isEnvelope(record)) return record;
    requireOperation(envelope);
    if (record.event === "delete") return null;
    try {
      return topicByValue(settings, options.route, { ...event(record, envelope, options), topic });
    } catch (error) {
      throw error instanceof TransformProblem && topic !== "" ? error.headedFor(topic) : error;
    }
  };
};

interface Options {
  /** Names of the columns. */
  readonly id: string;
  readonly key: string;
  readonly payload: string;
  readonly route: string;
  readonly timestamp: string | null;
  readonly placements: readonly Placement[];
  /** Placements of columns that are not there are passed over. */
  readonly lenient: boolean;
  readonly expands: boolean;
}

/** The event of one row of the outbox, at the old topic. */
function event(record: StreamRecord, envelope: ConnectSchema, options: Options): StreamRecord {
  const row = structOf(fieldOf(envelope, "after") ?? fail("Unknown field: after"), "Read Outbox Event");
  const column = (name: string): ConnectField =>
    fieldOf(row, name) ?? fail(`the table has no column "${name}" (${name} is not a valid field name)`);
  const payload = column(options.payload);
  if (options.timestamp !== null) checkTimestamp(column(options.timestamp));
  const id: Header = { name: "id", schema: withoutField(column(options.id)) };
  if (column(options.route).type !== "string") fail(`Field '${options.route}' is not of type STRING`);
  const placed = options.placements.filter(({ field }) => !(options.lenient && fieldOf(row, field) === undefined));
  const headers = placed
    .filter(({ place }) => place === "header")
    .map(({ field, alias }): Header => ({ name: alias, schema: withoutField(column(field)) }));
  checkPlaces(placed, column);
  if (options.placements.some(({ place }) => place === "envelope"))
    doubt(`names the record by the values of "${options.route}", as table.fields.additional.placement puts columns into an envelope`);
  if (options.expands && payload.type === "string")
    doubt("makes the schema of the payload from each record's JSON (table.expand.json.payload)");
  return {
    ...record,
    key: { schema: withoutField(column(options.key)), isNull: false },
    value: { schema: withoutField(payload), isNull: false },
    headers: [...record.headers, id, ...headers],
    hasTimestamp: true,
    hasPartition: placed.some(({ place }) => place === "partition"),
  };
}

function checkPlaces(placed: readonly Placement[], column: (name: string) => ConnectField): void {
  for (const { field, place } of placed) {
    if (!PLACES.has(place))
      fail(`table.fields.additional.placement has "${place}", which is none of ${[...PLACES].join(", ")} (NullPointerException)`);
    if (place === "partition" && column(field).type !== "int32") fail(`Field '${field}' is not of type INT32`);
  }
}

/** The setting has this name since Debezium 3.6. */
function ignoresMissing(settings: Settings, version: DebeziumVersion): boolean {
  if (atLeast(version, 3, 6)) return choice(settings, "table.field.additional.missing", ["error", "ignore"], "error") === "ignore";
  return !flag(settings, "table.fields.additional.error.on.missing", true);
}

function readPlacements(settings: Settings): readonly Placement[] {
  const given = settings["table.fields.additional.placement"];
  if (given === undefined) return [];
  return javaSplit(given, ",").map((entry) => {
    const [field, place, alias, ...rest] = javaSplit(entry, ":").map((part) => part.trim());
    if (field === undefined || place === undefined || rest.length > 0)
      return refuse(`table.fields.additional.placement has "${entry}", which is not of the form column:placement:alias`);
    return { field, place: place.toLowerCase(), alias: alias ?? field };
  });
}

function checkTimestamp(column: ConnectField): void {
  if (column.type !== "int64") fail(`Field '${column.field}' is not of type INT64`);
  if (!TIMESTAMPS.has(column.name ?? "")) fail(`Unsupported field type ${column.name ?? column.type} for event timestamp`);
}

function choice(settings: Settings, name: string, values: readonly string[], fallback: string): string {
  const given = (settings[name] ?? fallback).trim().toLowerCase();
  return values.includes(given) ? given : refuse(`${name} is "${given}"; it must be one of ${values.join(", ")}`);
}

/** Stands for the routed value while the topic is made. */
const VALUE = "\u0000";

/** The topic, `${column}` in the place of the value alone where the pattern may not take every value; empty where Java throws. */
function topicTemplate(settings: Settings, route: string): string {
  const regex = settings["route.topic.regex"] ?? "(?<routedByValue>.*)";
  const replacement = settings["route.topic.replacement"] ?? "outbox.event.${routedByValue}";
  const compiled = pattern("route.topic.regex", regex);
  const routed = /^(\((\?<\w+>)?\.[*+]\)|\.[*+])$/.test(regex) ? compiled.replace(VALUE, replacement) : null;
  if (routed !== null && "error" in routed) return "";
  return routed?.text.replaceAll(VALUE, `\${${route}}`) ?? `\${${route}}`;
}

function topicByValue(settings: Settings, route: string, record: StreamRecord): StreamRecord {
  if (record.topic === "")
    return fail(`route.topic.replacement "${settings["route.topic.replacement"] ?? ""}" does not fit route.topic.regex`);
  if (!record.topic.includes("${")) return record;
  return remark(
    record,
    "unknown",
    `takes the topic from the values of "${route}", so that topics and subjects cannot be told (here ${record.topic} stands for them)`,
  );
}
