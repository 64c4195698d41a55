import type { ConnectSchema, ConnectType } from "../model/connect-schema.ts";
import type { Converter } from "../model/connector.ts";
import type { Caveat } from "../model/projection.ts";

const NUMBERS: ReadonlySet<ConnectType> = new Set(["int8", "int16", "int32", "int64", "float", "double"]);

/** What the converters without a schema take; StringConverter takes anything. */
const TAKEN: Readonly<Record<string, { readonly types: ReadonlySet<ConnectType>; readonly words: string }>> = {
  ByteArrayConverter: { types: new Set(["bytes"]), words: "bytes" },
  BinaryDataConverter: { types: new Set(["bytes"]), words: "bytes" },
  BooleanConverter: { types: new Set(["boolean"]), words: "booleans" },
  DoubleConverter: { types: NUMBERS, words: "numbers" },
  FloatConverter: { types: NUMBERS, words: "numbers" },
  IntegerConverter: { types: NUMBERS, words: "numbers" },
  LongConverter: { types: NUMBERS, words: "numbers" },
  ShortConverter: { types: NUMBERS, words: "numbers" },
};

/** Why a converter fails on every key or value of this schema, in words; none where it does not. */
export function mismatchCaveats(part: "key" | "value", converter: Converter, schema: ConnectSchema): readonly Caveat[] {
  const reason = converter.format === "plain" ? plainMismatch(converter, schema) : subjectMismatch(part, converter, schema);
  if (reason === null) return [];
  return [{ code: "converter-mismatch", message: `${part}.converter ${reason}: the task fails at the first record.`, effect: "unknown" }];
}

function plainMismatch(converter: Converter, schema: ConnectSchema): string | null {
  const name = (converter.class ?? "").replace(/^.*\./, "");
  const taken = TAKEN[name] ?? TAKEN[`${name}Converter`];
  // With a delegate the others are written by it.
  const delegates = converter.settings["delegate.converter.type"] !== undefined;
  if (taken === undefined || delegates || taken.types.has(schema.type)) return null;
  return `is ${converter.class ?? ""}, which takes ${taken.words} alone, and is given the type ${schema.type}`;
}

/** io.confluent.kafka.serializers.subject.RecordNameStrategy: "the message must only be a record schema". */
function subjectMismatch(part: "key" | "value", converter: Converter, schema: ConnectSchema): string | null {
  const byRecord = converter.subjectNameStrategy === "record" || converter.subjectNameStrategy === "topic-record";
  if (converter.format !== "avro" || !byRecord || (schema.type === "struct" && !schema.optional)) return null;
  const what = schema.type === "struct" ? "an optional struct" : `the type ${schema.type}`;
  return `names the subject by the record (${part}.subject.name.strategy), and is given ${what}, which makes no record schema`;
}
