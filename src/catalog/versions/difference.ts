import type { ServerError, Step } from "../../model/step.ts";
import type { Meets } from "./meets.ts";

/** How a major version differs from those before it in what a statement does to the catalog. */
export type VersionDifference = {
  readonly id: string;
  /** The first major version that does as those after it. */
  readonly since: number;
  /** Why, as the rest of a sentence that names both versions. */
  readonly what: string;
} & (
  | { readonly kind: "refused-before"; readonly meets: Meets }
  /** The newer server refuses what the older took. */
  | { readonly kind: "refused-since"; readonly refusal: (error: Pick<ServerError, "code" | "message">, step: Step | null) => boolean }
  /** Both take it, and the tables differ afterwards. */
  | { readonly kind: "different"; readonly meets: Meets; readonly seen: boolean }
);
