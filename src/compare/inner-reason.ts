import type { InnerReason } from "../model/impact.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import type { AvroField, AvroRecord, AvroSchema } from "./avro/schema.ts";
import { unionNameOf } from "./avro/schema.ts";
import { typeWords } from "./avro/type-words.ts";
import { compareParsed } from "./check-compatibility.ts";

/**
 * The innermost place where two types of a field part: Avro stops at the outermost union, as it may hold several types. Null where they do not.
 */
export function innerReason(reader: AvroSchema, writer: AvroSchema, avroLine: AvroLine): InnerReason | null {
  const found = new Search(avroLine).at(reader, writer, []);
  return found === "open" ? null : found;
}

type Place = InnerReason["place"];
/** "open": that pair is being looked at already, further out. */
type Found = InnerReason | "open" | null;

class Search {
  readonly #avroLine: AvroLine;
  /** Readers on the way down, as recursive records would not end. */
  readonly #open = new Set<AvroSchema>();

  constructor(avroLine: AvroLine) {
    this.#avroLine = avroLine;
  }

  at(reader: AvroSchema, writer: AvroSchema, place: Place): Found {
    if (compareParsed(reader, writer, this.#avroLine).compatible) return null;
    if (this.#open.has(reader)) return "open";
    this.#open.add(reader);
    const found = this.#below(reader, writer, place);
    this.#open.delete(reader);
    return found ?? { kind: "type", place, reader: typeWords(reader), writer: typeWords(writer) };
  }

  #below(reader: AvroSchema, writer: AvroSchema, place: Place): Found {
    if (writer.type === "union") return this.#branches(reader, writer.branches, place);
    if (reader.type === "union") {
      const partner = partnerOf(writer, reader.branches);
      return partner === null ? null : this.at(partner, writer, place);
    }
    if (reader.type === "array" && writer.type === "array") return this.at(reader.items, writer.items, [...place, { kind: "items" }]);
    if (reader.type === "map" && writer.type === "map") return this.at(reader.values, writer.values, [...place, { kind: "values" }]);
    return reader.type === "record" && writer.type === "record" ? this.#fields(reader, writer, place) : null;
  }

  #branches(reader: AvroSchema, branches: readonly AvroSchema[], place: Place): Found {
    const branch = branches.find((one) => !compareParsed(reader, one, this.#avroLine).compatible);
    if (branch === undefined) return null;
    if (branch.type === "null") return { kind: "null", place };
    const partner = reader.type === "union" ? partnerOf(branch, reader.branches) : reader;
    return partner === null || partner.type !== branch.type ? null : this.at(partner, branch, place);
  }

  #fields(reader: AvroRecord, writer: AvroRecord, place: Place): Found {
    for (const field of reader.fields) {
      const here: Place = [...place, { kind: "field", name: field.name }];
      const partner = partnerField(field, writer);
      if (partner === null && field.default === undefined) return { kind: "missing", place: here };
      const found = partner === null ? null : this.at(field.type, partner.type, here);
      if (found !== null && found !== "open") return found;
    }
    return null;
  }
}

/** The branch that was meant: of the same name, else of the same type. */
function partnerOf(writer: AvroSchema, branches: readonly AvroSchema[]): AvroSchema | null {
  const same = branches.find((branch) => unionNameOf(branch) === unionNameOf(writer));
  return same ?? branches.find(({ type }) => type === writer.type) ?? null;
}

function partnerField({ name, aliases }: AvroField, { fieldsByName }: AvroRecord): AvroField | null {
  return [name, ...aliases].map((one) => fieldsByName.get(one)).find((field) => field !== undefined) ?? null;
}
