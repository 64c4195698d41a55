/**
 * How a converter comes by the id of a schema. "look-up": it must be registered by somebody else; "latest": the subject's newest version is used
 * in place of the own schema, if it can read what the own one writes; "latest-unchecked": without that condition; "fixed-id": one
 * version for ever; "look-up-in-parts": as look-up, and a schema with nested records is never found.
 */
export type RegistrationPolicy = "auto-register" | "look-up" | "look-up-in-parts" | "latest" | "latest-unchecked" | "fixed-id" | "unknown";

/** What happens where a converter registers nothing. */
export interface Registration {
  readonly policy: Exclude<RegistrationPolicy, "auto-register">;
  /** The setting that decides, without the converter's prefix. */
  readonly setting: string;
  /** The subject's versions are known. */
  readonly isKnown: boolean;
  /** The version that holds the new schema, as a look-up finds it; null when none does. */
  readonly version: number | null;
  /** A version that holds it with its properties in another order, which a look-up passes over; null when there is none. */
  readonly similar: number | null;
  /** Of "latest" and "latest-unchecked"; null without a version, and of the other policies. */
  readonly latest: HeldBack | null;
}

/** Rows of the new schema written with the newest version: org.apache.avro.generic.GenericDatumWriter goes by position, not by name (measured with 1.12.1). */
export interface HeldBack {
  readonly version: number;
  /** Why the task stops, in words; null when it goes on. */
  readonly stops: string | null;
  /** Fields of the new schema that are not sent. */
  readonly notSent: readonly string[];
  /** Values that go under another field's name. */
  readonly misplaced: readonly { readonly from: string; readonly to: string }[];
  /** Fields whose numbers are cut to a smaller type. */
  readonly narrowed: readonly string[];
}
