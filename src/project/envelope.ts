import type { ConnectField, ConnectSchema } from "../model/connect-schema.ts";
import { sourceField } from "./source-block.ts";
import { field, finish, plain, semantic } from "./types/build.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

const TRANSACTION = field(
  "transaction",
  {
    ...semantic("struct", "event.block"),
    fields: [
      field("id", plain("string"), false),
      field("total_order", plain("int64"), false),
      field("data_collection_order", plain("int64"), false),
    ],
  },
  true,
);
const OP = field("op", plain("string"), false);
const TS_MS = field("ts_ms", plain("int64"), true);
const TS_FINE = [field("ts_us", plain("int64"), true), field("ts_ns", plain("int64"), true)];

/** The fields after `before` and `after`, which every table shares (io.debezium.data.Envelope). */
export function envelopeTail(version: DebeziumVersion): readonly ConnectField[] {
  const source = sourceField(version);
  if (atLeast(version, 2, 7)) return [source, TRANSACTION, OP, TS_MS, ...TS_FINE];
  return [source, OP, TS_MS, ...(atLeast(version, 2, 6) ? TS_FINE : []), TRANSACTION];
}

/** The whole value schema around an (optional) row struct. The struct's own version is 1 up to Debezium 2.5. */
export function envelope(
  name: string,
  row: ConnectSchema,
  tail: readonly ConnectField[],
  debezium: DebeziumVersion = { major: 3, minor: 6 },
): ConnectSchema {
  const fields = [{ ...row, field: "before" }, { ...row, field: "after" }, ...tail];
  return finish({ type: "struct", name, version: atLeast(debezium, 2, 6) ? 2 : 1, fields }, false);
}
