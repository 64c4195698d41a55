/** The seven compatibility levels of the registry. */
export type CompatibilityLevel =
  | "NONE"
  | "BACKWARD"
  | "BACKWARD_TRANSITIVE"
  | "FORWARD"
  | "FORWARD_TRANSITIVE"
  | "FULL"
  | "FULL_TRANSITIVE";

export const compatibilityLevels: readonly CompatibilityLevel[] = [
  "NONE",
  "BACKWARD",
  "BACKWARD_TRANSITIVE",
  "FORWARD",
  "FORWARD_TRANSITIVE",
  "FULL",
  "FULL_TRANSITIVE",
];

/** The level that a value names; null when it names none. */
export function compatibilityLevelNamed(value: unknown): CompatibilityLevel | null {
  return compatibilityLevels.find((level) => level === value) ?? null;
}

export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface SubjectVersion {
  readonly version: number;
  readonly id: number | null;
  /** The registered text, byte for byte. */
  readonly schema: string;
  readonly schemaType: "AVRO" | "JSON" | "PROTOBUF";
  readonly references: readonly SchemaReference[];
}

/**
 * Which names a registry takes in a new schema; what it has already it goes on reading. `any`: letters of every script in names, and anything in
 * namespaces (Avro 1.11); `letters`: the same names, in namespaces too; `ascii`: A-Z, a-z, 0-9 and _ alone (Avro 1.12).
 */
export type NewNames = "any" | "letters" | "ascii";

/** A subject as the registry (or the folder that stands for one) has it. */
export interface Subject {
  readonly name: string;
  /** The level in force and where it was found. */
  readonly compatibility: CompatibilityLevel;
  readonly compatibilityOrigin: "subject" | "global" | "default";
  readonly mode: string;
  /** Oldest first, soft-deleted ones left out. Empty: the registry has no such subject. */
  readonly versions: readonly SubjectVersion[];
  /** Live verdicts of the registry itself for candidates it was asked about. */
  readonly live: readonly LiveVerdict[];
  /** Absent or null: not known. */
  readonly newNames?: NewNames | null;
  /** Set when the registry could not be asked about this subject; in words, without secrets. */
  readonly unavailable: string | null;
}

export interface LiveVerdict {
  /** Text of the candidate. */
  readonly candidate: string;
  readonly compatible: boolean;
  readonly messages: readonly string[];
}

export type IncompatibilityType =
  | "NAME_MISMATCH"
  | "FIXED_SIZE_MISMATCH"
  | "MISSING_ENUM_SYMBOLS"
  | "READER_FIELD_MISSING_DEFAULT_VALUE"
  | "TYPE_MISMATCH"
  | "MISSING_UNION_BRANCH";

/** As org.apache.avro.SchemaCompatibility.Incompatibility: `path` is its location, JSON-pointer style. */
export interface Incompatibility {
  readonly type: IncompatibilityType;
  readonly path: string;
  readonly message: string;
}
