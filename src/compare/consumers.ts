import type { Consumer, ConsumerImpact } from "../model/consumer.ts";
import type { Change, SubjectImpact } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import { namePattern } from "../model/pattern.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { parseAvro } from "./avro/parse.ts";
import type { AvroField, AvroRecord, AvroSchema } from "./avro/schema.ts";
import { compareParsed } from "./check-compatibility.ts";
import { sampleOf } from "./avro-sample.ts";
import { meaningOf } from "./avro-value.ts";
import { decodedSample } from "./decode.ts";
import { readAs } from "./read-as.ts";
import { ideaOf, readingChange } from "./reading.ts";
import { rowSchemaOf } from "./row.ts";

/** A consumer's schema, ready to read with. */
interface Reader {
  readonly consumer: string;
  readonly path: string;
  readonly reads: (subject: string) => boolean;
  readonly schema: AvroSchema;
}

/** Reader schemas, each parsed once; one that is no Avro schema reads nothing. */
export function readersOf(consumers: readonly Consumer[], avroLine: AvroLine): readonly Reader[] {
  return consumers.flatMap(({ name, subjects, readers }) => {
    const patterns = subjects.map(namePattern);
    const reads = (subject: string): boolean => patterns.some((pattern) => pattern.test(subject));
    return readers.flatMap(({ path, schema }): readonly Reader[] => {
      const result = parseAvro(schema, { strict: "stored", avroLine });
      return result.ok ? [{ consumer: name, path, reads, schema: result.schema }] : [];
    });
  });
}

/** What the consumers have read so far where the registry has another schema than the table gives before the migration. */
interface Registered {
  readonly version: number;
  readonly schema: AvroSchema;
}

/** What each consumer of the subject reads after the migration and did not before. */
export function consumerImpacts(
  impact: SubjectImpact,
  before: Projection | null,
  readers: readonly Reader[],
  avroLine: AvroLine,
  registered: Registered | null,
): readonly ConsumerImpact[] {
  const subject = impact.subjectBefore ?? impact.subjectAfter;
  if (subject === null) return [];
  const concerned = readers.filter(({ reads }) => reads(subject));
  if (concerned.length === 0) return [];
  if (impact.verdict.outcome === "silent") {
    const { reason } = impact.verdict;
    return concerned.map(({ consumer, path }) => ({ consumer, path, kind: "silent", field: null, position: null, reason, example: null }));
  }
  const [old, now] = [parsed(impact.schemaBefore, avroLine), parsed(impact.schemaAfter, avroLine)];
  if (old === null || now === null || impact.schemaBefore === impact.schemaAfter) return [];
  return concerned.flatMap((reader) => {
    const context = { impact, before, avroLine };
    const own = ofReader(reader, old, now, context);
    if (registered === null) return own;
    const more = ofReader(reader, registered.schema, now, context).filter(({ field }) => !own.some((one) => one.field === field));
    return [...own, ...more.map((one) => ({ ...one, drifted: registered.version }))];
  });
}

function parsed(schema: SubjectImpact["schemaBefore"], avroLine: AvroLine): AvroSchema | null {
  const result = schema === null ? null : parseAvro(schema, { strict: "stored", avroLine });
  return result?.ok === true ? result.schema : null;
}

interface Context {
  readonly impact: SubjectImpact;
  readonly before: Projection | null;
  readonly avroLine: AvroLine;
}

function ofReader({ consumer, path, schema }: Reader, old: AvroSchema, now: AvroSchema, context: Context): readonly ConsumerImpact[] {
  const [row, oldRow, newRow] = [rowSchemaOf(schema), rowSchemaOf(old), rowSchemaOf(now)];
  const own = { consumer, path };
  if (row.type !== "record" || oldRow.type !== "record" || newRow.type !== "record") {
    const fault = newFault(schema, old, now, context.avroLine);
    return fault === null ? [] : [{ ...own, kind: "error", field: null, position: null, reason: fault, example: null }];
  }
  const found = row.fields.flatMap((field) => ofField(field, { row: oldRow, next: newRow }, context).map((one) => ({ ...own, ...one })));
  if (found.some(({ kind }) => kind === "error") || row === schema) return found;
  // The envelope around the row: its source block, or a reader of the whole event where rows come flat from now on.
  const fault = newFault(schema, old, now, context.avroLine);
  return fault === null || isOfRow(fault)
    ? found
    : [...found, { ...own, kind: "error", field: null, position: null, reason: fault, example: null }];
}

/** What the reader cannot read of the new schema though it could of the old one. Names of records do not count: Java's decoder does not compare them at the top. */
function newFault(reader: AvroSchema, old: AvroSchema, now: AvroSchema, avroLine: AvroLine): string | null {
  const faults = (writer: AvroSchema): readonly string[] =>
    compareParsed(reader, writer, avroLine)
      .incompatibilities.filter(({ type }) => type !== "NAME_MISMATCH")
      .map(({ message, path }) => `${message} at ${path}`);
  const known = new Set(faults(old));
  return faults(now).find((fault) => !known.has(fault)) ?? null;
}

/** The rows are compared field by field already. */
const isOfRow = (fault: string): boolean => /at \/fields\/\d+\/type\/\d+$/.test(fault) && fault.includes("RECORD");

interface Rows {
  readonly row: AvroRecord;
  readonly next: AvroRecord;
}

type FieldImpact = Omit<ConsumerImpact, "consumer" | "path">;

function ofField(reader: AvroField, { row, next }: Rows, { impact, before, avroLine }: Context): readonly FieldImpact[] {
  const [old, now] = [writerField(reader, row), writerField(reader, next)];
  const change = readingChange(reader, old, now, avroLine);
  if (change === null) return [];
  const position = old === null ? null : (before?.columns.find(({ field }) => field === old.name)?.position ?? null);
  const renamed = impact.changes.find(({ kind, position: at }) => kind === "field-renamed" && at === position && position !== null);
  return [
    {
      field: reader.name,
      position,
      kind: change.kind,
      reason: `${change.reason}${renamedWords(renamed)}`,
      example: exampleOf(reader, old, now),
    },
  ];
}

const renamedWords = (change: Change | undefined): string =>
  change !== undefined && typeof change.after === "string" ? `; its column is now sent as "${change.after}"` : "";

/** The field that Avro resolves: by name, else by the reader's aliases. */
function writerField(reader: AvroField, { fieldsByName }: AvroRecord): AvroField | null {
  for (const name of [reader.name, ...reader.aliases]) {
    const found = fieldsByName.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** One value, read with the reader's own idea of what it means: what its schema tells, else what it was so far. */
function exampleOf(reader: AvroField, old: AvroField | null, now: AvroField | null): ConsumerImpact["example"] {
  if (old === null) return null;
  const [idea, sent] = [ideaOf(reader, old), now === null ? null : meaningOf(now.type)];
  const isWider = sent !== null && sent.scale === idea.scale && (sent.precision ?? 0) > (idea.precision ?? Number.POSITIVE_INFINITY);
  const choice = { isLargest: isWider, label: sent?.labels?.find((label) => idea.labels?.includes(label) === false) };
  const [first, then] = [decodedSample(reader, old), decodedSample(reader, now, choice)];
  if (first === null) return null;
  const [was, after] = [readAs(first.value, idea), then === null ? "an error" : readAs(then.value, idea)];
  const written = now === null || sent === null ? null : readAs(sampleOf(now.type, choice), sent);
  // One that is read as it always was shows nothing.
  return was === after && written === after ? null : { before: was, sent: written, after };
}
