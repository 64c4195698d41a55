import type { Incompatibility, IncompatibilityType } from "../../model/subject.ts";
import { AvroError } from "./avro-error.ts";
import { printSchema } from "./print.ts";
import type { AvroField, AvroName, AvroRecord, AvroSchema } from "./schema.ts";
import { describeField, primitiveTypes } from "./schema.ts";

export type AvroLine = "1.12" | "1.11";

type Result = readonly Incompatibility[];
type Named = Extract<AvroSchema, { name: AvroName }>;

const none: Result = [];

/** Writer types besides its own that a reader type may read. */
const promotions: Readonly<Record<string, readonly string[]>> = {
  long: ["int"],
  float: ["int", "long"],
  double: ["int", "long", "float"],
  bytes: ["string"],
  string: ["bytes"],
};

/**
 * What keeps `reader` from reading what `writer` wrote: list, order, paths and messages of
 * org.apache.avro.SchemaCompatibility.checkReaderWriterCompatibility. Empty: readable.
 * @throws AvroError where Java throws: a reader field that matches several fields of the writer.
 */
export function incompatibilitiesOf(reader: AvroSchema, writer: AvroSchema, avroLine: AvroLine): Result {
  return new Checker(avroLine).check(reader, writer, []);
}

/** What is known of one reader: nearly always it meets one writer, so only the rest goes into a map. */
interface Known {
  readonly writer: AvroSchema;
  result: Result;
  others: Map<AvroSchema, Result> | null;
}

class Checker {
  private readonly avroLine: AvroLine;
  /** By object identity. A finished pair's list is used again with the paths of its first visit, which Java does too. */
  private readonly memo = new Map<AvroSchema, Known>();

  constructor(avroLine: AvroLine) {
    this.avroLine = avroLine;
  }

  check(reader: AvroSchema, writer: AvroSchema, path: readonly string[]): Result {
    // Nothing to report and nothing below: most pairs are of this kind, and need no memory.
    if (isReadable(reader, writer)) return none;
    const known = this.memo.get(reader);
    if (known === undefined) {
      // A pair in progress counts as compatible.
      const entry: Known = { writer, result: none, others: null };
      this.memo.set(reader, entry);
      entry.result = this.calculate(reader, writer, path);
      return entry.result;
    }
    if (known.writer === writer) return known.result;
    const others = (known.others ??= new Map());
    const found = others.get(writer);
    if (found !== undefined) return found;
    others.set(writer, none);
    const result = this.calculate(reader, writer, path);
    others.set(writer, result);
    return result;
  }

  private calculate(reader: AvroSchema, writer: AvroSchema, path: readonly string[]): Result {
    if (reader.type === "union" && writer.type === "union") return this.unions(reader, writer.branches, path);
    if (writer.type === "union") return this.writerUnion(reader, writer.branches, path);
    if (reader.type === "union") return this.readerUnion(reader.branches, writer, path);
    if (reader.type === "array" && writer.type === "array") return this.check(reader.items, writer.items, [...path, "items"]);
    if (reader.type === "map" && writer.type === "map") return this.check(reader.values, writer.values, [...path, "values"]);
    if (reader.type === "fixed" && writer.type === "fixed")
      return [...this.names(reader, writer, path), ...sizes(reader.size, writer.size, path)];
    if (reader.type === "enum" && writer.type === "enum") return [...this.names(reader, writer, path), ...symbols(reader, writer, path)];
    if (reader.type === "record" && writer.type === "record") {
      return [...this.names(reader, writer, path), ...this.fields(reader, writer, path)];
    }
    return [fault("TYPE_MISMATCH", path, `reader type: ${upper(reader)} not compatible with writer type: ${upper(writer)}`)];
  }

  private unions(reader: AvroSchema, branches: readonly AvroSchema[], path: readonly string[]): Result {
    return branches.flatMap((branch, index) =>
      this.check(reader, branch, []).length === 0 ? [] : [missingBranch(branch, [...path, String(index)])],
    );
  }

  private writerUnion(reader: AvroSchema, branches: readonly AvroSchema[], path: readonly string[]): Result {
    return branches.flatMap((branch, index) => this.check(reader, branch, this.avroLine === "1.12" ? [...path, String(index)] : []));
  }

  private readerUnion(branches: readonly AvroSchema[], writer: AvroSchema, path: readonly string[]): Result {
    return branches.some((branch) => this.check(branch, writer, []).length === 0) ? none : [missingBranch(writer, path)];
  }

  private fields(reader: AvroRecord, writer: AvroRecord, path: readonly string[]): Result {
    const result: Incompatibility[] = [];
    for (const field of reader.fields) {
      const here = [...path, "fields", String(field.position)];
      const partner = writerFieldOf(field, writer);
      if (partner !== undefined) append(result, this.check(field.type, partner.type, [...here, "type"]));
      else if (field.default === undefined) append(result, this.missing(field, writer, here));
    }
    return result;
  }

  /** Equal unqualified names do; else an alias of the reader must be the writer's full name. */
  private names(reader: Named, writer: Named, path: readonly string[]): Result {
    if (reader.name.name === writer.name.name || reader.aliases.some((alias) => this.aliasText(alias, reader) === writer.name.full))
      return none;
    return [fault("NAME_MISMATCH", [...path, "name"], `expected: ${writer.name.full}`)];
  }

  private aliasText(alias: AvroName, owner: Named): string {
    // Avro 1.12 shows an alias of the null namespace with a leading dot, and so never matches it.
    return this.avroLine === "1.12" && alias.space === null && owner.name.space !== null ? `.${alias.name}` : alias.full;
  }

  private missing(field: AvroField, writer: AvroRecord, here: readonly string[]): Result {
    // An enum's own default does not help a missing field: Java compares the enum with the record itself.
    if (field.type.type === "enum" && field.type.default !== null) return this.check(field.type, writer, [...here, "type"]);
    return [fault("READER_FIELD_MISSING_DEFAULT_VALUE", here, field.name)];
  }
}

/** Two primitive types of which the one reads the other. */
function isReadable(reader: AvroSchema, writer: AvroSchema): boolean {
  return primitiveTypes.has(reader.type) && (reader.type === writer.type || promotions[reader.type]?.includes(writer.type) === true);
}

function append(target: Incompatibility[], more: Result): void {
  for (const one of more) target.push(one);
}

function writerFieldOf(field: AvroField, writer: AvroRecord): AvroField | undefined {
  const direct = writer.fieldsByName.get(field.name);
  if (field.aliases.length === 0) return direct;
  const found = [field.name, ...field.aliases].flatMap((name) => writer.fieldsByName.get(name) ?? []);
  if (found.length > 1) {
    const record = printSchema(writer);
    throw new AvroError(
      "AvroRuntimeException",
      `Reader record field ${describeField(field)} matches multiple fields in writer record schema ${record}`,
    );
  }
  return found[0];
}

function sizes(reader: number, writer: number, path: readonly string[]): Result {
  return reader === writer ? none : [fault("FIXED_SIZE_MISMATCH", [...path, "size"], `expected: ${writer}, found: ${reader}`)];
}

type Enum = Extract<AvroSchema, { type: "enum" }>;

function symbols(reader: Enum, writer: Enum, path: readonly string[]): Result {
  const known = new Set(reader.symbols);
  // Sorted by UTF-16 units, as Java's TreeSet is.
  const missing = writer.symbols.filter((symbol) => !known.has(symbol)).sort();
  if (missing.length === 0 || reader.default !== null) return none;
  return [fault("MISSING_ENUM_SYMBOLS", [...path, "symbols"], `[${missing.join(", ")}]`)];
}

function missingBranch(writer: AvroSchema, path: readonly string[]): Incompatibility {
  return fault("MISSING_UNION_BRANCH", path, `reader union lacking writer type: ${upper(writer)}`);
}

function fault(type: IncompatibilityType, path: readonly string[], message: string): Incompatibility {
  return { type, path: `/${path.map((segment) => segment.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`, message };
}

function upper(schema: AvroSchema): string {
  return schema.type.toUpperCase();
}
