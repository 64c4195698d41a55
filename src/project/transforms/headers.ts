import { finish, plain } from "../types/build.ts";
import { flag, nameList, oneOf, rawList, requiredText } from "./options.ts";
import { fail, fieldOf, rebuilt, refuse, requireStruct, withoutField, withSchema } from "./stream-record.ts";
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
