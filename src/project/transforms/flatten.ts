import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { text } from "./options.ts";
import { asField, basics, fail, rebuilt, structOf, withSchema } from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

/** org.apache.kafka.connect.transforms.Flatten: `parent.child`, optional where any parent is; arrays stay as they are, maps are refused. */
export const flatten: TransformClass = (settings, { part }) => {
  const delimiter = text(settings, "delimiter", ".");
  return (record) => {
    const { schema, isNull } = record[part];
    if (isNull || schema === null) return record;
    return withSchema(record, part, rebuilt(schema, flat(structOf(schema, "flattening"), "", delimiter, schema.optional)));
  };
};

function flat(schema: ConnectSchema, prefix: string, delimiter: string, optional: boolean): readonly ConnectField[] {
  return (schema.fields ?? []).flatMap((field) => {
    const name = prefix === "" ? field.field : `${prefix}${delimiter}${field.field}`;
    const isOptional = optional || field.optional;
    if (field.type === "map") return fail(`Flatten transformation does not support MAP for record with schemas (for field ${name})`);
    return field.type === "struct" ? flat(field, name, delimiter, isOptional) : [asField(name, scalar(field, isOptional))];
  });
}

function scalar({ type, items, default: value, ...rest }: ConnectField, optional: boolean): ConnectSchema {
  return {
    type,
    ...(items === undefined ? {} : { items }),
    optional,
    ...basics({ type, ...rest }),
    ...(value === undefined ? {} : { default: value }),
  };
}
