import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { javaSplit } from "./options.ts";
import { asField, basics, doubt, fail, fieldOf, refuse } from "./stream-record.ts";

const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(["op", "ts_ms", "ts_us", "ts_ns"]);
const TRANSACTION_FIELDS: ReadonlySet<string> = new Set(["id", "total_order", "data_collection_order"]);

/** One entry of add.fields or add.headers (io.debezium.transforms.AbstractExtractNewRecordState.FieldReference). */
export interface FieldReference {
  /** The struct that has the field; null for the envelope itself. */
  readonly struct: string | null;
  readonly field: string;
  readonly newName: string;
}

/** Reads `field`, `struct.field` and `field:alias`, separated by commas. */
export function fieldReferences(setting: string, given: string, prefix: string): readonly FieldReference[] {
  if (given === "") return [];
  return javaSplit(given, ",").map((entry) => {
    const [reference, alias, ...rest] = javaSplit(entry.trim(), ":");
    const [first, second] = reference === undefined ? [] : javaSplit(reference, ".");
    if (first === undefined || rest.length > 0) return refuse(`${setting} has "${entry}", which is not of the form field:alias`);
    const field = second ?? first;
    const struct = second === undefined ? structFor(first) : first;
    return { struct, field, newName: prefix + (alias ?? (second === undefined ? field : `${first}_${field}`)) };
  });
}

function structFor(name: string): string | null {
  if (ENVELOPE_FIELDS.has(name)) return null;
  if (TRANSACTION_FIELDS.has(name)) return "transaction";
  return name === "updateDescription" ? name : "source";
}

/** The field to add, optional and without the original's default; null where neither its struct nor the envelope has it. */
export function addedField(envelope: ConnectSchema, { struct, field, newName }: FieldReference): ConnectField | null {
  const parent = struct === null ? envelope : fieldOf(envelope, struct);
  if (parent === undefined) return fail(`the envelope has no "${struct ?? ""}" (NullPointerException)`);
  const found = fieldOf(parent, field) ?? fieldOf(envelope, field);
  if (found === undefined) return null;
  // A struct is copied without its fields, so that no value fits it.
  if (found.fields !== undefined && (field === "source" || field === "after"))
    return fail(`the struct "${field}" cannot be added (Struct schemas do not match)`);
  if (found.fields !== undefined) return doubt(`adds the struct "${field}", which works only while it is null`);
  return asField(newName, {
    ...(found.items === undefined ? {} : { items: found.items }),
    ...basics(found),
    type: found.type,
    optional: true,
  });
}
