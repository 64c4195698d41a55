import type { Unit, ValueMeaning } from "./avro-value.ts";

type Idea = Pick<ValueMeaning, "unit" | "scale"> & Partial<Pick<ValueMeaning, "precision" | "labels">>;

/** The value as somebody reads it who takes it for that. */
export function readAs(value: unknown, idea: Idea): string {
  const { unit, scale, precision, labels } = idea;
  if (Array.isArray(value)) return `[${value.map((item) => readAs(item, idea)).join(", ")}]`;
  if (unit !== null && (typeof value === "bigint" || typeof value === "number"))
    return timeText(BigInt(Math.trunc(Number(value))), value, unit);
  if (value instanceof Uint8Array) return scale === null ? `0x${hex(value)}` : withRoom(decimalText(value, scale), precision ?? null);
  if (typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? "nothing";
  return typeof value === "string" && labels?.includes(value) === false ? `${text} (unknown to it)` : text;
}

/** A reader with less room gets the whole number from Avro, and then has nowhere to put it. */
function withRoom(text: string, precision: number | null): string {
  const digits = text.replaceAll(/\D/g, "").replace(/^0+/, "").length;
  return precision === null || digits <= precision ? text : `${text} (${digits} digits, and it has room for ${precision})`;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function timeText(rounded: bigint, value: bigint | number, unit: Unit): string {
  const exact = typeof value === "bigint" ? value : rounded;
  const [kind, , ofDay] = unit.split(" ");
  const perSecond = kind === "milliseconds" ? 1000n : kind === "microseconds" ? 1_000_000n : 1_000_000_000n;
  const milliseconds = unit === "days" ? exact * 86_400_000n : (exact * 1000n) / perSecond;
  const date = new Date(Number(milliseconds));
  if (Number.isNaN(date.getTime())) return `${exact} (no date)`;
  const text = date.toISOString().replace(/\.000Z$/, "Z");
  if (ofDay !== undefined) return milliseconds < 86_400_000n ? text.slice(11, -1) : `${exact} (past midnight)`;
  return unit === "days" ? text.slice(0, text.indexOf("T")) : text;
}

function decimalText(bytes: Uint8Array, scale: number): string {
  const unsigned = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const value = (bytes[0] ?? 0) > 0x7f ? unsigned - (1n << BigInt(bytes.length * 8)) : unsigned;
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
