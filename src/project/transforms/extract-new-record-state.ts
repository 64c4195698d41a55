import type { ConnectField, ConnectSchema } from "../../model/connect-schema.ts";
import { finish, plain } from "../types/build.ts";
import { atLeast } from "../version.ts";
import type { DebeziumVersion } from "../version.ts";
import { addedField, fieldReferences } from "./added-fields.ts";
import type { FieldReference } from "./added-fields.ts";
import { flag } from "./options.ts";
import { asField, fail, fieldOf, isEnvelope, rebuilt, refuse, remark, requireOperation, withoutField } from "./stream-record.ts";
import type { Header, Remark, Settings, StreamRecord, TransformClass } from "./stream-record.ts";

/** What becomes of deletes and tombstones. */
interface DeleteHandling {
  readonly deletes: "drop" | "null" | "rewrite" | "tombstone";
  readonly keepsTombstones: boolean;
}

/** io.debezium.transforms.ExtractNewRecordState: the row takes the envelope's place. Records that are no envelope pass. */
export const extractNewRecordState: TransformClass = (settings, { version, versionGiven }) => {
  const old = outdated(settings, version, versionGiven);
  const handling = deleteHandling(settings, version);
  const fields = fieldReferences("add.fields", settings["add.fields"] ?? "", settings["add.fields.prefix"] ?? "__");
  const headers = fieldReferences("add.headers", settings["add.headers"] ?? "", settings["add.headers.prefix"] ?? "__");
  for (const name of ["drop.fields.from.key", "drop.fields.keep.schema.compatible"]) flag(settings, name, true);
  return (given) => {
    const record = { ...given, headers: [...given.headers, ...addedHeaders(given, headers)] };
    if (record.value.isNull) return handling.keepsTombstones ? record : null;
    const envelope = record.value.schema;
    if (envelope === null || !isEnvelope(record)) return record;
    const after = fieldOf(envelope, "after") ?? fail("Unknown field: after");
    const row = record.event === "delete" ? (fieldOf(envelope, "before") ?? fail("Unknown field: before")) : after;
    if (record.event === "delete" && handling.deletes !== "rewrite") return deleted(record, after, handling);
    const schema = extracted(row, envelope, handling.deletes === "rewrite", fields);
    const extractedRow = { ...record, value: { schema, isNull: false }, remarks: [...record.remarks, ...old] };
    return dropsByHeader(routed(extractedRow, row, settings["route.by.field"] ?? ""), settings);
  };
};

function deleteHandling(settings: Settings, version: DebeziumVersion): DeleteHandling {
  const given = (atLeast(version, 2, 5) ? (settings["delete.tombstone.handling.mode"] ?? "") : "").trim().toLowerCase();
  const mode = given === "" && atLeast(version, 3, 2) && settings["delete.tombstone.handling.mode"] === undefined ? "tombstone" : given;
  // Read, and so checked, even where the newer setting decides.
  const legacy = atLeast(version, 3, 2) ? null : legacyHandling(settings);
  const isSet = settings["delete.tombstone.handling.mode"] !== undefined && atLeast(version, 3, 1);
  if (mode === "" && legacy !== null && !isSet) return legacy;
  switch (mode) {
    case "drop":
      return { deletes: "drop", keepsTombstones: false };
    case "tombstone":
      return { deletes: "null", keepsTombstones: false };
    case "rewrite":
      return { deletes: "rewrite", keepsTombstones: false };
    case "rewrite-with-tombstone":
      return { deletes: "rewrite", keepsTombstones: true };
    case "delete-to-tombstone":
      if (atLeast(version, 3, 2)) return { deletes: "tombstone", keepsTombstones: false };
      return refuse(`delete.tombstone.handling.mode is "${mode}", which exists since Debezium 3.2`);
    default:
      return refuse(
        `delete.tombstone.handling.mode is "${mode}"; it must be one of drop, tombstone, rewrite, rewrite-with-tombstone, delete-to-tombstone`,
      );
  }
}

/** The settings of before Debezium 3.2 where nothing reads them, or where that hangs on the version. */
function outdated(settings: Settings, version: DebeziumVersion, versionGiven: boolean): readonly Remark[] {
  const name = ["delete.handling.mode", "drop.tombstones"].find((one) => settings[one] !== undefined);
  if (name === undefined || !atLeast(version, 3, 2) || settings["delete.tombstone.handling.mode"] !== undefined) return [];
  const rewrites = settings["delete.handling.mode"]?.trim().toLowerCase() === "rewrite";
  if (!versionGiven && rewrites)
    return [
      {
        reason: `has delete.handling.mode=rewrite, which adds the field __deleted before Debezium 3.2 and nothing since; tell the version (--debezium-version)`,
        effect: "unknown",
      },
    ];
  return [{ reason: `has ${name}, which Debezium 3.2 and later do not read: use delete.tombstone.handling.mode`, effect: "note" }];
}

/** Before Debezium 3.2: drop.tombstones and delete.handling.mode. */
function legacyHandling(settings: Settings): DeleteHandling {
  const keepsTombstones = !flag(settings, "drop.tombstones", true);
  const mode = (settings["delete.handling.mode"] ?? "drop").trim().toLowerCase();
  if (mode === "drop" || mode === "rewrite") return { deletes: mode, keepsTombstones };
  return mode === "none"
    ? { deletes: "null", keepsTombstones }
    : refuse(`delete.handling.mode is "${mode}"; it must be one of drop, rewrite, none`);
}

function deleted(record: StreamRecord, after: ConnectField, { deletes }: DeleteHandling): StreamRecord | null {
  if (deletes === "drop") return null;
  return { ...record, value: { schema: deletes === "tombstone" ? null : withoutField(after), isNull: true } };
}

/** The row's fields, `__deleted`, then those of add.fields. */
function extracted(row: ConnectField, envelope: ConnectSchema, rewrites: boolean, references: readonly FieldReference[]): ConnectSchema {
  requireOperation(envelope);
  const marker = rewrites ? [asField("__deleted", finish(plain("string"), true))] : [];
  const added = references.flatMap((reference) => addedField(envelope, reference) ?? []);
  return rebuilt(withoutField(row), [...(row.fields ?? fail("the row is no struct")), ...marker, ...added]);
}

function addedHeaders(record: StreamRecord, references: readonly FieldReference[]): readonly Header[] {
  const { schema, isNull } = record.value;
  if (isNull)
    return references
      .filter(({ field }) => field === "op")
      .map(({ newName }) => ({ name: newName, schema: finish(plain("string"), false) }));
  if (schema === null || !isEnvelope(record)) return [];
  return references.flatMap((reference) => {
    const added = addedField(schema, reference);
    return added === null ? [] : [{ name: reference.newName, schema: withoutField(added) }];
  });
}

function routed(record: StreamRecord, row: ConnectField, name: string): StreamRecord {
  if (name === "") return record;
  const column = fieldOf(row, name) ?? fail(`${name} is not a valid field name (route.by.field)`);
  if (column.type !== "string") fail(`Field '${name}' is not of type STRING (route.by.field)`);
  const reason = `takes the topic from the values of "${name}" (route.by.field), so that topic and subjects cannot be told`;
  return remark({ ...record, topic: `\${${name}}` }, "unknown", reason);
}

/** Only a header that the record has drops anything: one of the connector's own, or of an earlier transform. */
function dropsByHeader(record: StreamRecord, settings: Settings): StreamRecord {
  const name = settings["drop.fields.header.name"] ?? "";
  const exists = record.headers.some((header) => header.name === name) || name.startsWith("__debezium.");
  if (name.trim() === "" || !exists) return record;
  return remark(
    record,
    "unknown",
    `drops the fields that the header ${name} lists (drop.fields.header.name); which they are is in the records`,
  );
}
