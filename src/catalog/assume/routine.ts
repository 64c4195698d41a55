import type { Statement } from "../../model/statement.ts";
import type { Draft } from "./draft.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

/** Functions of pg_catalog that migrations select, none of which changes a table. */
const HARMLESS = new Set(
  (
    "abs array_agg avg cardinality ceil coalesce concat count current_database current_schema current_setting date_trunc exists floor format " +
    "gen_random_uuid generate_series has_table_privilege json_agg json_build_object jsonb_agg jsonb_build_object left length lower lpad max md5 min " +
    "now nullif nextval currval setval set_config obj_description pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock pg_get_serial_sequence " +
    "pg_notify pg_sleep pg_try_advisory_lock position quote_ident quote_literal random regexp_replace replace right round row_number rpad split_part " +
    "string_agg substr substring sum to_char to_date to_json to_jsonb to_regclass to_timestamp trim unnest upper version btrim"
  ).split(" "),
);

export function select(draft: Draft, statement: Of<"select">): void {
  setConfig(draft, statement.sql);
  const strange = statement.functions.filter((name) => !HARMLESS.has(name));
  if (strange.length > 0) draft.doubt(`what ${strange.map((name) => `${name}()`).join(", ")} does cannot be told from the statement`);
}

/** `SELECT pg_catalog.set_config('search_path', '', false)` of dumps. */
function setConfig(draft: Draft, sql: string): void {
  const path = /\bset_config\s*\(\s*'search_path'\s*,\s*'([^']*)'/i.exec(sql)?.[1];
  if (path !== undefined)
    setSearchPath(
      draft,
      path.split(",").map((name) => name.trim().replaceAll('"', "")),
    );
}

export function doBlock(draft: Draft, statement: Of<"do">): void {
  if (statement.dynamic) return draft.doubt("the DO block builds its statements at run time");
  if (/\b(?:alter|create|drop|perform|call|select)\b/i.test(statement.body)) draft.doubt("the DO block is not followed without running it");
}

export function set(draft: Draft, statement: Of<"set">): void {
  if (statement.name === "search_path") setSearchPath(draft, statement.values.length === 0 ? ["public"] : statement.values);
  else if (statement.name === "all") draft.searchPath = ["public"];
}

function setSearchPath(draft: Draft, names: readonly string[]): void {
  draft.searchPath = names.filter((name) => name !== "" && name !== "$user");
}
