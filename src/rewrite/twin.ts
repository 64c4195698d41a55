import type { Catalog, Column } from "../model/catalog.ts";
import { comparable, isSteady, placeholderOf } from "./default.ts";
import { ident, literal, objectName } from "../model/sql-name.ts";

/** A second column that holds the same fact as an old one until everybody has moved. */
export interface Twin {
  readonly name: string;
  readonly type: Column["type"];
  /** Streamed as a required field with a default, so that the registry takes it and the final NOT NULL changes nothing. */
  readonly notNull: boolean;
  /** Default while both columns live; null for none. */
  readonly default: string | null;
  /** The default is made up and goes again at the end. */
  readonly placeholder: boolean;
}

/**
 * The twin of `old`. Required columns get a default that Debezium keeps, as a new field without one is refused under BACKWARD; where the
 * type has none the twin stays nullable.
 * @param wanted how the column is to be in the end
 * @param keepsDefault whether the stream's field has a default at the end
 */
export function twinOf(name: string, wanted: Column, keepsDefault: boolean, catalog: Catalog): Twin {
  const steady = wanted.default !== null && isSteady(wanted.default) ? wanted.default : null;
  const base = { name, type: wanted.type };
  if (!wanted.notNull) return { ...base, notNull: false, default: steady, placeholder: false };
  if (steady !== null && keepsDefault) return { ...base, notNull: true, default: steady, placeholder: false };
  const made = placeholderOf(wanted.type, catalog);
  return { ...base, notNull: made !== null, default: made, placeholder: made !== null };
}

/** ADD COLUMN; a nullable column gets its default in a statement of its own, so that the rows already there stay NULL and not wrong. */
export function addTwin(table: string, twin: Twin): readonly string[] {
  const add = `ALTER TABLE ${table} ADD COLUMN ${ident(twin.name)} ${twin.type.text}`;
  if (twin.notNull) return [`${add} NOT NULL DEFAULT ${twin.default ?? "NULL"}`];
  return twin.default === null ? [add] : [add, `ALTER TABLE ${table} ALTER COLUMN ${ident(twin.name)} SET DEFAULT ${twin.default}`];
}

export interface Sync {
  readonly table: string;
  readonly tableName: string;
  /** Empty, or the schema of the function with a dot. */
  readonly prefix: string;
  readonly old: Column;
  readonly twin: Twin;
  /** Statement that fills the twin from the old column, on the record NEW. */
  readonly forth: string;
  /** The other way; null where the conversion has no known inverse. */
  readonly back: string | null;
}

/** Name of the trigger and its function. BEFORE triggers fire in the order of their names: this one must see what others wrote. */
export function syncName({ tableName, old, twin }: Pick<Sync, "tableName" | "old" | "twin">): string {
  return objectName("zz_sync", tableName, old.name, twin.name);
}

/** The function and the trigger that keep both columns in step, whoever writes which. */
export function createSync(sync: Sync): readonly string[] {
  const name = `${sync.prefix}${syncName(sync)}`;
  return [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $sync$\n${syncBody(sync)}\n$sync$`,
    `CREATE TRIGGER ${syncName(sync)} BEFORE INSERT OR UPDATE ON ${sync.table}\n  FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ];
}

export function dropSync(sync: Sync): readonly string[] {
  return [`DROP TRIGGER ${syncName(sync)} ON ${sync.table}`, `DROP FUNCTION ${sync.prefix}${syncName(sync)}()`];
}

function syncBody({ old, twin, forth, back }: Sync): string {
  const [was, is] = [ident(old.name), ident(twin.name)];
  const fresh = comparable(`NEW.${is}`, twin.type);
  const unset = twin.default === null ? `NEW.${is} IS NULL` : `${fresh} IS NOT DISTINCT FROM ${comparable(twin.default, twin.type)}`;
  const set = twin.default === null ? `NEW.${is} IS NOT NULL` : `${fresh} IS DISTINCT FROM ${comparable(twin.default, twin.type)}`;
  if (back === null) return oneWayBody({ old, twin, forth }, set);
  // A required column without a default can only be NULL here if the statement did not name it.
  const byNewWriter = old.notNull && old.default === null ? `${set} OR NEW.${was} IS NULL` : set;
  return [
    "BEGIN",
    "  IF TG_OP = 'INSERT' THEN",
    `    IF ${byNewWriter} THEN`,
    `      ${back}`,
    "    ELSE",
    `      ${forth}`,
    "    END IF;",
    `  ELSIF ${fresh} IS DISTINCT FROM ${comparable(`OLD.${is}`, twin.type)} THEN`,
    `    ${back}`,
    `  ELSIF ${comparable(`NEW.${was}`, old.type)} IS DISTINCT FROM ${comparable(`OLD.${was}`, old.type)} OR ${unset} THEN`,
    `    ${forth}`,
    "  END IF;",
    "  RETURN NEW;",
    "END",
  ].join("\n");
}

/** The twin follows the old column; a statement that writes something else into the twin is refused rather than lost. */
function oneWayBody({ old, twin, forth }: Pick<Sync, "old" | "twin" | "forth">, set: string): string {
  const is = ident(twin.name);
  const [given, fresh] = [comparable("given", twin.type), comparable(`NEW.${is}`, twin.type)];
  const message = literal(`write column ${old.name}: ${twin.name} follows it until ${old.name} is dropped`.replaceAll("%", "%%"));
  return [
    "DECLARE",
    `  given ${twin.type.text} := NEW.${is};`,
    `  written boolean := CASE WHEN TG_OP = 'INSERT' THEN ${set} ELSE ${given} IS DISTINCT FROM ${comparable(`OLD.${is}`, twin.type)} END;`,
    "BEGIN",
    `  ${forth}`,
    `  IF written AND ${given} IS DISTINCT FROM ${fresh} THEN`,
    `    RAISE EXCEPTION ${message};`,
    "  END IF;",
    "  RETURN NEW;",
    "END",
  ].join("\n");
}
