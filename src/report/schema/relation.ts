import type { Relation } from "../../model/catalog.ts";
import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { JsonValue } from "../../model/json.ts";
import { isArray } from "../../model/json.ts";
import type { ProjectedColumn, Projection, Schemas } from "../../model/projection.ts";
import { wrap } from "../columns.ts";
import { defaultWords } from "../schema-words.ts";
import type { Paint } from "../text/paint.ts";
import { sentence, visible } from "../visible.ts";
import { schemaDifferences } from "./differences.ts";
import { tableLines } from "./table.ts";
import { avroFields, avroWords, connectWords, postgresWords } from "./types.ts";

/** One relation as a connector sends it, and the relation itself for the types of its columns. */
export interface ShownRelation {
  readonly projection: Projection;
  readonly relation: Relation | null;
}

export interface SchemaPage {
  readonly paint: Paint;
  /** Columns of the terminal; 0: no limit. */
  readonly width: number;
}

const COLUMNS = [
  { title: "", least: 3, rank: 2 },
  { title: "column", least: 12, rank: 1 },
  { title: "PostgreSQL", least: 11, rank: 0 },
  { title: "Connect", least: 13, rank: 0 },
  { title: "Avro", least: 6, rank: 0 },
  { title: "null", least: 4, rank: 2 },
  { title: "default", least: 7, rank: 0 },
] as const;

/** Lines of one relation: where it goes, a table of its columns, and doubts but those in `said`. */
export function relationLines({ projection, relation }: ShownRelation, page: SchemaPage, said: ReadonlySet<string>): readonly string[] {
  const { topic, keySubject, valueSubject, silent, key } = projection;
  const schemas = projection.streaming ?? projection.snapshot;
  const label = (name: string): string => page.paint.dim(name.padEnd(7));
  const keyText = key.columns.length === 0 ? "none: records have no key" : key.columns.map(visible).join(", ");
  return [
    page.paint.strong(visible(`${projection.relation.schema}.${projection.relation.name}`)),
    `  ${label("topic")}${visible(topic)}`,
    `  ${label("key")}${keyText}${key.columns.length === 0 ? "" : ` ${page.paint.dim(`(${sourceWords(key.source)})`)}`}${subjectWords(keySubject, page)}`,
    `  ${label("value")}${shapeOf(schemas)}${subjectWords(valueSubject, page)}`,
    ...(silent === null ? [] : prose(`not streamed: ${silent}`, page)),
    ...tableLines(COLUMNS, rowsOf(projection, schemas, relation), { indent: "  ", width: page.width, dim: page.paint.dim }),
    ...snapshotLines(projection, page),
    ...projection.caveats
      .filter(({ message }) => !said.has(message))
      .flatMap(({ effect, message }) => prose(`${effect}: ${message}`, page)),
  ];
}

function prose(text: string, page: SchemaPage): readonly string[] {
  return wrap(sentence(text), page.width === 0 ? 0 : page.width - 4).map((line, at) => (at === 0 ? `  ${line}` : `    ${line}`));
}

function subjectWords(subject: string | null, { paint }: SchemaPage): string {
  return subject === null ? "" : `  ${paint.dim("subject")} ${visible(subject)}`;
}

function sourceWords(source: Projection["key"]["source"]): string {
  return { "primary-key": "primary key", "unique-index": "unique index", "message.key.columns": "message.key.columns", none: "" }[source];
}

function shapeOf(schemas: Schemas | null): string {
  const fields = schemas?.value.fields ?? [];
  return isEnvelope(fields) ? "envelope with before, after" : "the row itself";
}

const isEnvelope = (fields: readonly ConnectField[]): boolean =>
  ["op", "after"].every((name) => fields.some(({ field }) => field === name));

/** The row in the schema that is sent: of an envelope, what is in `after`. */
function rowFields(value: ConnectSchema | undefined): readonly ConnectField[] {
  const fields = value?.fields ?? [];
  return isEnvelope(fields) ? (fields.find(({ field }) => field === "after")?.fields ?? []) : fields;
}

function avroRow(schema: JsonValue | undefined): ReadonlyMap<string, JsonValue> {
  const fields = avroFields(schema ?? null);
  const before = fields.find(({ name }) => name === "before")?.["type"];
  const row = before !== undefined && isArray(before) ? before.find((branch) => avroFields(branch).length > 0) : undefined;
  const own = fields.some(({ name }) => name === "op") && row !== undefined ? avroFields(row) : fields;
  return new Map(own.map((one) => [String(one["name"]), one["type"] ?? null]));
}

function rowsOf(projection: Projection, schemas: Schemas | null, relation: Relation | null): readonly (readonly string[])[] {
  const fields = new Map(rowFields(schemas?.value).map((one) => [one.field, one]));
  const avro = avroRow(schemas?.valueAvro);
  const typeOf = (position: number): string => relation?.columns.find((column) => column.position === position)?.type.text ?? "";
  const cells = (name: string, schema: ConnectSchema | undefined): readonly string[] => {
    if (schema === undefined) return ["left out by a transform", "", "", ""];
    return [connectWords(schema), avroWords(withoutNull(avro.get(name) ?? "")), schema.optional ? "yes" : "", defaultWords(schema) ?? ""];
  };
  const own = projection.columns.map(({ position, column, field, omitted, inKey }): readonly string[] => {
    const [mark, type] = [inKey ? "key" : "", postgresWords(typeOf(position))];
    if (field === null) return [mark, column, type, `not sent: ${omitted ?? "unknown"}`, "", "", ""];
    return [mark, field === column ? column : `${column} as ${field}`, type, ...cells(field, fields.get(field))];
  });
  const named = new Set(projection.columns.map(({ field }: ProjectedColumn) => field));
  const added = [...fields.values()].filter(({ field }) => !named.has(field));
  const others = added.map((one): readonly string[] => ["", one.field, "", ...cells(one.field, one)]);
  return [...own, ...others].map((row) => row.map(visible));
}

/** The other branch of a union with null, which a column of its own tells. */
function withoutNull(type: JsonValue): JsonValue {
  const branches = isArray(type) ? type.filter((branch) => branch !== "null") : [];
  return branches.length === 1 ? (branches[0] ?? type) : type;
}

/** How the snapshot's schema differs, where it does. */
function snapshotLines({ snapshot, streaming }: Projection, page: SchemaPage): readonly string[] {
  if (snapshot === null || streaming === null || snapshot === streaming) return [];
  const differences = schemaDifferences(streaming.valueAvro, snapshot.valueAvro);
  if (differences.length === 0) return [];
  const also = differences.flatMap(({ field, before, after }) => (before === null ? [`${field}: ${after ?? "?"}`] : []));
  const lacks = differences.flatMap(({ field, after }) => (after === null ? [field] : []));
  const other = differences.flatMap(({ field, before, after }) => (before === null || after === null ? [] : [`${field} is ${after}`]));
  const words = [
    ...(also.length === 0 ? [] : [`with the fields ${also.join("; ")}`]),
    ...(lacks.length === 0 ? [] : [`without ${lacks.join(", ")}`]),
    ...(other.length === 0 ? [] : [`where ${other.join("; ")}`]),
  ];
  return prose(`The initial snapshot registers another value schema, ${words.join(", and ")}.`, page);
}
