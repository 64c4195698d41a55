import type { DecimalMode } from "../settings.ts";
import { VARIABLE_SCALE_LENGTH } from "../type-size.ts";
import { field, plain, semantic } from "./build.ts";
import type { TypeSchema } from "./build.ts";

const VARIABLE_SCALE: TypeSchema = {
  type: "struct",
  name: "io.debezium.data.VariableScaleDecimal",
  version: 1,
  doc: "Variable scaled decimal",
  fields: [field("scale", plain("int32"), false), field("value", plain("bytes"), false)],
};

/** numeric without precision (PostgresValueConverter.isVariableScaleDecimal). */
export function isVariableScale(length: number, scale: number | null): boolean {
  return (length === 0 || length === VARIABLE_SCALE_LENGTH) && (scale ?? 0) === 0;
}

/** A `numeric(length, scale)` column; `scale` null: the driver gives none. */
export function numericSchema(length: number, scale: number | null, mode: DecimalMode): TypeSchema {
  if (mode === "double") return plain("double");
  if (mode === "string") return plain("string");
  if (isVariableScale(length, scale)) return VARIABLE_SCALE;
  return semantic("bytes", "org.apache.kafka.connect.data.Decimal", {
    scale: String(scale ?? 0),
    "connect.decimal.precision": String(length),
  });
}

/** A `money` column; `digits` is money.fraction.digits. */
export function moneySchema(digits: number, mode: DecimalMode): TypeSchema {
  if (mode === "double") return plain("double");
  if (mode === "string") return plain("string");
  return semantic("bytes", "org.apache.kafka.connect.data.Decimal", { scale: String(digits) });
}
