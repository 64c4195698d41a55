import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { Transform } from "../../model/connector.ts";
import { finish, plain, semantic } from "../types/build.ts";
import { asField, done, fails, list, partOf, rebuilt, withoutField, withPart } from "./stream-record.ts";
import type { Apply, StreamRecord, Transformed } from "./stream-record.ts";

type Settings = Transform["settings"];

/** Runs `change` on the struct of a part; no key: nothing to do; no struct: Kafka throws. */
function onStruct(change: (schema: ConnectSchema, fields: readonly ConnectField[], settings: Settings) => ConnectSchema | string): Apply {
  return (record, transform, { part }) => {
    const schema = partOf(record, part);
    if (schema === null) return done(record);
    if (schema.fields === undefined) return fails(record, transform, `the ${part} is no struct`);
    const changed = change(schema, schema.fields, transform.settings);
    return typeof changed === "string" ? fails(record, transform, changed) : done(withPart(record, part, changed));
  };
}

/** org.apache.kafka.connect.transforms.ReplaceField; exclude beats include. */
export const replaceField: Apply = onStruct((schema, fields, settings) => {
  const exclude = list(settings["exclude"] ?? settings["blacklist"]);
  const include = list(settings["include"] ?? settings["whitelist"]);
  const renames = new Map(
    list(settings["renames"]).map((pair): [string, string] => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]),
  );
  const kept = fields.filter(({ field }) => !exclude.includes(field) && (include.length === 0 || include.includes(field)));
  return rebuilt(
    schema,
    kept.map((field) => asField(renames.get(field.field) ?? field.field, field)),
  );
});

/** HeaderFrom with operation "move" takes the fields away. */
export const headerFrom: Apply = onStruct((schema, fields, settings) => {
  const moved = settings["operation"] === "move" ? list(settings["fields"]) : [];
  return moved.length === 0
    ? schema
    : rebuilt(
        schema,
        fields.filter(({ field }) => !moved.includes(field)),
      );
});

const TIMESTAMP = semantic("int64", "org.apache.kafka.connect.data.Timestamp");

/** InsertField: `!` behind the name makes the field required, `?` (and nothing) optional. */
export const insertField: Apply = onStruct((schema, fields, settings) => {
  const inserted = (setting: string, type: typeof TIMESTAMP): readonly ConnectField[] => {
    const spec = settings[setting];
    if (spec === undefined || spec === "") return [];
    return [asField(spec.replace(/[?!]$/, ""), finish(type, !spec.endsWith("!")))];
  };
  return rebuilt(schema, [
    ...fields,
    ...inserted("topic.field", plain("string")),
    ...inserted("partition.field", plain("int32")),
    ...inserted("offset.field", plain("int64")),
    ...inserted("timestamp.field", TIMESTAMP),
    ...inserted("static.field", plain("string")),
  ]);
});

/** SetSchemaMetadata: name and version. */
export const setSchemaMetadata: Apply = (record, { settings }, { part }) => {
  const schema = partOf(record, part);
  if (schema === null) return done(record);
  const name = settings["schema.name"];
  const version = settings["schema.version"];
  return done(
    withPart(record, part, {
      ...schema,
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version: Number(version) }),
    }),
  );
};

/** HoistField: wraps the whole in an unnamed struct. */
export const hoistField: Apply = (record, transform, { part }) => {
  const schema = partOf(record, part);
  const name = transform.settings["field"];
  if (name === undefined) return fails(record, transform, "field must be set");
  return schema === null
    ? done(record)
    : done(withPart(record, part, { type: "struct", fields: [asField(name, schema)], optional: false }));
};

/** ExtractField: the field's schema takes the struct's place. */
export const extractField: Apply = (record, transform, { part }) => {
  const schema = partOf(record, part);
  if (schema === null) return done(record);
  const name = transform.settings["field"] ?? "";
  const found = schema.fields?.find(({ field }) => field === name);
  return found === undefined ? missing(record, transform, name) : done(withPart(record, part, withoutField(found)));
};

/** ValueToKey: an unnamed struct of fields of the value. */
export const valueToKey: Apply = (record, transform) => {
  const names = list(transform.settings["fields"]);
  const fields = names.map((name) => record.value.fields?.find(({ field }) => field === name));
  const absent = names.find((_, at) => fields[at] === undefined);
  if (absent !== undefined) return missing(record, transform, absent);
  return done({ ...record, key: { type: "struct", fields: fields.filter((field) => field !== undefined), optional: false } });
};

function missing(record: StreamRecord, transform: Transform, name: string): Transformed {
  return fails(record, transform, `the record has no field "${name}"`);
}
