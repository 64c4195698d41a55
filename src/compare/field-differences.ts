import type { ConnectSchema, ConnectType } from "../model/connect-schema.ts";
import type { ChangeKind } from "../model/impact.ts";
import { equalJson } from "./avro/json-text.ts";

/** Kinds of change between two schemas of one field; `type-changed` covers every difference of meaning that comes with it. */
export function fieldDifferences(before: ConnectSchema, after: ConnectSchema): readonly ChangeKind[] {
  const kinds: ChangeKind[] = [];
  if (!sameShape(before, after)) kinds.push("type-changed");
  else if (meaningOf(before) !== meaningOf(after)) kinds.push("semantic-type-changed");
  else if (metadataOf(before) !== metadataOf(after)) kinds.push("parameters-changed");
  if (before.optional !== after.optional) kinds.push(after.optional ? "made-optional" : "made-required");
  // Optional fields have the default null in Avro, which made-required and made-optional tell already.
  if (!equalJson(before.default ?? null, after.default ?? null)) kinds.push("default-changed");
  return kinds;
}

/** Whether both come out as the same Avro type, properties that Avro does not know left aside. */
function sameShape(before: ConnectSchema | undefined, after: ConnectSchema | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (avroTypeOf(before.type) !== avroTypeOf(after.type)) return false;
  switch (before.type) {
    case "struct":
      // A struct's name is its record's.
      return before.name === after.name && sameFields(before, after);
    case "array":
      return sameItem(before.items, after.items);
    case "map":
      return sameItem(before.keys, after.keys) && sameItem(before.values, after.values);
    default:
      return true;
  }
}

function sameItem(before: ConnectSchema | undefined, after: ConnectSchema | undefined): boolean {
  return sameShape(before, after) && before?.optional === after?.optional;
}

function sameFields(before: ConnectSchema, after: ConnectSchema): boolean {
  const others = after.fields ?? [];
  const fields = before.fields ?? [];
  return (
    fields.length === others.length &&
    fields.every((field, index) => field.field === others[index]?.field && sameItem(field, others[index]))
  );
}

/** AvroData writes all integers up to 32 bits as int. */
function avroTypeOf(type: ConnectType): string {
  return type === "int8" || type === "int16" ? "int32" : type;
}

/** Name and scale, at every depth: how a reader has to understand the value. */
function meaningOf(schema: ConnectSchema): string {
  return JSON.stringify([
    schema.type === "struct" ? null : (schema.name ?? null),
    schema.parameters?.["scale"] ?? null,
    schema.items === undefined ? null : meaningOf(schema.items),
    schema.values === undefined ? null : meaningOf(schema.values),
    schema.fields?.map(meaningOf) ?? null,
  ]);
}

/** Everything else but default and optionality of the field itself. */
function metadataOf(schema: ConnectSchema): string {
  const parameters = Object.entries(schema.parameters ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    schema.type,
    schema.version ?? null,
    schema.doc ?? null,
    parameters,
    schema.items === undefined ? null : metadataOf(schema.items),
    schema.values === undefined ? null : metadataOf(schema.values),
    schema.fields?.map(metadataOf) ?? null,
  ]);
}
