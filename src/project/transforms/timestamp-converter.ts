import type { ConnectSchema } from "../../model/connect-schema.ts";
import { finish, plain, semantic } from "../types/build.ts";
import type { TypeSchema } from "../types/build.ts";
import { flag, oneOf, text } from "./options.ts";
import { asField, basics, checked, fail, refuse, structOf, withSchema } from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

const LOGICAL = /^org\.apache\.kafka\.connect\.data\.(Date|Time|Timestamp)$/;
const TARGETS = {
  string: plain("string"),
  unix: plain("int64"),
  Date: semantic("int32", "org.apache.kafka.connect.data.Date"),
  Time: semantic("int32", "org.apache.kafka.connect.data.Time"),
  Timestamp: semantic("int64", "org.apache.kafka.connect.data.Timestamp"),
} as const satisfies Readonly<Record<string, TypeSchema>>;
const PRECISIONS = ["nanoseconds", "microseconds", "milliseconds", "seconds"] as const;

/** org.apache.kafka.connect.transforms.TimestampConverter on one field or the whole: optional stays, a field's default goes. */
export const timestampConverter: TransformClass = (settings, { part }) => {
  const name = text(settings, "field", "");
  const target = oneOf(settings, "target.type", ["string", "unix", "Date", "Time", "Timestamp"], null);
  const format = text(settings, "format", "");
  oneOf(settings, "unix.precision", PRECISIONS, "milliseconds");
  flag(settings, "replace.null.with.default", true);
  if (target === "string" && format === "") refuse("target.type is string, but format is not set");
  if (!isDateFormat(format)) refuse(`format is "${format}", which is no pattern of java.text.SimpleDateFormat`);
  const convert = (schema: ConnectSchema, isNull: boolean): ConnectSchema => {
    const isText = schema.type === "string" && !LOGICAL.test(schema.name ?? "");
    if (!LOGICAL.test(schema.name ?? "") && !isText && schema.type !== "int64")
      fail(`a ${schema.type}${schema.name === undefined ? "" : ` (${schema.name})`} does not correspond to a known timestamp type format`);
    if (isText && format === "" && !isNull) fail("format is not set, which a text needs to be read as a timestamp");
    return finish(TARGETS[target], schema.optional);
  };
  return (record) => {
    const { schema, isNull } = record[part];
    if (schema === null) return record;
    if (name === "") return withSchema(record, part, convert(schema, isNull));
    const { fields } = structOf(schema, "converting timestamp formats");
    // Of a null struct no field is converted.
    const changed = fields.map((field) => {
      if (field.field !== name) return field;
      return asField(name, isNull ? finish(TARGETS[target], field.optional) : convert(field, false));
    });
    return withSchema(record, part, { ...basics(schema), type: "struct", fields: checked(changed), optional: schema.optional });
  };
};

/** Letters outside quotes must be those of java.text.SimpleDateFormat. */
function isDateFormat(format: string): boolean {
  const outside = format.replace(/'[^']*'/g, "");
  return !outside.includes("'") && !/[A-Za-z]/.test(outside.replace(/[GyYMLwWDdFEuaHkKhmsSzZX]/g, "")) && !/X{4,}/.test(outside);
}
