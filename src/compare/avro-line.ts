import type { AvroLine } from "./avro/compatibility.ts";

/** The Avro line whose rules are applied: that of the registries and converters in use today. */
export const avroLine: AvroLine = "1.12";
