import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import type { InnerReason, RowIncompatibility } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import type { AvroField, AvroRecord, AvroSchema } from "./avro/schema.ts";
import { compareParsed } from "./check-compatibility.ts";
import { innerReason } from "./inner-reason.ts";

/** Fields of the row in a record's schema: those of the envelope's `after`, of a flat record, or of a key. */
export function rowFieldsOf(schema: ConnectSchema | null): readonly ConnectField[] {
  if (schema?.type !== "struct") return [];
  const fields = schema.fields ?? [];
  const after = fields.find(({ field }) => field === "after");
  const isEnvelope = after?.type === "struct" && fields.some(({ field }) => field === "op");
  return isEnvelope ? (after.fields ?? []) : fields;
}

/** The record of the row in an Avro schema; what is no envelope is the row itself. */
export function rowSchemaOf(schema: AvroSchema): AvroSchema {
  if (schema.type !== "record" || !schema.fieldsByName.has("op")) return schema;
  const after = schema.fieldsByName.get("after")?.type;
  const inner = after?.type === "union" ? after.branches.find(isRecord) : after;
  return inner !== undefined && isRecord(inner) ? inner : schema;
}

function isRecord(schema: AvroSchema): schema is AvroRecord {
  return schema.type === "record";
}

/**
 * The reasons that the envelope's union hides: the rows compared by themselves, each with the reader's field it is about.
 * @param readerProjection whose columns the fields of the reader are
 */
export function rowIncompatibilities(
  reader: AvroSchema,
  writer: AvroSchema,
  readerProjection: Projection | null,
  avroLine: AvroLine,
): readonly RowIncompatibility[] {
  const [row, written] = [rowSchemaOf(reader), rowSchemaOf(writer)];
  return compareParsed(row, written, avroLine).incompatibilities.map((one) => {
    const index = /^\/fields\/(\d+)/.exec(one.path)?.[1];
    const field = index !== undefined && isRecord(row) ? row.fields[Number(index)] : undefined;
    if (field === undefined) return { ...one, field: null, position: null };
    const inner = innerOf(field, written, avroLine);
    return { ...one, field: field.name, position: positionOf(field.name, readerProjection), ...(inner === null ? {} : { inner }) };
  });
}

/** Null where the field is missing as a whole. */
function innerOf(field: AvroField, written: AvroSchema, avroLine: AvroLine): InnerReason | null {
  const partner = isRecord(written) ? written.fieldsByName.get(field.name) : undefined;
  return partner === undefined ? null : innerReason(field.type, partner.type, avroLine);
}

function positionOf(field: string, projection: Projection | null): number | null {
  return projection?.columns.find((column) => column.field === field)?.position ?? null;
}
