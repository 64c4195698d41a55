import type { HeldBack } from "../model/registration.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import type { AvroField, AvroSchema } from "./avro/schema.ts";
import { unionNameOf } from "./avro/schema.ts";
import { compareParsed } from "./check-compatibility.ts";
import { rowSchemaOf } from "./row.ts";

export interface LatestVersion {
  readonly version: number;
  readonly schema: AvroSchema;
  /** `latest.compatibility.strict`. */
  readonly strict: boolean;
}

/**
 * What becomes of records of the schema `own` that are written with the newest version instead (Confluent's AbstractKafkaSchemaSerDe
 * .lookupLatestVersion, then GenericDatumWriter, which takes the values of a record by position).
 */
export function heldBack(own: AvroSchema, { version, schema, strict }: LatestVersion, avroLine: AvroLine): HeldBack {
  const nothing = { version, stops: null, notSent: [], misplaced: [], narrowed: [] };
  // The sanity check: can the newest version read what the own one writes?
  if (strict && !compareParsed(schema, own, avroLine).compatible) {
    return { ...nothing, stops: `version ${version} cannot read what the new schema writes, which latest.compatibility.strict asks for` };
  }
  const [row, target] = [rowSchemaOf(own), rowSchemaOf(schema)];
  if (row.type !== "record" || target.type !== "record") return nothing;
  const pairs = target.fields.map((to, index) => ({ to, from: row.fields[index] }));
  const lost = pairs.find(({ from }) => from === undefined);
  if (lost !== undefined) {
    return {
      ...nothing,
      stops: `version ${version} has ${target.fields.length} fields and a row has ${row.fields.length}, so that nothing is there for "${lost.to.name}"`,
    };
  }
  const misfit = pairs.find(({ to, from }) => from !== undefined && !isWritable(from.type, to.type));
  if (misfit !== undefined) return { ...nothing, stops: misfitWords(version, misfit.to, misfit.from) };
  return {
    ...nothing,
    notSent: row.fields.slice(target.fields.length).map(({ name }) => name),
    misplaced: pairs.flatMap(({ to, from }) => (from === undefined || from.name === to.name ? [] : [{ from: from.name, to: to.name }])),
    narrowed: pairs.flatMap(({ to, from }) => (from !== undefined && isNarrower(from.type, to.type) ? [from.name] : [])),
  };
}

function misfitWords(version: number, to: AvroField, from: AvroField | undefined): string {
  const what = from === undefined || from.name === to.name ? `the new type of "${to.name}"` : `"${from.name}", which stands at its place,`;
  return `${what} cannot be written as version ${version} has "${to.name}"`;
}

const numbers: readonly string[] = ["int", "long", "float", "double"];

/** Whether every value of the one type can be written as the other, other than null into what takes none. */
function isWritable(from: AvroSchema, to: AvroSchema): boolean {
  if (from.type === "union") return from.branches.every((branch) => branch.type === "null" || isWritable(branch, to));
  if (to.type === "union") {
    // A union's branch is found by the class of the value, so an int is none of a long's.
    return to.branches.some((branch) => unionNameOf(branch) === unionNameOf(from) && isWritable(from, branch));
  }
  if (numbers.includes(from.type)) return numbers.includes(to.type);
  if (from.type === "record" && to.type === "record") return from.fields.length >= to.fields.length;
  return from.type === to.type;
}

function isNarrower(from: AvroSchema, to: AvroSchema): boolean {
  const [wide, narrow] = [withoutNull(from), withoutNull(to)];
  return numbers.includes(wide) && numbers.includes(narrow) && numbers.indexOf(narrow) < numbers.indexOf(wide);
}

function withoutNull(schema: AvroSchema): string {
  return schema.type === "union" ? (schema.branches.find(({ type }) => type !== "null")?.type ?? "null") : schema.type;
}
