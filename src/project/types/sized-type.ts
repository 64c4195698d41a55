import type { TypeDefinition } from "../../model/catalog.ts";
import type { TypeIndex } from "../type-index.ts";

/** A root type with the column's length and scale. */
export interface SizedType {
  readonly type: TypeDefinition;
  readonly length: number;
  readonly scale: number | null;
  readonly types: TypeIndex;
}
