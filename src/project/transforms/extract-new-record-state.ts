import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import type { Transform } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import { finish, plain } from "../types/build.ts";
import { atLeast } from "../version.ts";
import type { DebeziumVersion } from "../version.ts";
import { asField, done, list, rebuilt, unknown, withoutField } from "./stream-record.ts";
import type { Apply } from "./stream-record.ts";

const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(["op", "ts_ms", "ts_us", "ts_ns"]);
const TRANSACTION_FIELDS: ReadonlySet<string> = new Set(["id", "total_order", "data_collection_order"]);

/** io.debezium.transforms.ExtractNewRecordState: the row takes the envelope's place. Records that are no envelope pass. */
export const extractNewRecordState: Apply = (record, transform, { version }) => {
  const envelope = record.value;
  const after = envelope.fields?.find((field) => field.field === "after");
  if (envelope.name?.endsWith(".Envelope") !== true || after === undefined) return done(record);
  const settings = transform.settings;
  if ((settings["route.by.field"] ?? "") !== "")
    return unknown(record, transform, "takes the topic from a column's value (route.by.field)");
  const fields = [...(after.fields ?? []), ...deletedField(transform, version), ...addedFields(envelope, settings)];
  const caveats: Caveat[] = [];
  if ((settings["drop.fields.header.name"] ?? "") !== "") {
    const message = `The transform "${transform.name}" drops the fields that a header names (drop.fields.header.name); which they are is in the records.`;
    caveats.push({ code: "transform-unsupported", message, effect: "unknown" });
  }
  return done({ ...record, value: rebuilt(withoutField(after), fields) }, ...caveats);
};

function deletedField(transform: Transform, version: DebeziumVersion): readonly ConnectField[] {
  const mode = transform.settings["delete.tombstone.handling.mode"] ?? "";
  const legacy = atLeast(version, 3, 2) ? "" : (transform.settings["delete.handling.mode"] ?? "");
  const rewrites = mode.startsWith("rewrite") || (mode === "" && legacy === "rewrite");
  return rewrites ? [asField("__deleted", finish(plain("string"), true))] : [];
}

/** One field for each entry of add.fields that the envelope has; optional, without the original's default. */
function addedFields(envelope: ConnectSchema, settings: Transform["settings"]): readonly ConnectField[] {
  const prefix = settings["add.fields.prefix"] ?? "__";
  return list(settings["add.fields"]).flatMap((entry) => {
    const [reference = "", alias] = entry.split(":");
    const dot = reference.indexOf(".");
    const struct = dot === -1 ? structOf(reference) : reference.slice(0, dot);
    const name = dot === -1 ? reference : reference.slice(dot + 1);
    const parent = struct === null ? envelope : envelope.fields?.find((field) => field.field === struct);
    const found = parent?.fields?.find((field) => field.field === name);
    if (found === undefined) return [];
    const { default: _, ...schema } = withoutField(found);
    const newName = alias ?? (dot === -1 ? name : `${struct ?? ""}_${name}`);
    return [asField(`${prefix}${newName.trim()}`, { ...schema, optional: true })];
  });
}

function structOf(name: string): string | null {
  if (ENVELOPE_FIELDS.has(name)) return null;
  return TRANSACTION_FIELDS.has(name) ? "transaction" : "source";
}
