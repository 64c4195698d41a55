import type { JsonValue } from "../../model/json.ts";
import type { SchemaReference, SubjectVersion } from "../../model/subject.ts";
import { asObject } from "./answer.ts";

/** A version as `GET /subjects/{s}/versions/{v}` and `GET /schemas` give it; null for anything else. */
export function versionOf(value: JsonValue): SubjectVersion | null {
  const { version, id, schema, schemaType, references } = asObject(value);
  if (typeof version !== "number" || typeof schema !== "string") return null;
  const format = schemaType === "JSON" || schemaType === "PROTOBUF" ? schemaType : "AVRO";
  return { version, id: typeof id === "number" ? id : null, schema, schemaType: format, references: toReferences(references) };
}

function toReferences(value: JsonValue | undefined): readonly SchemaReference[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue): readonly SchemaReference[] => {
    const { name, subject, version } = asObject(item);
    return typeof name === "string" && typeof subject === "string" && typeof version === "number" ? [{ name, subject, version }] : [];
  });
}
