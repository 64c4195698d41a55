import type { ConnectSchema } from "../../model/connect-schema.ts";
import { field, finish, plain } from "../types/build.ts";
import { asField, checked, fail, fieldOf, isEnvelope, structOf, withSchema } from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

const TEXT = plain("string");

function block(name: string, ...fields: NonNullable<ConnectSchema["fields"]>): ConnectSchema {
  return finish({ type: "struct", name: `io.debezium.connector.source.${name}`, version: 1, fields }, false);
}

/** io.debezium.schema.SchemaFactory.sourceSchemaBlockSchema. */
const COLUMN = block(
  "schema.Column",
  field("name", TEXT, false),
  field("typeName", TEXT, false),
  field("length", plain("int32"), true),
  field("scale", plain("int32"), true),
  field("comment", TEXT, true),
);
const TABLE = block("schema.Table", asField("columns", { type: "array", items: COLUMN, optional: false }));
const SOURCE_SCHEMA = asField("sourceSchema", block("Schema", field("id", TEXT, false), asField("table", TABLE)));

/** io.debezium.transforms.ExtractSchemaToNewRecord: a description of the table behind the envelope's fields, made of the columns' parameters. */
export const extractSchema: TransformClass = () => (record) => {
  const { schema, isNull } = record.value;
  if (isNull || schema === null || !isEnvelope(record)) return record;
  const envelope = structOf(schema, "Detect Debezium Operation");
  for (const name of ["after", "before"]) if (fieldOf(envelope, name) === undefined) fail(`Unknown field: ${name}`);
  const source = structOf(fieldOf(envelope, "source") ?? fail("source is not a valid field name"), "source");
  if (fieldOf(source, "table") === undefined) fail("table is not a valid field name");
  for (const { field: column, parameters } of fieldOf(envelope, "after")?.fields ?? []) {
    for (const name of ["name", "type"])
      if (parameters?.[`__debezium.source.column.${name}`] === undefined)
        fail(`"${column}" has no source type: set column.propagate.source.type or datatype.propagate.source.type to ".*"`);
  }
  return withSchema(record, "value", { ...schema, fields: checked([...envelope.fields, SOURCE_SCHEMA]) });
};
