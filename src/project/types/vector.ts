import { field, finish, plain, semantic } from "./build.ts";
import type { TypeSchema } from "./build.ts";

/** pgvector's vector. */
export const DOUBLE_VECTOR: TypeSchema = { ...semantic("array", "io.debezium.data.DoubleVector"), items: finish(plain("double"), false) };
/** pgvector's halfvec. */
export const FLOAT_VECTOR: TypeSchema = { ...semantic("array", "io.debezium.data.FloatVector"), items: finish(plain("float"), false) };
/** pgvector's sparsevec. */
export const SPARSE_VECTOR: TypeSchema = {
  ...semantic("struct", "io.debezium.data.SparseDoubleVector"),
  doc: "Sparse double vector",
  fields: [
    field("dimensions", plain("int16"), false),
    field("vector", { type: "map", keys: finish(plain("int16"), false), values: finish(plain("double"), false) }, false),
  ],
};
