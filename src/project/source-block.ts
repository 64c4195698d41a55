import type { ConnectField } from "../model/connect-schema.ts";
import { field, plain, semantic } from "./types/build.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

const SNAPSHOT_27 = "true,last,false,incremental";
const SNAPSHOT_30 = "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental";

/** The `source` field of the envelope (PostgresSourceInfoStructMaker). */
export function sourceField(version: DebeziumVersion): ConnectField {
  const since = (major: number, minor: number, ...fields: readonly ConnectField[]): readonly ConnectField[] =>
    atLeast(version, major, minor) ? fields : [];
  const allowed = atLeast(version, 3, 0) ? SNAPSHOT_30 : SNAPSHOT_27;
  return field(
    "source",
    {
      type: "struct",
      name: "io.debezium.connector.postgresql.Source",
      ...(atLeast(version, 3, 1) ? { version: 1 } : {}),
      fields: [
        field("version", plain("string"), false),
        field("connector", plain("string"), false),
        field("name", plain("string"), false),
        field("ts_ms", plain("int64"), false),
        field("snapshot", semantic("string", "io.debezium.data.Enum", { allowed }), true, { default: "false" }),
        field("db", plain("string"), false),
        field("sequence", plain("string"), true),
        ...since(2, 6, field("ts_us", plain("int64"), true), field("ts_ns", plain("int64"), true)),
        field("schema", plain("string"), false),
        field("table", plain("string"), false),
        field("txId", plain("int64"), true),
        field("lsn", plain("int64"), true),
        field("xmin", plain("int64"), true),
        ...since(3, 5, field("origin", plain("string"), true), field("origin_lsn", plain("int64"), true)),
      ],
    },
    false,
  );
}
