import type { ConnectSchema } from "../../model/connect-schema.ts";
import { flag, nameList, optionalText } from "./options.ts";
import { failOn, recordsWith, refuse, requireStruct } from "./stream-record.ts";
import type { TransformClass } from "./stream-record.ts";

/**
 * org.apache.kafka.connect.transforms.MaskField: no schema changes. It throws with the first value it has no mask for: bytes, structs, and with a
 * replacement also booleans, dates and what the replacement cannot be read as.
 */
export const maskField: TransformClass = (settings, { part }) => {
  const names = nameList(settings, "fields", { mayBeEmpty: false });
  const replacement = optionalText(settings, "replacement");
  if (replacement === "") refuse("replacement must not be empty");
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    const { fields } = requireStruct(record, part, "mask fields");
    const masked = fields.filter(({ field }) => names.includes(field));
    for (const field of masked) checkMask(field.field, field, replacement);
    const broken = masked.filter((field) => isDecimal(field) && scaleOf(replacement ?? "0") !== Number(field.parameters?.["scale"] ?? 0));
    const reason = "the mask has another scale (BigDecimal has mismatching scale value for given Decimal schema)";
    return { ...record, broken: [...record.broken, ...broken.map((field) => ({ field, reason, on: recordsWith(field.field, field) }))] };
  };
};

function checkMask(name: string, schema: ConnectSchema, replacement: string | undefined): void {
  if (!isDecimal(schema) && (schema.type === "bytes" || schema.type === "struct"))
    failOn(name, schema, `Cannot mask value of type ${schema.type} ("${name}")`);
  if (replacement === undefined || schema.type === "string") return;
  const isDate = /^org\.apache\.kafka\.connect\.data\.(Date|Time|Timestamp)$/.test(schema.name ?? "");
  if (isDate || schema.type === "boolean" || schema.type === "array" || schema.type === "map")
    failOn(name, schema, `Cannot mask value of type ${isDate ? "Date" : schema.type} with custom replacement ("${name}")`);
  // A number too large, or with a fraction, is narrowed.
  if (!isNumber(replacement)) failOn(name, schema, `Unable to convert ${replacement} to number ("${name}")`);
}

function isDecimal({ name }: ConnectSchema): boolean {
  return name === "org.apache.kafka.connect.data.Decimal";
}

/** The scale of the BigDecimal that a text makes; without a replacement the mask is BigDecimal.ZERO, of scale 0. */
function scaleOf(number: string): number {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  return (mantissa.split(".")[1] ?? "").length - Number(exponent);
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}
