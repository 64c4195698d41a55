import type { Relation } from "./catalog.ts";
import type { ConnectSchema } from "./connect-schema.ts";
import type { ConsumerImpact } from "./consumer.ts";
import type { JsonValue } from "./json.ts";
import type { Projection } from "./projection.ts";
import type { Registration } from "./registration.ts";
import type { CatalogChange } from "./step.ts";
import type { CompatibilityLevel, Incompatibility } from "./subject.ts";

/** What the registry would do with the schema that the stream sends after the migration. Level and origin as in force for the subject. */
export type RegistryVerdict =
  /** Same schema: nothing is registered. */
  | { readonly outcome: "unchanged" }
  /** A new version is registered. */
  | { readonly outcome: "accepted"; readonly level: CompatibilityLevel; readonly origin: string }
  | {
      readonly outcome: "refused";
      readonly level: CompatibilityLevel;
      readonly origin: string;
      /** Version of the subject it cannot live with; null when compared with the projected schema before. */
      readonly version: number | null;
      /**
       * What Avro's own rules say against it, in the form of Confluent's registry, whoever refuses; the registry's own texts where by
       * the rules nothing is against it (then the subject has a Disagreement).
       */
      readonly messages: readonly string[];
      /** Set where it is no matter of compatibility: the subject's mode lets nothing in, or the text is no Avro schema. */
      readonly cause?: "mode" | "schema";
    }
  /** The level or the mode means that anything is taken. */
  | { readonly outcome: "not-protected"; readonly reason: string }
  /** No versions yet: the first registration is always taken. */
  | { readonly outcome: "new-subject" }
  /** After the migration nothing is sent to this subject any more. */
  | { readonly outcome: "silent"; readonly reason: string }
  | { readonly outcome: "unknown"; readonly reason: string };

export type ChangeKind =
  | "field-added"
  | "field-removed"
  | "field-renamed"
  | "field-moved"
  | "type-changed"
  | "made-required"
  | "made-optional"
  | "default-changed"
  | "semantic-type-changed"
  | "parameters-changed"
  | "key-appeared"
  | "key-vanished"
  | "topic-changed";

/** A difference of one schema of the stream, in the user's terms. A fact, no severity. */
export interface Change {
  readonly kind: ChangeKind;
  readonly subject: string | null;
  readonly part: "key" | "value";
  /** Field name; for a rename the old one; null for the whole. */
  readonly path: string | null;
  /** attnum of the column behind it; null where there is none. */
  readonly position: number | null;
  readonly before: ConnectSchema | string | null;
  readonly after: ConnectSchema | string | null;
  /** Index into Inputs.steps of the statement that caused it; null when none could be told. */
  readonly step: number | null;
}

export interface LevelVerdict {
  readonly level: CompatibilityLevel;
  readonly compatible: boolean;
}

/** An incompatibility of the row struct: `path` is relative to it. */
export interface RowIncompatibility extends Incompatibility {
  /** The reader's field that it is about; null when it is about the whole. */
  readonly field: string | null;
  /** attnum of the column behind that field; null where there is none. */
  readonly position: number | null;
  /** Where inside the field's type; absent where it is about the whole. */
  readonly inner?: InnerReason;
}

/** A step into a type. */
export type Inside = { readonly kind: "field"; readonly name: string } | { readonly kind: "items" } | { readonly kind: "values" };

/** The innermost place where a reader's type and a writer's part. */
export type InnerReason =
  /** Types in few words, as `int or null`. */
  | { readonly kind: "type"; readonly place: readonly Inside[]; readonly reader: string; readonly writer: string }
  /** The writer has null there, which the reader does not take. */
  | { readonly kind: "null"; readonly place: readonly Inside[] }
  /** A field of the reader without a default that the writer does not have. */
  | { readonly kind: "missing"; readonly place: readonly Inside[] };

export interface Drift {
  readonly version: number;
  readonly differences: readonly string[];
  /** Where the registered schema comes from; absent where nothing that was tried gives it. */
  readonly source?: DriftSource;
}

/** Found by trying: what gives exactly the registered schema. */
export type FoundSource =
  /** The table before an applied migration, of this path. */
  | { readonly kind: "behind"; readonly path: string }
  /** The table after a pending migration, of this path, and before the next one. */
  | { readonly kind: "ahead"; readonly path: string }
  /** The connector with other settings, or another version of Debezium, in words. */
  | { readonly kind: "settings"; readonly words: string };

export type DriftSource =
  | (Extract<FoundSource, { kind: "behind" }> & {
      /** Version that the table's schema of today has all the same; null: no row of it was sent since. */
      readonly own: number | null;
      /** Why the registry refuses the next row, whatever is pending, as `because of "amount"`; null when it does not. */
      readonly refusal: string | null;
    })
  | Exclude<FoundSource, { kind: "behind" }>
  /** Somebody else, or the table while it was another, after today's schema, which is version `own`; `words`: what tells of them. */
  | { readonly kind: "superseded"; readonly own: number; readonly words: string | null }
  /** Somebody else, as `words` tell; where it is by `fields` at the end of the row, they may come from a change of the table by hand as well. */
  | { readonly kind: "foreign"; readonly words: string; readonly fields: readonly string[] };

/** The registry itself answered otherwise than Avro's own rules (org.apache.avro.SchemaCompatibility). Its answer is the verdict. */
export interface Disagreement {
  /** The registry takes the schema, and by the rules it would not; false: the other way round. */
  readonly accepted: boolean;
  /** What the rules say against the schema; empty when nothing. */
  readonly messages: readonly string[];
}

/** An older version whose events the new schema cannot read. */
export interface UnreadableVersion {
  readonly version: number;
  readonly reasons: readonly RowIncompatibility[];
}

/** One subject, before and after all pending migrations. */
export interface SubjectImpact {
  readonly part: "key" | "value";
  readonly subjectBefore: string | null;
  readonly subjectAfter: string | null;
  readonly schemaBefore: JsonValue | null;
  readonly schemaAfter: JsonValue | null;
  readonly verdict: RegistryVerdict;
  /** What each of the seven levels would say, transitive ones over all known versions. Empty when nothing is compared. */
  readonly levels: readonly LevelVerdict[];
  /** The inner reasons on the row struct, in both directions, that the envelope's union hides. */
  readonly backward: readonly RowIncompatibility[];
  readonly forward: readonly RowIncompatibility[];
  readonly changes: readonly Change[];
  /** Set when the latest registered version is not what the baseline projects; in words. */
  readonly drift: Drift | null;
  readonly disagreement?: Disagreement | null;
  /** Versions that the latest one can read and the new schema cannot, oldest first, where the level in force does not look at them. */
  readonly unreadable?: readonly UnreadableVersion[];
  /** What the given consumers read after the migrations and did not before. */
  readonly consumers?: readonly ConsumerImpact[];
  /** Set where the converter does not register the new schema itself. */
  readonly registration?: Registration | null;
}

/** Where a net change comes from. */
export interface Cause {
  /** Index into Inputs.steps. */
  readonly step: number;
  readonly change: CatalogChange;
}

/** What all pending migrations together do to one relation and its stream. Identity is the oid (see relation-recreated). */
export interface RelationImpact {
  readonly connector: string;
  readonly before: Relation | null;
  readonly after: Relation | null;
  readonly projectionBefore: Projection | null;
  readonly projectionAfter: Projection | null;
  /** Net differences, each with the last statement that made it so. */
  readonly causes: readonly Cause[];
  readonly subjects: readonly SubjectImpact[];
}
