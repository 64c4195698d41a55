import type { BinaryMode } from "../settings.ts";
import { plain, semantic } from "./build.ts";
import type { TypeSchema } from "./build.ts";

/** io.debezium.config.CommonConnectorConfig.BinaryHandlingMode.getSchema. */
export function binarySchema(mode: BinaryMode): TypeSchema {
  return plain(mode === "bytes" ? "bytes" : "string");
}

/** bit(n), varbit(n), and bit(n)[] alike. */
export function bitSchema(length: number): TypeSchema {
  return length > 1 ? semantic("bytes", "io.debezium.data.Bits", { length: String(length) }) : plain("boolean");
}
