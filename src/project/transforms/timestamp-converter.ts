import type { ConnectSchema } from "../../model/connect-schema.ts";
import { finish, plain, semantic } from "../types/build.ts";
import type { TypeSchema } from "../types/build.ts";
import { asField, done, fails, partOf, rebuilt, withPart } from "./stream-record.ts";
import type { Apply } from "./stream-record.ts";

const TARGETS: Readonly<Record<string, TypeSchema>> = {
  Date: semantic("int32", "org.apache.kafka.connect.data.Date"),
  Time: semantic("int32", "org.apache.kafka.connect.data.Time"),
  Timestamp: semantic("int64", "org.apache.kafka.connect.data.Timestamp"),
  unix: plain("int64"),
  string: plain("string"),
};

/** org.apache.kafka.connect.transforms.TimestampConverter on one field or the whole: optional stays, a default goes. */
export const timestampConverter: Apply = (record, transform, { part }) => {
  const schema = partOf(record, part);
  const target = TARGETS[transform.settings["target.type"] ?? ""];
  if (target === undefined) return fails(record, transform, "target.type is none of Date, Time, Timestamp, unix, string");
  if (schema === null) return done(record);
  const name = transform.settings["field"] ?? "";
  const convert = (one: ConnectSchema): ConnectSchema => finish(target, one.optional);
  if (name === "") return done(withPart(record, part, convert(schema)));
  if (schema.fields === undefined) return fails(record, transform, `the ${part} is no struct`);
  const fields = schema.fields.map((field) => (field.field === name ? asField(name, convert(field)) : field));
  return done(withPart(record, part, rebuilt(schema, fields)));
};
