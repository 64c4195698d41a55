import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { adjustSchemaName } from "../adjust.ts";
import type { JavaPattern } from "../java-regex.ts";
import type { AdjustmentMode } from "../settings.ts";
import { finish, plain } from "../types/build.ts";
import { flag, integer, pattern, requiredText, text } from "./options.ts";
import { asField, checked, doubt, fail, fieldOf, isEnvelope, refuse, structOf } from "./stream-record.ts";
import type { Settings, StreamRecord, TransformClass } from "./stream-record.ts";

/** org.apache.kafka.connect.transforms.RegexRouter: the topic only; schema names stay. */
export const regexRouter: TransformClass = (settings) => {
  const regex = pattern("regex", requiredText(settings, "regex"));
  const replacement = requiredText(settings, "replacement");
  return (record) => {
    const topic = rerouted(record.topic, regex, replacement);
    return topic === null ? record : { ...record, topic };
  };
};

/** org.apache.kafka.connect.transforms.TimestampRouter. Debezium's records have no timestamp, so that it throws unless something sets one. */
export const timestampRouter: TransformClass = (settings) => {
  const format = text(settings, "topic.format", "${topic}-${timestamp}");
  return (record) => {
    if (!record.hasTimestamp) return fail("Timestamp missing on record: records of Debezium have none");
    if (format.includes("${timestamp}")) return doubt("names topics by time, so that they cannot be told");
    return { ...record, topic: format.replaceAll("${topic}", () => record.topic) };
  };
};

/** io.debezium.transforms.ByLogicalTableRouter and, from 3.7, ToLogicalTopicRouter: topic and the names of all three structs. */
export function logicalRouter(fallbackKeyField: string): TransformClass {
  return (settings) => {
    const regex = pattern("topic.regex", filled(settings, "topic.regex"));
    const replacement = filled(settings, "topic.replacement");
    const keyRegex = (settings["key.field.regex"] ?? "").trim();
    const keyReplacement = settings["key.field.replacement"] ?? "";
    if (keyRegex !== "" && keyReplacement.trim() === "") refuse("key.field.replacement must be non-empty if key.field.regex is set");
    const keyPattern = keyRegex === "" ? null : pattern("key.field.regex", keyRegex);
    const unique = flag(settings, "key.enforce.uniqueness", true);
    const keyField = settings["key.field.name"] ?? fallbackKeyField;
    const mode = adjustment(settings);
    integer(settings, "logical.table.cache.size");
    const named = (schema: ConnectSchema, name: string, fields: readonly ConnectField[]): ConnectSchema => ({
      ...schema,
      fields: checked(fields),
      name: adjustSchemaName(name, mode),
    });
    return (record) => {
      const topic = rerouted(record.topic, regex, replacement);
      if (topic === null || topic === "") return record;
      // The identifier is a value, but a replacement that does not fit its pattern throws.
      if (unique && keyPattern !== null && record.key.schema !== null) rerouted(record.topic, keyPattern, keyReplacement);
      const identifier = unique ? [asField(keyField, finish(plain("string"), false))] : [];
      const key = record.key.isNull || record.key.schema === null ? null : structOf(record.key.schema, "Updating schema");
      const newKey = key === null ? null : named(key, `${topic}.Key`, [...key.fields, ...identifier]);
      return { ...record, topic, key: { schema: newKey, isNull: newKey === null }, value: renamedValue(record, topic, named) };
    };
  };
}

type Named = (schema: ConnectSchema, name: string, fields: readonly ConnectField[]) => ConnectSchema;

function renamedValue(record: StreamRecord, topic: string, named: Named): StreamRecord["value"] {
  const { schema, isNull } = record.value;
  if (isNull || schema === null || !isEnvelope(record)) return record.value;
  const envelope = structOf(schema, "Updating schema");
  const before = fieldOf(envelope, "before") ?? fail('the envelope has no "before" (NullPointerException)');
  const row = named(before, `${topic}.Value`, before.fields ?? fail('"before" is no struct'));
  const fields = envelope.fields.map((one) => (one.field === "before" || one.field === "after" ? asField(one.field, row) : one));
  return { schema: named(envelope, `${topic}.Envelope`, fields), isNull: false };
}

function filled(settings: Settings, name: string): string {
  const given = settings[name] ?? "";
  return given.trim() === "" ? refuse(`${name} must be set`) : given;
}

function adjustment(settings: Settings): AdjustmentMode {
  const given = (settings["schema.name.adjustment.mode"] ?? "none").trim().toLowerCase();
  if (given === "none" || given === "avro" || given === "avro_unicode") return given;
  return refuse(`schema.name.adjustment.mode is "${given}"; it must be one of none, avro, avro_unicode`);
}

/** The new topic; null when the pattern does not match the whole of the old one. */
export function rerouted(topic: string, regex: JavaPattern, replacement: string): string | null {
  const outcome = regex.replace(topic, replacement);
  if (outcome === null) return null;
  return "error" in outcome ? fail(`the replacement "${replacement}" does not fit its pattern: ${outcome.error}`) : outcome.text;
}
