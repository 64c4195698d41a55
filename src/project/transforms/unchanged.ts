import { finish } from "../types/build.ts";
import { integer } from "./options.ts";
import { fail, fieldOf, isEnvelope, refuse, remark } from "./stream-record.ts";
import type { Header, Settings, TransformClass } from "./stream-record.ts";

/** Changes values, or takes no part in records of tables: schemas and topics stay. */
export const unchanged: TransformClass = () => (record) => record;

/** org.apache.kafka.connect.transforms.Filter: drops every record that it gets. */
export const filter: TransformClass = () => () => null;

/** As unchanged; the connector does not start without the named settings. */
export function unchangedWith(...required: readonly string[]): TransformClass {
  return (settings) => {
    for (const name of required) needed(settings, name);
    return (record) => record;
  };
}

function needed(settings: Settings, name: string): string {
  const given = settings[name] ?? "";
  return given.trim() === "" ? refuse(`${name} must be set`) : given;
}

/** io.debezium.transforms.Filter and others that pass only some of the records, each with its schemas as they are. */
export function filtering(reason: string): TransformClass {
  return () => (record) => remark(record, "note", reason);
}

/** io.debezium.transforms.ExtractChangedRecordState: two headers of lists of names, on every envelope. */
export const extractChangedRecordState: TransformClass = (settings) => {
  const names = ["header.changed.name", "header.unchanged.name"]
    .flatMap((name) => settings[name] ?? [])
    .filter((name) => name.trim() !== "");
  const headers = names.map((name): Header => {
    const items = { type: "string", optional: true } as const;
    return { name, schema: finish({ type: "array", items, name }, true) };
  });
  return (record) => {
    if (record.value.isNull || !isEnvelope(record)) return record;
    for (const name of ["after", "before"]) if (fieldOf(record.value.schema, name) === undefined) fail(`${name} is not a valid field name`);
    return { ...record, headers: [...record.headers, ...headers] };
  };
};

/** io.debezium.transforms.partitions.PartitionRouting: throws where a struct on the way to a field is null; `change` is whichever of the two is not. */
export const partitionRouting: TransformClass = (settings) => {
  const structs = needed(settings, "partition.payload.fields")
    .split(",")
    .flatMap((path) => (path.includes(".") ? [path.slice(0, path.indexOf(".")).trim()] : []));
  if ((integer(settings, "partition.topic.num") ?? refuse("partition.topic.num must be set")) <= 0)
    refuse("partition.topic.num must be positive");
  return (record) => {
    if (record.value.isNull || !isEnvelope(record)) return record;
    const { schema } = record.value;
    const reads = (name: string): boolean => structs.includes(name) && fieldOf(schema, name)?.fields !== undefined;
    if (record.event === "delete" && reads("after"))
      fail("Unprocessable message: after is null, and partition.payload.fields names a field of it; use change");
    if (record.event === "row" && reads("before"))
      fail("Unprocessable message: before is null, and partition.payload.fields names a field of it; use change", "every insert");
    return { ...record, hasPartition: true };
  };
};

/** io.debezium.transforms.EnforceRecordSize: cuts texts short; it takes the key for a struct. */
export const enforceRecordSize: TransformClass = (settings) => {
  if ((integer(settings, "max.bytes") ?? refuse("max.bytes must be set")) <= 0) refuse("max.bytes must be positive");
  return (record) => {
    const isStruct = !record.value.isNull && record.value.schema?.fields !== undefined;
    const { schema, isNull } = record.key;
    return isStruct && !isNull && schema !== null && schema.fields === undefined
      ? fail("the key is no struct (ClassCastException)")
      : record;
  };
};

/** io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent: asks the name of a schema that tombstones do not have. */
export const decodeMessages: TransformClass = () => (record) =>
  record.value.schema === null ? fail("a tombstone has no value schema (NullPointerException)") : record;
