import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { finish, semantic } from "../types/build.ts";
import { asField, basics, requireStruct, withSchema } from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

const VECTORS: ReadonlySet<string> = new Set(
  ["DoubleVector", "FloatVector", "SparseDoubleVector"].map((name) => `io.debezium.data.${name}`),
);

/** io.debezium.transforms.VectorToJsonConverter: every vector of the value, at any depth of structs, becomes JSON. A struct's default goes. */
export const vectorToJson: TransformClass = () => (record) =>
  record.value.isNull ? record : withSchema(record, "value", converted(requireStruct(record, "value", "Value should be a struct")));

function converted(struct: ConnectSchema): ConnectSchema {
  const fields = (struct.fields ?? []).map((field): ConnectField => {
    if (VECTORS.has(field.name ?? "")) return asField(field.field, finish(semantic("string", "io.debezium.data.Json"), field.optional));
    return field.type === "struct" ? asField(field.field, converted(field)) : field;
  });
  return { ...basics(struct), type: "struct", fields, optional: struct.optional };
}
