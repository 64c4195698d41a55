import type { Span } from "./span.ts";

/** Settings of a converter, with their prefix (`value.converter.`) removed. */
export interface Converter {
  /** Class name; null where neither the connector nor the given worker names one (Avro is then assumed, and said). */
  readonly class: string | null;
  /** "plain": bytes, a number or a text without any schema. */
  readonly format: "avro" | "json" | "json-schema" | "protobuf" | "plain" | "unknown";
  readonly vendor: "confluent" | "apicurio" | "other";
  readonly settings: Readonly<Record<string, string>>;
  /** "simple-topic": Apicurio's SimpleTopicIdStrategy, the topic alone for key and value. */
  readonly subjectNameStrategy: "topic" | "simple-topic" | "record" | "topic-record" | "unknown";
  /** Why the strategy is unknown, in words. */
  readonly subjectDoubt?: string;
}

export interface Transform {
  readonly name: string;
  readonly class: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly predicate: string | null;
  readonly negate: boolean;
}

/** A setting or part that cannot be predicted: what it is, and in words why. */
export interface Unsupported {
  readonly setting: string;
  readonly reason: string;
}

/** A setting that is not as it should be. */
export interface SettingProblem {
  /** "refused": the connector does not start; "ignored": nobody reads it; "leftover": nobody reads or misses it; "deprecated": a later version does not read it. */
  readonly kind: "refused" | "ignored" | "leftover" | "deprecated";
  readonly setting: string;
  /** A clause that goes on after the setting's name: `it is "strings", and it takes only …`. */
  readonly reason: string;
  /** An instruction in lower case: `did you mean table.include.list?`. */
  readonly remedy: string;
  /** Where the setting stands; null where the configuration came from no file. */
  readonly span: Span | null;
}

/** A pattern of a filter that fits nothing in the catalog. */
export interface IdlePattern {
  readonly connector: string;
  readonly setting: string;
  readonly pattern: string;
  /** What its setting goes by: `schema`, `schema.table` or `schema.table.column`. */
  readonly kind: "schema" | "table" | "column";
  /** A name in the catalog that it was most likely meant to fit. */
  readonly near: string | null;
  /** Where the setting stands. */
  readonly span: Span | null;
}

/** A Debezium PostgreSQL connector as configured. Property names in comments are Debezium's. */
export interface Connector {
  /** `name`, else topic.prefix. */
  readonly name: string;
  /** Where the configuration came from: a path or a redacted URL; null for the assumed default connector. */
  readonly path: string | null;
  readonly class: string;
  /** Debezium's version, "major.minor". */
  readonly version: string;
  /** Whether somebody said which version it is; else it is an assumption. */
  readonly versionGiven: boolean;
  /** All settings as given, secrets included only as placeholders. */
  readonly settings: Readonly<Record<string, string>>;
  readonly topicPrefix: string;
  readonly publication: { readonly name: string; readonly autocreateMode: "all_tables" | "filtered" | "no_tables" | "disabled" };
  /** slot.name, default "debezium". */
  readonly slotName: string;
  readonly heartbeat: { readonly intervalMs: number; readonly actionQuery: string | null };
  /** signal.data.collection. */
  readonly signalTable: string | null;
  readonly keyConverter: Converter;
  readonly valueConverter: Converter;
  /** In the order of `transforms`. */
  readonly transforms: readonly Transform[];
  readonly unsupported: readonly Unsupported[];
  readonly problems: readonly SettingProblem[];
  /** Where each setting stands in its file; empty where the configuration came from no file. */
  readonly places: Readonly<Record<string, Span>>;
}
