import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { javaSplit } from "./options.ts";
import { asField, fail, fieldOf, rebuilt, withoutField } from "./stream-record.ts";

/** What io.debezium.transforms.ConnectRecordUtil calls the value itself. */
const ROOT = "payload";

/** A field to add, its path split at the dots. */
export interface NewField {
  readonly path: readonly string[];
  readonly schema: ConnectSchema;
}

export function newField(name: string, schema: ConnectSchema): NewField {
  return { path: javaSplit(name, "."), schema };
}

/**
 * The struct with the fields added, each at its path (io.debezium.transforms.ConnectRecordUtil.makeNewSchema of 3.6): structs on the way are no longer
 * optional, one that is not there is made, and a field that is there stays.
 */
export function withNewFields(schema: ConnectSchema, entries: readonly NewField[]): ConnectSchema {
  for (const { path } of entries) checkParents(schema, path);
  return built(ROOT, schema, entries, 0);
}

function checkParents(schema: ConnectSchema, path: readonly string[]): void {
  let current: ConnectSchema = schema;
  for (const step of path.slice(0, -1)) {
    const field = fieldOf(current, step);
    if (field === undefined) return;
    if (field.fields === undefined) fail(`Field '${step}' is a primitive type, not a struct. Cannot add nested field '${path.join(".")}'.`);
    current = field;
  }
}

function built(name: string, schema: ConnectSchema, entries: readonly NewField[], level: number): ConnectSchema {
  const nested = entries.filter(({ path }) => path.length > 1);
  const fields: ConnectField[] = (schema.fields ?? []).map((field) => {
    const holds = nested.some(({ path }) => path.join(".").includes(`${field.field}.`));
    return holds && field.fields !== undefined ? asField(field.field, built(field.field, withoutField(field), entries, level + 1)) : field;
  });
  for (const entry of entries) {
    const added = nameAt(entry.path, name, level);
    if (added !== null && !fields.some(({ field }) => field === added)) fields.push(asField(added, entry.schema));
  }
  for (const parent of newParents(name, schema, nested, level)) fields.push(asField(parent, parentOf(parent, name, entries, level)));
  return rebuilt(schema, fields);
}

/** The name that an entry has in this struct; null where it does not belong into it. */
function nameAt(path: readonly string[], name: string, level: number): string | null {
  if (path.length === 1 && name === ROOT) return path[0] ?? null;
  return path.length === level + 1 && path[Math.max(level - 1, 0)] === name ? (path[level] ?? null) : null;
}

function newParents(name: string, schema: ConnectSchema, nested: readonly NewField[], level: number): ReadonlySet<string> {
  const parents = nested.flatMap(({ path }) => {
    const belongs = level === 0 ? name === ROOT : path[level - 1] === name;
    const step = path[level];
    return belongs && step !== undefined && level < path.length - 1 && fieldOf(schema, step) === undefined ? [step] : [];
  });
  return new Set(parents);
}

function parentOf(parent: string, name: string, entries: readonly NewField[], level: number): ConnectSchema {
  const fields = entries.flatMap(({ path, schema }): ConnectField[] => {
    const [first, second] = path;
    return level === 0 && name === ROOT && first === parent && second !== undefined ? [asField(second, schema)] : [];
  });
  return { ...rebuilt({ type: "struct", optional: true }, fields), optional: true };
}
