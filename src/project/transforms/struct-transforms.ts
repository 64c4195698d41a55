import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { fieldPath } from "./field-path.ts";
import { flag, integer, nameList, optionalText, requiredText } from "./options.ts";
import {
  asField,
  checked,
  doubt,
  fail,
  fieldOf,
  isEnvelope,
  refuse,
  requireStruct,
  structOf,
  withoutField,
  withPart,
  withSchema,
} from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

/** org.apache.kafka.connect.transforms.SetSchemaMetadata: name and version. */
export const setSchemaMetadata: TransformClass = (settings, { part }) => {
  const name = optionalText(settings, "schema.name");
  const version = integer(settings, "schema.version");
  if (name === undefined && version === undefined) refuse("Neither schema name nor version configured");
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const { schema, isNull } = record[part];
    if (schema === null) return isNull ? record : fail("Schema required for [updating schema metadata]");
    if (schema.fields === undefined) return fail("Cannot list fields on non-struct type");
    return withSchema(record, part, { ...schema, ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) });
  };
};

/** org.apache.kafka.connect.transforms.HoistField: wraps the whole in an unnamed struct. */
export const hoistField: TransformClass = (settings, { part }) => {
  const name = requiredText(settings, "field");
  return (record) => {
    const { schema, isNull } = record[part];
    if (schema === null) return doubt(`makes a map without schema where there is no ${part}`);
    if (isNull && !schema.optional) return fail(`Invalid value: null used for required field: "${name}"`);
    return withPart(record, part, { schema: { type: "struct", fields: checked([asField(name, schema)]), optional: false }, isNull: false });
  };
};

/** org.apache.kafka.connect.transforms.ExtractField: the field's schema takes the struct's place. */
export const extractField: TransformClass = (settings, { part }) => {
  const path = fieldPath(settings, requiredText(settings, "field"));
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const { schema, isNull } = record[part];
    if (schema === null) return record;
    const found = descend(schema, path) ?? fail(`Unknown field: ${path.join(".")}`);
    // Of a delete's envelope `after` is null; so is a field below it.
    const gone = isNull || (record.event === "delete" && part === "value" && isEnvelope(record) && path[0] === "after");
    return withPart(record, part, { schema: withoutField(found), isNull: gone });
  };
};

function descend(schema: ConnectSchema, path: readonly string[]): ConnectField | undefined {
  let current: ConnectSchema | undefined = schema;
  let found: ConnectField | undefined;
  for (const step of path) {
    if (current === undefined) break;
    found = fieldOf(structOf(current, "field extraction"), step);
    current = found;
  }
  return found;
}

/** org.apache.kafka.connect.transforms.ValueToKey: an unnamed struct of fields of the value. */
export const valueToKey: TransformClass = (settings) => {
  const names = nameList(settings, "fields", { mayBeEmpty: false });
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const schema = requireStruct(record, "value", "copying fields from value to key");
    const fields = names.map((name) => fieldOf(schema, name) ?? fail(`Field does not exist: ${name}`));
    return withPart(record, "key", { schema: { type: "struct", fields: checked(fields), optional: false }, isNull: false });
  };
};
