import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { asField, done, partOf, rebuilt, unknown, withPart } from "./stream-record.ts";
import type { Apply } from "./stream-record.ts";

/** org.apache.kafka.connect.transforms.Flatten: `parent.child`, optional where any parent is. */
export const flatten: Apply = (record, transform, { part }) => {
  const schema = partOf(record, part);
  if (schema?.fields === undefined) return done(record);
  const delimiter = transform.settings["delimiter"] ?? ".";
  const fields = flat(schema, "", delimiter, schema.optional);
  return fields === null
    ? unknown(record, transform, "meets an array or a map, which some versions of Kafka refuse and others keep")
    : done(withPart(record, part, rebuilt(schema, fields)));
};

function flat(schema: ConnectSchema, prefix: string, delimiter: string, optional: boolean): readonly ConnectField[] | null {
  const fields: ConnectField[] = [];
  for (const field of schema.fields ?? []) {
    const name = prefix === "" ? field.field : `${prefix}${delimiter}${field.field}`;
    if (field.type === "array" || field.type === "map") return null;
    const isOptional = optional || field.optional;
    const below = field.type === "struct" ? flat(field, name, delimiter, isOptional) : [asField(name, { ...field, optional: isOptional })];
    if (below === null) return null;
    fields.push(...below);
  }
  return fields;
}
