import type { ConnectField } from "../../model/connect-schema.ts";
import { finish, plain, semantic } from "../types/build.ts";
import type { TypeSchema } from "../types/build.ts";
import { flag, optionalText } from "./options.ts";
import { asField, EVERY_RECORD, fail, rebuilt, refuse, requireStruct, withSchema } from "./stream-record.ts";
import type { Settings, TransformClass } from "./stream-record.ts";

const TIMESTAMP = semantic("int64", "org.apache.kafka.connect.data.Timestamp");

interface Insertion {
  readonly what: "topic" | "partition" | "offset" | "timestamp" | "static";
  readonly type: TypeSchema;
}

/** In the order in which the fields are appended. */
const INSERTIONS: readonly Insertion[] = [
  { what: "topic", type: plain("string") },
  { what: "partition", type: plain("int32") },
  { what: "offset", type: plain("int64") },
  { what: "timestamp", type: TIMESTAMP },
  { what: "static", type: plain("string") },
];

/**
 * org.apache.kafka.connect.transforms.InsertField: `!` behind the name makes the field required, `?` (and nothing) optional. Records of Debezium have no
 * partition and no timestamp, so that a required field of these stays null and the converter refuses it.
 */
export const insertField: TransformClass = (settings, { part }) => {
  const wanted = INSERTIONS.flatMap(({ what, type }) => {
    const field = insertion(settings, `${what}.field`, type);
    return field === null ? [] : [{ what, field }];
  });
  if (wanted.length === 0) refuse("No field insertion configured");
  if (wanted.some(({ what }) => what === "static") && optionalText(settings, "static.value") === undefined)
    refuse("static.field is set, but static.value is not");
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    if (record[part].isNull) return record;
    const schema = requireStruct(record, part, "field insertion");
    const changed = rebuilt(schema, [...schema.fields, ...wanted.map(({ field }) => field)]);
    if (wanted.some(({ what }) => what === "offset"))
      fail("Only SinkRecord supported for [field insertion]: records of a source have no offset");
    const isSet = { partition: record.hasPartition, timestamp: record.hasTimestamp };
    const unset = wanted.filter(({ what, field }) => (what === "partition" || what === "timestamp") && !isSet[what] && !field.optional);
    const reason = "nothing sets the required field (Invalid value: null used for required field)";
    const broken = unset.map(({ field }) => ({ field, reason, on: EVERY_RECORD }));
    return { ...withSchema(record, part, changed), broken: [...record.broken, ...broken] };
  };
};

function insertion(settings: Settings, setting: string, type: TypeSchema): ConnectField | null {
  const spec = optionalText(settings, setting);
  return spec === undefined ? null : asField(spec.replace(/[?!]$/, ""), finish(type, !spec.endsWith("!")));
}
