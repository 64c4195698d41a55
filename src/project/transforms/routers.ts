import type { ConnectSchema } from "../../model/connect-schema.ts";
import type { Transform } from "../../model/connector.ts";
import { adjustSchemaName } from "../adjust.ts";
import { compileJavaPattern } from "../java-regex.ts";
import type { AdjustmentMode } from "../settings.ts";
import { finish, plain } from "../types/build.ts";
import { asField, done, fails, unknown } from "./stream-record.ts";
import type { Apply, StreamRecord, Transformed } from "./stream-record.ts";

/** org.apache.kafka.connect.transforms.RegexRouter: the topic only; schema names stay. */
export const regexRouter: Apply = (record, transform) => {
  const topic = routed(record, transform, "regex", "replacement");
  return typeof topic === "string" ? done({ ...record, topic }) : (topic ?? done(record));
};

/** io.debezium.transforms.ByLogicalTableRouter and, from 3.7, ToLogicalTopicRouter: topic and the names of all three structs. */
export const logicalRouter: Apply = (record, transform) => {
  const topic = routed(record, transform, "topic.regex", "topic.replacement");
  if (typeof topic !== "string") return topic ?? done(record);
  if (topic === "") return done(record);
  const { settings } = transform;
  const mode = adjustment(settings["schema.name.adjustment.mode"]);
  const rename = (schema: ConnectSchema, suffix: string): ConnectSchema => ({
    ...schema,
    name: adjustSchemaName(`${topic}.${suffix}`, mode),
  });
  const unique = (settings["key.enforce.uniqueness"] ?? "true").trim().toLowerCase() === "true";
  const fallback = transform.class.endsWith("ToLogicalTopicRouter") ? "__dbz__sourceIdentifier" : "__dbz__physicalTableIdentifier";
  const identifier = asField(settings["key.field.name"] ?? fallback, finish(plain("string"), false));
  const key =
    record.key === null ? null : rename({ ...record.key, fields: [...(record.key.fields ?? []), ...(unique ? [identifier] : [])] }, "Key");
  return done({ topic, key, value: renamedValue(record.value, rename) });
};

function renamedValue(value: ConnectSchema, rename: (schema: ConnectSchema, suffix: string) => ConnectSchema): ConnectSchema {
  if (value.name?.endsWith(".Envelope") !== true) return value;
  const fields = value.fields?.map((field) =>
    field.field === "before" || field.field === "after" ? asField(field.field, rename(field, "Value")) : field,
  );
  return rename({ ...value, ...(fields === undefined ? {} : { fields }) }, "Envelope");
}

function adjustment(text: string | undefined): AdjustmentMode {
  return text === "avro" || text === "avro_unicode" ? text : "none";
}

/** The new topic, or null when the pattern does not match the whole topic. */
function routed(record: StreamRecord, transform: Transform, regexSetting: string, replacementSetting: string): string | null | Transformed {
  const regex = transform.settings[regexSetting];
  const replacement = transform.settings[replacementSetting];
  if (regex === undefined || replacement === undefined)
    return fails(record, transform, `${regexSetting} and ${replacementSetting} must be set`);
  const pattern = compileJavaPattern(regex, false);
  if (pattern === null) return unknown(record, transform, `has a pattern that cannot be read here: ${regex}`);
  const outcome = pattern.replace(record.topic, replacement);
  if (outcome === null) return null;
  return "error" in outcome ? fails(record, transform, `${replacementSetting} is "${replacement}": ${outcome.error}`) : outcome.text;
}
