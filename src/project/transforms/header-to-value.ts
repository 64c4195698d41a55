import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { atLeast } from "../version.ts";
import { newField, withNewFields } from "./new-fields.ts";
import type { NewField } from "./new-fields.ts";
import { sameValues } from "./same-values.ts";
import { doubt, fail, fieldOf, isEnvelope, refuse, structOf, withSchema } from "./stream-record.ts";
import type { BrokenField, Header, StreamRecord, TransformClass } from "./stream-record.ts";

/**
 * io.debezium.transforms.HeaderToValue: one field for each header that the record has, in the order of the headers. Which headers there are is known where
 * earlier transforms made them.
 */
export const headerToValue: TransformClass = (settings, { version }) => {
  const fields = list(settings["fields"], "fields");
  const headers = list(settings["headers"], "headers");
  if (fields.length !== headers.length) refuse("fields and headers must have the same number of entries");
  const operation = (settings["operation"] ?? refuse("operation must be set")).trim().toLowerCase();
  if (operation !== "move" && operation !== "copy") refuse(`operation is "${operation}"; it must be one of move, copy`);
  return (record) => {
    if (record.value.isNull) return record;
    const schema = structOf(
      record.value.schema ?? fail("Only Struct objects supported for [Header field insertion]"),
      "Header field insertion",
    );
    const foreign = headers.find((name) => !record.headers.some((header) => header.name === name) && name.startsWith("__debezium."));
    if (foreign !== undefined) doubt(`puts the header ${foreign} into the value, which not every record has`);
    const found = record.headers.filter(({ name }) => headers.includes(name));
    if (found.length === 0) return record;
    const entries = found.map((header) => entryOf(header, fields[headers.indexOf(header.name)] ?? ""));
    const nested = entries.find(({ path }) => path.length > 1);
    if (nested !== undefined && !atLeast(version, 3, 6))
      doubt(`puts a header into the nested field ${nested.path.join(".")}, which works otherwise before Debezium 3.6`);
    for (const { path, schema: added } of entries) checkPresent(schema, path, added);
    const changed = withNewFields(schema, entries);
    const kept = operation === "move" ? record.headers.filter(({ name }) => !headers.includes(name)) : record.headers;
    return { ...withSchema(record, "value", changed), headers: kept, broken: [...record.broken, ...lostRows(record, entries, changed)] };
  };
};

function entryOf({ name, schema }: Header, field: string): NewField {
  return newField(field, schema ?? doubt(`puts the header ${name} into the value, whose type cannot be told`));
}

/** A field that is there keeps its type, and is given the header's value. */
function checkPresent(schema: ConnectSchema, path: readonly string[], added: ConnectSchema): void {
  let there: ConnectField | undefined;
  let current: ConnectSchema | undefined = schema;
  for (const step of path) {
    there = fieldOf(current, step);
    current = there;
  }
  if (there !== undefined && !sameValues(there, added)) fail(`"${path.join(".")}" is there already, with another type than the header's`);
}

/** A row's struct that gets a field is no longer optional, but null all the same. */
function lostRows({ event, value }: StreamRecord, entries: readonly NewField[], changed: ConnectSchema): readonly BrokenField[] {
  if (value.schema === null || !isEnvelope({ value })) return [];
  const nulls = event === "delete" ? ["after", "transaction"] : ["before", "transaction"];
  return nulls.flatMap((name) => {
    const field = fieldOf(changed, name);
    if (field === undefined || field.optional || !entries.some(({ path }) => path.length > 1 && path[0] === name)) return [];
    const on = name === "transaction" ? "every record without a transaction" : event === "delete" ? "every delete" : "every insert";
    return [{ field, reason: "it is null, and no longer optional", on }];
  });
}

/** io.debezium.config.Configuration.getList, with Field.notContainSpaceInAnyElement and notContainEmptyElements. */
function list(given: string | undefined, name: string): readonly string[] {
  if (given === undefined || given.trim() === "") return refuse(`${name} must be set`);
  const parts = given.split(",").map((one) => one.trim());
  if (parts.some((one) => one === "" || /\s/.test(one))) refuse(`${name} has an entry that is empty or has a space in it`);
  return parts;
}
