/** One way in which two descriptions of the same database differ: the live catalog, the replayed migrations, a dump. */
export interface StateDifference {
  /** `schema.name` of the table or type, name of the publication. */
  readonly object: string;
  readonly kind: "table" | "type" | "publication";
  /** In words: `column "note" is missing`; "missing" and "there" are said of the second description. */
  readonly details: readonly string[];
}

/** Two descriptions of the state before the pending migrations, by how the user gave them, and how they differ. */
export interface StateComparison {
  /** What the verdict stands on: "the migrations so far", "the database postgres://…". */
  readonly first: string;
  readonly second: string;
  readonly differences: readonly StateDifference[];
}
