/** One way in which two descriptions of the same database differ: the live catalog, the replayed migrations, a dump. */
export interface StateDifference {
  /** `schema.name` of the table or type, name of the publication. */
  readonly object: string;
  readonly kind: "table" | "type" | "publication";
  /** Which of the two descriptions has it. */
  readonly presence: "first" | "second" | "both";
  /** Where both have it, in words said of the second description: `column "note" is missing`. */
  readonly details: readonly string[];
}

/** Two descriptions of the state before the pending migrations, by how the user gave them, and how they differ. */
export interface StateComparison {
  /** What the verdict stands on: "the migrations so far", "the database postgres://…". */
  readonly first: string;
  readonly second: string;
  readonly differences: readonly StateDifference[];
}
