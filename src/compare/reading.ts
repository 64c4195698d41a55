import type { ConsumerImpact } from "../model/consumer.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { writeJson } from "./avro/json-text.ts";
import type { AvroField, AvroSchema } from "./avro/schema.ts";
import type { ValueMeaning } from "./avro-value.ts";
import { meaningOf } from "./avro-value.ts";
import { compareParsed } from "./check-compatibility.ts";
import { innerReason } from "./inner-reason.ts";

/** How a reader's field is read from one writer, what it is about in words. */
type Reading = { readonly kind: "value" } | { readonly kind: "error" | "null" | "default" | "wrong-value"; readonly reason: string };

interface ReadingChange {
  readonly kind: Exclude<ConsumerImpact["kind"], "silent">;
  readonly reason: string;
}

/**
 * What a reader's field reads from the new writer and did not from the old; null when nothing new goes wrong.
 * @param old the field it was read from so far; null when there was none
 */
export function readingChange(reader: AvroField, old: AvroField | null, now: AvroField | null, avroLine: AvroLine): ReadingChange | null {
  const idea = ideaOf(reader, old);
  const [first, then] = [reading(reader, old, idea, avroLine), reading(reader, now, idea, avroLine)];
  if (then.kind === "value" || (first.kind === then.kind && first.reason === then.reason)) return null;
  // Once a field cannot be read, it does not matter why.
  if (then.kind === "error" && first.kind === "error") return null;
  return { kind: then.kind, reason: then.reason };
}

/** What the consumer takes the values for: as its schema tells, else as they were sent so far. */
export function ideaOf(reader: AvroField, old: AvroField | null): ValueMeaning {
  const own = meaningOf(reader.type);
  const sent = old === null ? own : meaningOf(old.type);
  const isReal = own.type === "float" || own.type === "double";
  return {
    type: own.type,
    unit: own.unit ?? (isReal ? null : sent.unit),
    scale: own.scale ?? sent.scale,
    precision: own.precision ?? sent.precision,
    labels: own.labels ?? sent.labels,
  };
}

function reading(reader: AvroField, writer: AvroField | null, idea: ValueMeaning, avroLine: AvroLine): Reading {
  if (writer === null) return withoutWriter(reader);
  const { compatible, exception } = compareParsed(reader.type, writer.type, avroLine);
  if (!compatible) return { kind: "error", reason: exception ?? mismatchWords(reader.type, writer.type, avroLine) };
  const wrong = misreading(idea, meaningOf(writer.type));
  return wrong === null ? { kind: "value" } : { kind: "wrong-value", reason: wrong };
}

function mismatchWords(reader: AvroSchema, writer: AvroSchema, avroLine: AvroLine): string {
  const inner = innerReason(reader, writer, avroLine);
  if (inner === null) return "its type does not resolve";
  const place = inner.place.reduce((around, inside) => {
    if (inside.kind === "field") return `"${inside.name}" of ${around}`;
    return `${inside.kind === "items" ? "each item" : "each value"} of ${around}`;
  }, "it");
  switch (inner.kind) {
    case "null":
      return `events may have no value for ${place}, which its schema does not allow`;
    case "missing":
      return `events do not have ${place}, and its schema has no default for that`;
    case "type":
      return `events have ${place} as ${inner.writer}, its schema as ${inner.reader}`;
    default:
      return inner satisfies never;
  }
}

function withoutWriter(reader: AvroField): Reading {
  if (reader.default === undefined)
    return { kind: "error", reason: "events no longer have the field, and its schema has no default for it" };
  if (reader.default === null) return { kind: "null", reason: "events no longer have the field, and its default is null" };
  return { kind: "default", reason: `events no longer have the field, and its default is ${writeJson(reader.default)}` };
}

/** Why values that resolve without an error mean something else to the reader; null when they do not. */
function misreading(idea: ValueMeaning, sent: ValueMeaning): string | null {
  if (sent.type === "bytes" && idea.type === "string") return "bytes are read as text, and what is no UTF-8 is lost";
  if (sent.type === "string" && idea.type === "bytes") return "text is read as bytes";
  if (idea.unit !== sent.unit) return unitWords(idea, sent);
  if (idea.scale !== sent.scale) return scaleWords(idea, sent);
  if (isRounded(idea.type, sent.type))
    return `numbers above 2^${idea.type === "float" ? 24 : 53} are rounded, as a ${sent.type} is read as a ${idea.type}`;
  if ((sent.precision ?? 0) > (idea.precision ?? Number.POSITIVE_INFINITY)) {
    return `numbers of up to ${sent.precision} digits come, and it has room for ${idea.precision}`;
  }
  const unknown = sent.labels?.filter((label) => idea.labels !== null && !idea.labels.includes(label)) ?? [];
  return unknown.length === 0 ? null : `values it does not know come: ${unknown.map((label) => JSON.stringify(label)).join(", ")}`;
}

function unitWords({ unit: taken }: ValueMeaning, { unit: sent }: ValueMeaning): string {
  if (taken === null) return `a plain number is now a time, in ${sent}`;
  return sent === null ? `a time, in ${taken}, is now a plain number` : `${sent} are taken for ${taken}`;
}

function scaleWords({ scale: taken }: ValueMeaning, { scale: sent }: ValueMeaning): string {
  if (taken === null) return `plain bytes are now a decimal with ${sent} digits after the point`;
  if (sent === null) return `a decimal with ${taken} digits after the point is now plain bytes`;
  return `a decimal with ${sent} digits after the point is taken for one with ${taken}`;
}

const whole: Readonly<Record<string, number>> = { int: 32, long: 64 };
const exact: Readonly<Record<string, number>> = { float: 24, double: 53 };

const isRounded = (reader: string, writer: string): boolean => (whole[writer] ?? 0) > (exact[reader] ?? Number.POSITIVE_INFINITY);
