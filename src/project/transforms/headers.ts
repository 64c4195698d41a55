import type { ConnectSchema } from "../../model/connect-schema.ts";
import { finish, plain } from "../types/build.ts";
import { flag, nameList, oneOf, rawList, requiredText } from "./options.ts";
import { sameValues } from "./same-values.ts";
import { asField, doubt, fail, fieldOf, rebuilt, refuse, requireStruct, structOf, withoutField, withSchema } from "./stream-record.ts";
import type { Header, TransformClass } from "./stream-record.ts";

const OPERATIONS = ["move", "copy"] as const;

/** org.apache.kafka.connect.transforms.HeaderFrom: operation "move" takes the fields away. */
export const headerFrom: TransformClass = (settings, { part }) => {
  const fields = filled(rawList(settings, "fields"), "fields");
  const headers = filled(rawList(settings, "headers"), "headers");
  if (fields.length !== headers.length) refuse("fields and headers must have the same number of entries");
  const operation = oneOf(settings, "operation", OPERATIONS, null);
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const schema = requireStruct(record, part, `header ${operation}`);
    const added = fields.map((name, at): Header => {
      const field = fieldOf(schema, name) ?? fail(`the ${part} has no field "${name}" (NullPointerException)`);
      return { name: headers[at] ?? "", schema: withoutField(field) };
    });
    const changed =
      operation === "copy"
        ? schema
        : rebuilt(
            schema,
            schema.fields.filter(({ field }) => !fields.includes(field)),
          );
    return { ...withSchema(record, part, changed), headers: [...record.headers, ...added] };
  };
};

function filled(list: readonly string[], name: string): readonly string[] {
  return list.length === 0 ? refuse(`${name} must be set and not be empty`) : list;
}

/** org.apache.kafka.connect.transforms.InsertHeader. The schema follows from the literal (org.apache.kafka.connect.data.Values.parseString). */
export const insertHeader: TransformClass = (settings) => {
  const name = requiredText(settings, "header");
  const literal = requiredText(settings, "value.literal");
  // Anything that is not plainly a word may be read as a number, a date, a list or a map.
  const schema =
    /^[A-Za-z_][\w-]*$/.test(literal) && !/^(true|false|null|nan|infinity)$/i.test(literal) ? finish(plain("string"), false) : null;
  return (record) => ({ ...record, headers: [...record.headers, { name, schema }] });
};

/** org.apache.kafka.connect.transforms.DropHeaders. */
export const dropHeaders: TransformClass = (settings) => {
  const names = nameList(settings, "headers", { mayBeEmpty: false });
  return (record) => ({ ...record, headers: record.headers.filter(({ name }) => !names.includes(name)) });
};

/**
 * io.debezium.transforms.HeaderToValue: one field for each header that the record has, in the order of the headers. Which headers there are is known where
 * earlier transforms made them.
 */
export const headerToValue: TransformClass = (settings) => {
  const fields = debeziumList(settings["fields"], "fields");
  const headers = debeziumList(settings["headers"], "headers");
  if (fields.length !== headers.length) refuse("fields and headers must have the same number of entries");
  const operation = (settings["operation"] ?? refuse("operation must be set")).trim().toLowerCase();
  if (operation !== "move" && operation !== "copy") refuse(`operation is "${operation}"; it must be one of move, copy`);
  return (record) => {
    if (record.value.isNull) return record;
    const schema = structOf(
      record.value.schema ?? fail("Only Struct objects supported for [Header field insertion]"),
      "Header field insertion",
    );
    const found = record.headers.filter(({ name }) => headers.includes(name));
    const foreign = headers.find((name) => !record.headers.some((header) => header.name === name) && name.startsWith("__debezium."));
    if (foreign !== undefined) doubt(`puts the header ${foreign} into the value, which not every record has`);
    if (found.length === 0) return record;
    const entries = found.map((header) => entryOf(header, fields[headers.indexOf(header.name)] ?? ""));
    const added = entries.filter(
      ({ field }, at) => fieldOf(schema, field) === undefined && entries.findIndex((one) => one.field === field) === at,
    );
    for (const entry of entries) {
      const there = fieldOf(schema, entry.field) ?? entry;
      if (!sameValues(there, entry)) fail(`"${entry.field}" is there already, with another type than the header's`);
    }
    const kept = operation === "move" ? record.headers.filter(({ name }) => !headers.includes(name)) : record.headers;
    return { ...withSchema(record, "value", rebuilt(schema, [...schema.fields, ...added])), headers: kept };
  };
};

function entryOf({ name, schema }: Header, field: string): ConnectSchema & { readonly field: string } {
  if (field.includes(".")) return doubt(`puts the header ${name} into a nested field (${field})`);
  return asField(field, schema ?? doubt(`puts the header ${name} into the value, whose type cannot be told`));
}

/** io.debezium.config.Configuration.getList, with Field.notContainSpaceInAnyElement and notContainEmptyElements. */
function debeziumList(given: string | undefined, name: string): readonly string[] {
  if (given === undefined || given.trim() === "") return refuse(`${name} must be set`);
  const list = given.split(",").map((one) => one.trim());
  if (list.some((one) => one === "" || /\s/.test(one))) refuse(`${name} has an entry that is empty or has a space in it`);
  return list;
}
