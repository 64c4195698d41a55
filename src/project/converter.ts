import type { Converter } from "../model/connector.ts";

type Settings = Readonly<Record<string, string>>;

const CLASSES: Readonly<Record<string, Pick<Converter, "format" | "vendor">>> = {
  "io.confluent.connect.avro.AvroConverter": { format: "avro", vendor: "confluent" },
  "io.apicurio.registry.utils.converter.AvroConverter": { format: "avro", vendor: "apicurio" },
  "org.apache.kafka.connect.json.JsonConverter": { format: "json", vendor: "other" },
  "io.confluent.connect.json.JsonSchemaConverter": { format: "json-schema", vendor: "confluent" },
  "io.confluent.connect.protobuf.ProtobufConverter": { format: "protobuf", vendor: "confluent" },
};

/**
 * The converter of keys or values: the connector's own, else the worker's (whose settings count only when its converter does). Without either, Confluent's
 * Avro is assumed and `class` stays null.
 */
export function readConverter(part: "key" | "value", settings: Settings, worker: Settings): Converter {
  const setting = `${part}.converter`;
  const source = settings[setting] === undefined && worker[setting] !== undefined ? worker : settings;
  const name = source[setting]?.trim() ?? null;
  const own = withoutPrefix(source, `${setting}.`);
  const known = name === null ? CLASSES["io.confluent.connect.avro.AvroConverter"] : CLASSES[name];
  const kind = known ?? { format: "unknown" as const, vendor: "other" as const };
  return { class: name, ...kind, settings: own, subjectNameStrategy: strategy(part, own, kind.vendor) };
}

/** The settings below a prefix, the prefix taken off. */
export function withoutPrefix(settings: Settings, prefix: string): Settings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [])),
  );
}

const STRATEGIES: Readonly<Record<string, Converter["subjectNameStrategy"]>> = {
  TopicNameStrategy: "topic",
  RecordNameStrategy: "record",
  TopicRecordNameStrategy: "topic-record",
  TopicIdStrategy: "topic",
  RecordIdStrategy: "record",
  TopicRecordIdStrategy: "topic-record",
};

function strategy(part: "key" | "value", settings: Settings, vendor: Converter["vendor"]): Converter["subjectNameStrategy"] {
  const setting = vendor === "apicurio" ? "apicurio.registry.artifact-resolver-strategy" : `${part}.subject.name.strategy`;
  const given = settings[setting]?.trim();
  if (given === undefined || given === "") return "topic";
  return STRATEGIES[given.slice(given.lastIndexOf(".") + 1)] ?? "unknown";
}
