import type { JsonValue } from "./json.ts";

export type ConnectType =
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "float"
  | "double"
  | "boolean"
  | "string"
  | "bytes"
  | "struct"
  | "array"
  | "map";

/**
 * A Kafka Connect schema in the JSON form of org.apache.kafka.connect.json.JsonConverter (`float` is FLOAT32, `double` FLOAT64).
 * `default`: bytes and Decimal as base64, the rest as plain JSON.
 */
export interface ConnectSchema {
  readonly type: ConnectType;
  readonly optional: boolean;
  readonly name?: string;
  readonly version?: number;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly default?: JsonValue;
  readonly doc?: string;
  /** Of a struct. */
  readonly fields?: readonly ConnectField[];
  /** Of an array. */
  readonly items?: ConnectSchema;
  /** Of a map. */
  readonly keys?: ConnectSchema;
  readonly values?: ConnectSchema;
}

export interface ConnectField extends ConnectSchema {
  readonly field: string;
}
