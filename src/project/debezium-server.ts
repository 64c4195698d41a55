import type { Settings } from "./connector-source.ts";

type Texts = Readonly<Record<string, string | null | undefined>>;

const SOURCE = "debezium.source.";
const FORMAT = "debezium.format.";

/** Whether the properties are those of Debezium Server. */
export function isServer({ settings }: Settings): boolean {
  return Object.keys(settings).some((key) => withoutProfile(key)?.startsWith(SOURCE) === true);
}

/**
 * The connector in Debezium Server's application.properties (io.debezium.server.DebeziumServer): `debezium.source.` before its settings, `debezium.transforms` and
 * `debezium.predicates`, and the converters by a word. Of Quarkus' profiles `%prod` counts, over what has none.
 */
export function fromServer(properties: Settings): Settings & { readonly converters: Readonly<Record<string, string>> } {
  const settings: Record<string, string> = {};
  const places: Record<string, Settings["places"][string]> = {};
  const formats: Record<string, string> = {};
  const keys = Object.keys(properties.settings);
  for (const key of [...keys.filter((one) => !one.startsWith("%")), ...keys.filter((one) => one.startsWith("%"))]) {
    const name = withoutProfile(key);
    const value = properties.settings[key] ?? "";
    const place = properties.places[key];
    const setting = name === null ? null : settingOf(name);
    if (name?.startsWith(FORMAT) === true) formats[name.slice(FORMAT.length)] = value;
    if (setting === null) continue;
    settings[setting] = value;
    if (place !== undefined) places[setting] = place;
  }
  return { settings, places, converters: serverConverters(formats) };
}

/** Null for a setting of a profile that is not in force in production. */
function withoutProfile(key: string): string | null {
  const match = /^%([^.]+)\.(.+)$/.exec(key);
  if (match === null) return key;
  return (match[1] ?? "").split(",").includes("prod") ? (match[2] ?? null) : null;
}

function settingOf(name: string): string | null {
  if (name.startsWith(SOURCE)) return name.slice(SOURCE.length);
  return /^debezium\.(?:transforms|predicates)(?:\.|$)/.test(name) ? name.slice("debezium.".length) : null;
}

/**
 * Converter settings from those below `debezium.format.`: what is set for the key or the value, over what is set for both. Apicurio's classes serve where its
 * registry is named (io.debezium.embedded.ConverterBuilder).
 */
export function serverConverters(formats: Texts): Readonly<Record<string, string>> {
  const converters: Record<string, string> = {};
  for (const part of ["key", "value"]) {
    const shared = Object.entries(formats).filter(([name]) => !/^(?:key|value|header)(?:\.|$)/.test(name));
    const own = Object.entries(formats).flatMap(([name, value]) =>
      name.startsWith(`${part}.`) ? [[name.slice(part.length + 1), value] as const] : [],
    );
    const settings = new Map([...shared, ...own]);
    for (const [name, value] of settings) if (typeof value === "string") converters[`${part}.converter.${name}`] = value;
    converters[`${part}.converter`] = settings.get("class") ?? classOf(formats[part] ?? "json", settings.has("apicurio.registry.url"));
  }
  return converters;
}

const FORMATS: Readonly<Record<string, string>> = {
  avro: "io.confluent.connect.avro.AvroConverter",
  json: "org.apache.kafka.connect.json.JsonConverter",
  jsonbytearray: "org.apache.kafka.connect.json.JsonConverter",
  protobuf: "io.confluent.connect.protobuf.ProtobufConverter",
  cloudevents: "io.debezium.converters.CloudEventsConverter",
};

function classOf(format: string, isApicurio: boolean): string {
  if (isApicurio && format === "avro") return "io.apicurio.registry.utils.converter.AvroConverter";
  if (isApicurio && format.startsWith("json")) return "io.apicurio.registry.utils.converter.ExtJsonConverter";
  return FORMATS[format] ?? format;
}
