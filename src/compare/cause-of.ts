import type { Cause, ChangeKind } from "../model/impact.ts";
import type { CatalogChange } from "../model/step.ts";

type CatalogChangeKind = CatalogChange["kind"];

/** Catalog changes that can bring about a change of the stream, the likeliest first. */
const kindsBehind: Readonly<Record<ChangeKind, readonly CatalogChangeKind[]>> = {
  "field-added": [
    "column-added",
    "column-recreated",
    "column-generation-changed",
    "column-renamed",
    "relation-created",
    "relation-recreated",
  ],
  "field-removed": ["column-dropped", "column-renamed", "column-generation-changed", "relation-recreated", "relation-dropped"],
  "field-renamed": ["column-renamed"],
  "field-moved": ["column-recreated", "relation-recreated"],
  "type-changed": ["column-type-changed", "column-recreated", "column-renamed", "relation-recreated"],
  "semantic-type-changed": ["column-type-changed", "column-recreated", "column-renamed", "relation-recreated"],
  "parameters-changed": ["column-type-changed", "column-renamed", "column-recreated", "relation-recreated"],
  "made-required": ["column-nullability-changed", "primary-key-changed", "column-recreated", "column-type-changed", "relation-recreated"],
  "made-optional": ["column-nullability-changed", "column-recreated", "column-type-changed", "relation-recreated"],
  "default-changed": [
    "column-default-changed",
    "column-nullability-changed",
    "column-type-changed",
    "column-recreated",
    "column-generation-changed",
    "relation-recreated",
  ],
  "key-appeared": ["primary-key-changed", "unique-indexes-changed", "relation-recreated", "relation-created"],
  "key-vanished": ["primary-key-changed", "unique-indexes-changed", "relation-recreated", "relation-dropped"],
  "topic-changed": ["relation-renamed", "relation-moved", "partition-changed", "relation-recreated"],
};

const kindsBehindKey: readonly CatalogChangeKind[] = ["primary-key-changed", "unique-indexes-changed"];

/** A new table that goes on under the name of another one. */
const lastResort: readonly CatalogChangeKind[] = ["relation-created"];

/** Step of the statement behind a change of one relation's stream; null when none can be told. */
export function stepBehind(kind: ChangeKind, part: "key" | "value", position: number | null, causes: readonly Cause[]): number | null {
  const kinds = [...kindsBehind[kind], ...(part === "key" ? kindsBehindKey : []), ...lastResort];
  for (const wanted of kinds) {
    const cause = causes.findLast(({ change }) => change.kind === wanted && (!("position" in change) || change.position === position));
    if (cause !== undefined) return cause.step;
  }
  return null;
}
