import type { Catalog } from "./catalog.ts";

/** A table as it was before an applied migration changed it, as the texts of the migrations tell. */
export interface PastState {
  /** Path of that migration. */
  readonly path: string;
  /** oid that the table has in the baseline, and in `catalog`. */
  readonly relation: number;
  /** With that one relation. */
  readonly catalog: Catalog;
}
