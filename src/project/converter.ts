import type { Converter } from "../model/connector.ts";

type Settings = Readonly<Record<string, string>>;
type Kind = Pick<Converter, "format" | "vendor">;

const PLAIN: Kind = { format: "plain", vendor: "other" };

const CLASSES: Readonly<Record<string, Kind>> = {
  "io.confluent.connect.avro.AvroConverter": { format: "avro", vendor: "confluent" },
  "io.apicurio.registry.utils.converter.AvroConverter": { format: "avro", vendor: "apicurio" },
  "org.apache.kafka.connect.json.JsonConverter": { format: "json", vendor: "other" },
  "io.confluent.connect.json.JsonSchemaConverter": { format: "json-schema", vendor: "confluent" },
  "io.apicurio.registry.utils.converter.ExtJsonConverter": { format: "json-schema", vendor: "apicurio" },
  "io.confluent.connect.protobuf.ProtobufConverter": { format: "protobuf", vendor: "confluent" },
  "org.apache.kafka.connect.storage.StringConverter": PLAIN,
  "org.apache.kafka.connect.converters.BooleanConverter": PLAIN,
  "org.apache.kafka.connect.converters.ByteArrayConverter": PLAIN,
  "org.apache.kafka.connect.converters.DoubleConverter": PLAIN,
  "org.apache.kafka.connect.converters.FloatConverter": PLAIN,
  "org.apache.kafka.connect.converters.IntegerConverter": PLAIN,
  "org.apache.kafka.connect.converters.LongConverter": PLAIN,
  "org.apache.kafka.connect.converters.ShortConverter": PLAIN,
  "io.debezium.converters.BinaryDataConverter": PLAIN,
  "io.debezium.converters.ByteArrayConverter": PLAIN,
};

/** Kafka Connect's short names (org.apache.kafka.connect.runtime.isolation.PluginUtils): the simple one, with and without "Converter". */
const ALIASES: ReadonlyMap<string, Kind> = new Map(
  Object.entries(CLASSES)
    // Of two classes of one name the first is meant.
    .toReversed()
    .flatMap(([name, kind]): [string, Kind][] => {
      const simple = name.slice(name.lastIndexOf(".") + 1);
      return [
        [simple, kind],
        [simple.replace(/Converter$/, ""), kind],
      ];
    }),
);

/**
 * The converter of keys or values: the connector's own, else the worker's (whose settings count only when its converter does). Without either, Confluent's
 * Avro is assumed and `class` stays null.
 */
export function readConverter(part: "key" | "value", settings: Settings, worker: Settings): Converter {
  const setting = `${part}.converter`;
  const source = settings[setting] === undefined && worker[setting] !== undefined ? worker : settings;
  const name = source[setting]?.trim() ?? null;
  const own = withoutPrefix(source, `${setting}.`);
  const known = name === null ? CLASSES["io.confluent.connect.avro.AvroConverter"] : (CLASSES[name] ?? ALIASES.get(name));
  const kind = known ?? { format: "unknown" as const, vendor: "other" as const };
  return { class: name, ...kind, settings: own, ...(kind.vendor === "apicurio" ? apicurioSubjects(own) : confluentSubjects(part, own)) };
}

/** The settings below a prefix, the prefix taken off. */
export function withoutPrefix(settings: Settings, prefix: string): Settings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [])),
  );
}

type Subjects = Pick<Converter, "subjectNameStrategy" | "subjectDoubt">;

const CONFLUENT: Readonly<Record<string, Converter["subjectNameStrategy"]>> = {
  TopicNameStrategy: "topic",
  RecordNameStrategy: "record",
  TopicRecordNameStrategy: "topic-record",
};

function confluentSubjects(part: "key" | "value", settings: Settings): Subjects {
  const context = settings["context.name.strategy"]?.trim() ?? "";
  if (context !== "" && !context.endsWith(".NullContextNameStrategy"))
    return unknown(`context.name.strategy is ${context}, which puts the subjects into a context of its own`);
  const setting = `${part}.subject.name.strategy`;
  const given = settings[setting]?.trim() ?? "";
  const strategy = given === "" ? "topic" : CONFLUENT[given.replace(/^io\.confluent\.kafka\.serializers\.subject\./, "")];
  return strategy === undefined ? unknown(`${setting} is ${given}, which is not known here`) : { subjectNameStrategy: strategy };
}

/** By the id of the artifact, which is the subject at the registry's Confluent API unless the artifact is in a group. */
const APICURIO: Readonly<Record<string, Converter["subjectNameStrategy"]>> = {
  "strategy.TopicIdStrategy": "topic",
  "strategy.SimpleTopicIdStrategy": "simple-topic",
  "avro.strategy.QualifiedRecordIdStrategy": "record",
};

function apicurioSubjects(settings: Settings): Subjects {
  const setting = "apicurio.registry.artifact-resolver-strategy";
  for (const name of ["group-id", "artifact-id"]) {
    const fixed = settings[`apicurio.registry.artifact.${name}`]?.trim() ?? "";
    if (fixed !== "") return unknown(`apicurio.registry.artifact.${name} is ${fixed}, which takes the place of the strategy's`);
  }
  const given = settings[setting]?.trim() ?? "";
  const name = given.replace(/^io\.apicurio\.registry\.serde\./, "");
  if (name === "avro.strategy.RecordIdStrategy" || name === "avro.strategy.TopicRecordIdStrategy")
    return unknown(`${setting} is ${given}, which keeps the schemas in a group named like their namespace, where a subject does not lead`);
  const strategy = given === "" ? "topic" : APICURIO[name];
  return strategy === undefined ? unknown(`${setting} is ${given}, which is not known here`) : { subjectNameStrategy: strategy };
}

function unknown(subjectDoubt: string): Subjects {
  return { subjectNameStrategy: "unknown", subjectDoubt };
}
