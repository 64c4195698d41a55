import type { ConnectSchema } from "./connect-schema.ts";
import type { JsonValue } from "./json.ts";

/** The schemas of one topic. Key null: records have no key. Avro schemas as JSON, key order as AvroData prints them. */
export interface Schemas {
  readonly key: ConnectSchema | null;
  readonly value: ConnectSchema;
  readonly keyAvro: JsonValue | null;
  readonly valueAvro: JsonValue;
}

/** How one column of the relation comes out. */
export interface ProjectedColumn {
  /** attnum. */
  readonly position: number;
  readonly column: string;
  /** Field name in the row struct of the stream after name adjustment; null when the column is not streamed. */
  readonly field: string | null;
  /** Why it is not streamed, in words; null when it is. */
  readonly omitted: string | null;
  /** The setting that hides or masks its value (`column.exclude.list`, `column.mask.with.10.chars` …); null when none matches. */
  readonly protectedBy: string | null;
  /** Connect schema of the field in the stream; null when not streamed. */
  readonly schema: ConnectSchema | null;
  readonly inKey: boolean;
}

/** A doubt about one projection, in words. `effect` "unknown" means that the schemas may be other than shown. */
export interface Caveat {
  readonly code: string;
  readonly message: string;
  readonly effect: "unknown" | "note";
}

/** What one connector makes of one captured relation. */
export interface Projection {
  readonly connector: string;
  readonly relation: { readonly oid: number; readonly schema: string; readonly name: string };
  readonly topic: string;
  readonly keySubject: string | null;
  readonly valueSubject: string | null;
  /** What the initial snapshot registers; null when the connector's filters keep the relation out of the snapshot. */
  readonly snapshot: Schemas | null;
  /** What streaming registers; null when no change of the relation reaches the stream (not published, unlogged). */
  readonly streaming: Schemas | null;
  /** Why streaming is null, in words. */
  readonly silent: string | null;
  readonly columns: readonly ProjectedColumn[];
  /** Columns the record key is made of, in order, and where they come from. */
  readonly key: { readonly columns: readonly string[]; readonly source: "primary-key" | "unique-index" | "message.key.columns" | "none" };
  readonly caveats: readonly Caveat[];
}
