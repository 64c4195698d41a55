import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, NumberLiteral } from "../../model/json.ts";
import { AvroError, parseError } from "./avro-error.ts";
import { isValidDefault, parseDouble } from "./default-value.ts";
import { readJson } from "./json-text.ts";
import type { NameRule } from "./names.ts";
import { faultOfName, nameOf } from "./names.ts";
import { printSchema } from "./print.ts";
import { jacksonText } from "./registration-text.ts";
import type { AvroField, AvroName, AvroRecord, AvroSchema, PrimitiveType } from "./schema.ts";
import { visitCopies } from "./resolver.ts";
import { describeField, primitiveTypes, unionNameOf } from "./schema.ts";
import { checkSimpleNames } from "./simple-names.ts";
import type { Scope } from "./scope.ts";
import { completeScope, earlyScope } from "./scope.ts";

/** How a registry parses. */
export interface ParseMode {
  /** "new": a schema that is to be registered; "stored": one that the registry has already and reads leniently. */
  readonly strict: "new" | "stored";
  /** Line of Avro Java that the registry runs: 1.12 from Confluent Platform 8.0.7 on, 1.11 in 7.x. */
  readonly avroLine: "1.12" | "1.11";
  /** Texts of the schemas it refers to, in the order in which they are to be parsed. */
  readonly references?: readonly string[];
}

export type ParseResult = { readonly ok: true; readonly schema: AvroSchema } | { readonly ok: false; readonly error: string };

/** Depth of JSON at which Jackson stops reading (StreamReadConstraints). */
const maxDepth = 1000;

const reserved: ReadonlySet<string> = new Set([
  "doc",
  "fields",
  "items",
  "name",
  "namespace",
  "size",
  "symbols",
  "values",
  "type",
  "aliases",
]);
const reservedOfEnum: ReadonlySet<string> = new Set([...reserved, "default"]);
const reservedOfField: ReadonlySet<string> = new Set(["default", "doc", "name", "order", "type", "aliases"]);

/**
 * Parses an Avro schema as a registry does, with the faults and in the words of org.apache.avro.Schema.Parser
 * (`SchemaParseException: …`). A string is the text of a schema, or the bare name of a primitive type.
 */
export function parseAvro(input: JsonValue, mode: ParseMode): ParseResult {
  try {
    const parser = new SchemaParser(mode);
    for (const reference of mode.references ?? []) parser.parse(readSchema(reference));
    return { ok: true, schema: parser.parse(readSchema(input)) };
  } catch (error) {
    if (error instanceof AvroError) return { ok: false, error: `${error.exception}: ${error.message}` };
    throw error;
  }
}

function readSchema(input: JsonValue): JsonValue {
  if (typeof input !== "string" || primitiveTypes.has(input)) return input;
  try {
    return readJson(input);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw parseError(error instanceof Error ? error.message : String(error));
  }
}

function tooDeep(): AvroError {
  return parseError(`Document nesting depth exceeds the maximum allowed (${maxDepth})`);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class SchemaParser {
  private readonly mode: ParseMode;
  private readonly nameRule: NameRule;
  private readonly scope: Scope;
  /** Records whose fields are still being read. */
  private readonly incomplete = new Set<AvroSchema>();
  /** A symbol that is no text, which the parser itself does not mind in a stored schema. */
  private hasNullSymbol = false;

  constructor(mode: ParseMode) {
    this.mode = mode;
    this.nameRule = mode.avroLine === "1.11" ? "unicode" : mode.strict === "new" ? "strict" : "none";
    this.scope = mode.avroLine === "1.11" ? earlyScope() : completeScope(this.nameRule);
  }

  parse(node: JsonValue): AvroSchema {
    let root = this.schema(node, null, 1);
    this.scope.whenKnown(root, (schema) => {
      root = schema;
    });
    visitCopies(this.scope.resolve(root), (schema, incomplete) => this.checkCopy(schema, incomplete));
    if (this.hasNullSymbol) throw new AvroError("IllegalArgumentException", "Null name");
    if (this.nameRule === "none") checkSimpleNames(root);
    return root;
  }

  private schema(node: JsonValue, space: string | null, depth: number): AvroSchema {
    if (typeof node === "string") return this.reference(node, space, node);
    if (depth > maxDepth) throw tooDeep();
    if (isArray(node)) return this.union(node, space, depth);
    if (!isObject(node)) throw parseError(`Schema not yet supported: ${jacksonText(node)}`);
    const type = requiredText(node, "type", "No type");
    if (isPrimitive(type)) return { type, properties: propertiesOf(node, reserved) };
    switch (type) {
      case "record":
      case "error":
        return this.record(node, space, depth, type === "error");
      case "enum":
        return this.enumeration(node, space);
      case "fixed":
        return this.fixed(node, space);
      case "array":
        return this.array(node, space, depth);
      case "map":
        return this.map(node, space, depth);
      default:
        return this.reference(type, space, node);
    }
  }

  private reference(name: string, space: string | null, node: JsonValue): AvroSchema {
    if (isPrimitive(name)) return { type: name, properties: {} };
    return this.scope.find(name, space, node);
  }

  private union(nodes: readonly JsonValue[], space: string | null, depth: number): AvroSchema {
    const branches = nodes.map((node) => this.schema(node, space, depth + 1));
    const schema: AvroSchema = { type: "union", branches };
    checkUnion(branches);
    branches.forEach((branch, index) =>
      this.scope.whenKnown(branch, (known) => {
        branches[index] = known;
      }),
    );
    return schema;
  }

  private array(node: JsonObject, space: string | null, depth: number): AvroSchema {
    if (node["items"] === undefined) throw parseError(`Array has no items type: ${jacksonText(node)}`);
    const items = this.schema(node["items"], space, depth + 1);
    const schema: Mutable<Extract<AvroSchema, { type: "array" }>> = { type: "array", items, properties: propertiesOf(node, reserved) };
    this.scope.whenKnown(items, (known) => {
      schema.items = known;
    });
    return schema;
  }

  private map(node: JsonObject, space: string | null, depth: number): AvroSchema {
    if (node["values"] === undefined) throw parseError(`Map has no values type: ${jacksonText(node)}`);
    const values = this.schema(node["values"], space, depth + 1);
    const schema: Mutable<Extract<AvroSchema, { type: "map" }>> = { type: "map", values, properties: propertiesOf(node, reserved) };
    this.scope.whenKnown(values, (known) => {
      schema.values = known;
    });
    return schema;
  }

  private record(node: JsonObject, space: string | null, depth: number, isError: boolean): AvroSchema {
    const name = this.name(node, space);
    const fields: AvroField[] = [];
    const fieldsByName = new Map<string, AvroField>();
    const doc = optionalText(node, "doc");
    checkIsNoPrimitive(name);
    const schema: Mutable<AvroRecord> = { type: "record", name, doc, isError, aliases: [], fields, fieldsByName, properties: {} };
    this.scope.begin(schema);
    this.incomplete.add(schema);
    const nodes = node["fields"];
    if (!isArray(nodes)) throw parseError(`Record has no fields: ${jacksonText(node)}`);
    const parsed = nodes.map((field, position) => this.field(field, name.space, depth + 2, position));
    for (const field of parsed) {
      const twin = fieldsByName.get(field.name);
      if (twin !== undefined) throw duplicateField(name, field, twin);
      fieldsByName.set(field.name, field);
      fields.push(field);
    }
    this.incomplete.delete(schema);
    schema.properties = propertiesOf(node, reserved);
    schema.aliases = this.aliases(node, name);
    this.scope.complete(schema);
    return schema;
  }

  private field(node: JsonValue, space: string | null, depth: number, position: number): AvroField {
    // Java asks any JSON node for a member and gets none from what is no object.
    const object = isObject(node) ? node : {};
    const name = optionalText(object, "name");
    if (name === null) throw parseError(`No field name: ${jacksonText(node)}`);
    const typeNode = object["type"];
    if (typeNode === undefined) throw parseError(`No field type: ${jacksonText(node)}`);
    const type = this.schema(typeNode, space, depth + 1);
    const order = orderOf(object["order"]);
    const value = defaultOf(object["default"], type);
    this.checkName(name);
    const doc = optionalText(object, "doc");
    const field: Mutable<AvroField> = { name, type, doc, default: value, order, aliases: [], position, properties: {} };
    this.scope.whenKnown(type, (known) => {
      field.type = known;
    });
    this.checkDefault(field, this.incomplete);
    field.properties = propertiesOf(object, reservedOfField);
    field.aliases = aliasTexts(object);
    return field;
  }

  private checkCopy(schema: AvroSchema, incomplete: ReadonlySet<AvroSchema>): void {
    if (schema.type === "union") checkUnion(schema.branches);
    if (schema.type === "record") for (const field of schema.fields) this.checkDefault(field, incomplete);
    if (schema.type === "record" || schema.type === "array" || schema.type === "map") checkProperties(schema.properties);
  }

  private checkDefault(field: AvroField, incomplete: ReadonlySet<AvroSchema>): void {
    if (this.mode.strict === "stored" || field.default === undefined) return;
    if (isValidDefault(field.type, field.default, { anyBranch: this.mode.avroLine === "1.12", incomplete })) return;
    throw new AvroError(
      "AvroTypeException",
      `Invalid default for field ${field.name}: ${jacksonText(field.default)} not a ${printSchema(field.type)}`,
    );
  }

  private enumeration(node: JsonObject, space: string | null): AvroSchema {
    const name = this.name(node, space);
    const nodes = node["symbols"];
    if (!isArray(nodes)) throw parseError(`Enum has no symbols: ${jacksonText(node)}`);
    checkIsNoPrimitive(name);
    const texts = nodes.map((symbol) => (typeof symbol === "string" ? symbol : null));
    const seen = new Set<string | null>();
    for (const symbol of texts) {
      this.checkName(symbol);
      if (seen.has(symbol)) throw parseError(`Duplicate enum symbol: ${symbol}`);
      seen.add(symbol);
    }
    const fallback = optionalText(node, "default");
    if (fallback !== null && !seen.has(fallback)) {
      throw parseError(`The Enum Default: ${fallback} is not in the enum symbol set: [${texts.map(String).join(", ")}]`);
    }
    const symbols = texts.filter((symbol) => symbol !== null);
    if (symbols.length < texts.length) this.hasNullSymbol = true;
    const properties = propertiesOf(node, reservedOfEnum);
    const aliases = this.aliases(node, name);
    return this.define({ type: "enum", name, doc: optionalText(node, "doc"), symbols, default: fallback, aliases, properties });
  }

  private fixed(node: JsonObject, space: string | null): AvroSchema {
    const name = this.name(node, space);
    const size = node["size"];
    if (typeof size !== "number" || !Number.isInteger(size) || Math.abs(size) >= 2 ** 31) {
      throw parseError(`Invalid or no size: ${jacksonText(node)}`);
    }
    checkIsNoPrimitive(name);
    if (size < 0) throw new AvroError("AvroRuntimeException", `Malformed data. Length is negative: ${size}`);
    const aliases = this.aliases(node, name);
    return this.define({ type: "fixed", name, doc: optionalText(node, "doc"), size, aliases, properties: propertiesOf(node, reserved) });
  }

  private define(schema: Extract<AvroSchema, { name: AvroName }>): AvroSchema {
    this.scope.begin(schema);
    this.scope.complete(schema);
    return schema;
  }

  private name(node: JsonObject, space: string | null): AvroName {
    const name = nameOf(requiredText(node, "name", "No name in schema"), optionalText(node, "namespace") ?? space);
    this.checkName(name.name);
    return name;
  }

  private aliases(node: JsonObject, owner: AvroName): readonly AvroName[] {
    return aliasTexts(node).map((text) => {
      const alias = nameOf(text, owner.space);
      this.checkName(alias.name);
      return alias;
    });
  }

  private checkName(name: string | null): void {
    const fault = faultOfName(name, this.nameRule);
    if (fault !== null) throw parseError(fault);
  }
}

function isPrimitive(type: string): type is PrimitiveType {
  return primitiveTypes.has(type);
}

function checkIsNoPrimitive({ full }: AvroName): void {
  if (primitiveTypes.has(full)) throw new AvroError("AvroTypeException", `Schemas may not be named after primitives: ${full}`);
}

function requiredText(node: JsonObject, key: string, error: string): string {
  const text = optionalText(node, key);
  if (text === null) throw parseError(`${error}: ${jacksonText(node)}`);
  return text;
}

function optionalText(node: JsonObject, key: string): string | null {
  const value = node[key];
  return typeof value === "string" ? value : null;
}

function propertiesOf(node: JsonObject, without: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !without.has(key)));
}

/**
 * Avro 1.12 copies records, arrays and maps when it resolves references, and a number that a Java long cannot hold is lost in that
 * (org.apache.avro.util.internal.JacksonUtils.toObject).
 */
function checkProperties(properties: JsonObject): void {
  for (const [key, value] of Object.entries(properties)) {
    if (isBeyondLong(value)) throw new AvroError("AvroRuntimeException", `Can't set a property to null: ${key}`);
    if (holdsBeyondLong(value)) throw new AvroError("NullPointerException", 'Cannot invoke "Object.getClass()" because "datum" is null');
  }
}

function holdsBeyondLong(value: JsonValue): boolean {
  if (isArray(value)) return value.some(holdsBeyondLong);
  return isObject(value) ? Object.values(value).some(holdsBeyondLong) : isBeyondLong(value);
}

function isBeyondLong(value: JsonValue): boolean {
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) > 2 ** 63;
  return value instanceof NumberLiteral && /^-?\d+$/.test(value.text) && BigInt.asIntN(64, BigInt(value.text)) !== BigInt(value.text);
}

function aliasTexts(node: JsonObject): readonly string[] {
  const aliases = node["aliases"];
  if (aliases === undefined) return [];
  if (!isArray(aliases)) throw parseError(`aliases not an array: ${jacksonText(node)}`);
  const texts = aliases.map((alias) => {
    if (typeof alias !== "string") throw parseError(`alias not a string: ${jacksonText(alias)}`);
    return alias;
  });
  return [...new Set(texts)];
}

const orderIsNoText =
  'Cannot invoke "String.toUpperCase(java.util.Locale)" because the return value of "com.fasterxml.jackson.databind.JsonNode.textValue()" is null';

function orderOf(node: JsonValue | undefined): AvroField["order"] {
  if (node === undefined) return "ascending";
  if (typeof node !== "string") throw new AvroError("NullPointerException", orderIsNoText);
  const order = node.toLowerCase();
  if (order === "ascending" || order === "descending" || order === "ignore") return order;
  throw new AvroError("IllegalArgumentException", `No enum constant org.apache.avro.Schema.Field.Order.${node.toUpperCase()}`);
}

function defaultOf(node: JsonValue | undefined, type: AvroSchema): JsonValue | undefined {
  if (typeof node !== "string" || (type.type !== "float" && type.type !== "double")) return node;
  const value = parseDouble(node);
  if (value === null)
    throw new AvroError("NumberFormatException", node.trim() === "" ? "empty String" : `For input string: "${node.trim()}"`);
  return value;
}

function checkUnion(branches: readonly AvroSchema[]): void {
  const names = new Set<string>();
  for (const branch of branches) {
    if (branch.type === "union") throw new AvroError("AvroRuntimeException", `Nested union: ${printSchema({ type: "union", branches })}`);
    const name = unionNameOf(branch);
    if (names.has(name)) throw new AvroError("AvroRuntimeException", `Duplicate in union:${name}`);
    names.add(name);
  }
}

function duplicateField(record: AvroName, field: AvroField, twin: AvroField): AvroError {
  return new AvroError(
    "AvroRuntimeException",
    `Duplicate field ${field.name} in record ${record.full}: ${describeField(field)} and ${describeField(twin)}.`,
  );
}
