import type { Column } from "../../model/catalog.ts";
import { backfill } from "../backfill.ts";
import { comparable, placeholderOf, shortType } from "../default.ts";
import type { Draft, FileDraft, Hazard, PhaseDraft, RecipeContext, Refusal } from "../draft.ts";
import { fieldsOf, isInKey, keepsDefault, widensInPlace } from "../field.ts";
import { type Replacement, replacementIndexes } from "../indexes.ts";
import { ident, objectName } from "../../model/sql-name.ts";
import { type Sync, type Twin, addTwin, createSync, dropSync, twinOf } from "../twin.ts";
import { caughtUpGate, registeredGate } from "../words.ts";

interface TypeChange {
  readonly hazard: Hazard;
  readonly old: Column;
  readonly wanted: Column;
  readonly twin: Twin;
  readonly sync: Sync;
  /** USING as the user wrote it; null where PostgreSQL casts by itself. */
  readonly using: string | null;
  readonly indexes: readonly Replacement[];
  /** The registry lets the field change its type in place, and it means the same. */
  readonly inPlace: boolean;
}

/**
 * The new type comes as a second column under a name of its own. Where the registry takes the wider type under the old name, one switch ends
 * it; else the old field leaves the stream before the new one takes its name, as no registry compares a field with one that is not there.
 */
export function changeType(hazard: Hazard, context: RecipeContext): Draft | Refusal {
  const { column, command } = hazard;
  const [old, wanted] = [column.before, column.after];
  if (old === null || wanted === null || command?.kind !== "alter-type")
    return { reason: "the type is not changed by ALTER COLUMN … TYPE" };
  const refusal = whyNot(hazard, old, wanted);
  if (refusal !== null) return { reason: refusal };
  const change = typeChange(hazard, old, wanted, command.using, context);
  const { twin, sync, inPlace } = change;
  const { table, subjects, demands } = hazard;
  const made =
    !inPlace && demands.forward && old.notNull && !keepsDefault(hazard, "before") ? placeholderOf(old.type, hazard.baseline) : null;
  const setOld = made === null ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${ident(old.name)} SET DEFAULT ${made}`];
  return {
    recipe: "change-type",
    expand: [...addTwin(table, twin), ...setOld, ...createSync(sync)],
    expandGate: registeredGate(table, twin.name, subjects),
    later: [migrate(change, context), ...(inPlace ? [switchInPlace(change)] : [dropOld(change), takeName(change)]), ...settle(change)],
    notes: notesOf(change),
    alsoCut: defaultCommands(hazard, old.name),
  };
}

function whyNot(hazard: Hazard, old: Column, wanted: Column): string | null {
  const { before } = hazard;
  if (isInKey(hazard))
    return `${old.name} is part of the record key, and other tables may refer to it: a second column does not change the key. Change it together with a new topic and new subjects, or send the old type on (Kafka Connect's Cast transform on the key)`;
  if (old.generated !== null || old.identity !== null)
    return "a generated or identity column cannot be kept in step with another one by a trigger";
  if (old.notNull !== wanted.notNull)
    return "the same column also changes whether it may be NULL: do that in a migration of its own, after this one";
  const awkward = before.uniqueIndexes.find(({ columns, partial, expressions }) => columns.includes(old.name) && (partial || expressions));
  if (awkward !== undefined) return `the index ${awkward.name} is partial or on an expression, and its definition is not known here`;
  const identity = typeof before.replicaIdentity === "object" ? before.replicaIdentity.index : null;
  return before.uniqueIndexes.some(({ name, columns }) => name === identity && columns.includes(old.name))
    ? `${old.name} is in the index that is the table's replica identity`
    : null;
}

function typeChange(hazard: Hazard, old: Column, wanted: Column, using: string | null, context: RecipeContext): TypeChange {
  const taken = new Set(hazard.after.columns.map(({ name }) => name));
  const base = objectName(old.name, shortType(wanted.type) === shortType(old.type) ? "new" : shortType(wanted.type));
  const name = taken.has(base) ? objectName(base, "new") : base;
  const twin = twinOf(name, wanted, keepsDefault(hazard, "after"), hazard.final);
  const plainCast = using === null || isPlainCast(using, old.name);
  const sync: Sync = {
    table: hazard.table,
    tableName: hazard.before.name,
    prefix: hazard.prefix,
    old,
    twin,
    forth:
      using === null
        ? `NEW.${ident(name)} := NEW.${ident(old.name)};`
        : `SELECT ${using} INTO NEW.${ident(name)} FROM (SELECT NEW.*) AS ${ident(hazard.before.name)};`,
    back: plainCast ? `NEW.${ident(old.name)} := NEW.${ident(name)};` : null,
  };
  const inPlace = fieldsOf(hazard).every((pair) => widensInPlace(pair, hazard.demands));
  return { hazard, old, wanted, twin, sync, using, inPlace, indexes: replacementIndexes(hazard, old.name, name, context) };
}

/** `c::type`, `CAST(c AS type)`, with or without parentheses: PostgreSQL's own cast goes the other way too. */
function isPlainCast(using: string, column: string): boolean {
  const text = using.replaceAll(/[\s()"]/g, "").toLowerCase();
  const name = column.toLowerCase().replaceAll(/[\s()"]/g, "");
  return text.startsWith(`${name}::`)
    ? !/[-+*/|?]/.test(text)
    : new RegExp(`^cast${name.replaceAll(/\W/g, ".")}as[a-z0-9_.,]+$`).test(text);
}

/** SET and DROP DEFAULT of the column beside ALTER TYPE in one statement: the new column has its default from the start. */
function defaultCommands({ statement }: Hazard, column: string): Draft["alsoCut"] {
  if (statement.kind !== "alter-table") return [];
  return statement.commands.flatMap((command) =>
    (command.kind === "set-default" || command.kind === "drop-default") && command.column === column ? [command.span] : [],
  );
}

function migrate(change: TypeChange, { autocommit }: RecipeContext): PhaseDraft {
  const { hazard, old, twin, using, indexes } = change;
  const { table, before, topics } = hazard;
  const value = using ?? ident(old.name);
  // Only rows that nobody has given a value yet: one of the new type may have no equal in the old.
  const differs = `${comparable(ident(twin.name), twin.type)} IS DISTINCT FROM ${comparable(`(${value})`, twin.type)}`;
  const untouched = `${comparable(ident(twin.name), twin.type)} IS NOT DISTINCT FROM ${comparable(twin.default ?? "NULL", twin.type)}`;
  const condition = twin.notNull ? `${untouched} AND ${differs}` : `${ident(twin.name)} IS NULL AND ${ident(old.name)} IS NOT NULL`;
  const file: FileDraft = {
    name: `backfill_${before.name}_${twin.name}`,
    statements: [backfill(table, before, `${ident(twin.name)} = ${value}`, condition, autocommit)],
    autocommit: autocommit && before.primaryKey !== null,
  };
  const gate = [
    `The backfill ran to its end (each row it changed is one more event in ${topics}).`,
    `No consumer of ${topics} reads ${old.name} any more; all read ${twin.name}. No application writes ${old.name} any more.`,
    caughtUpGate,
  ].join(" ");
  return { name: "migrate", files: [file, ...indexes.map((index) => index.file)], gate };
}

/** What makes the second column the wanted one, but for the default that only the transition needs. */
function finish({ hazard, wanted, twin, indexes }: TypeChange): readonly string[] {
  const { table } = hazard;
  return [`ALTER TABLE ${table} RENAME COLUMN ${ident(twin.name)} TO ${ident(wanted.name)}`, ...indexes.map((index) => index.finish)];
}

function switchInPlace(change: TypeChange): PhaseDraft {
  const { hazard, old } = change;
  const { table, before, topics } = hazard;
  const drop = `ALTER TABLE ${table} DROP COLUMN ${ident(old.name)}`;
  return {
    name: "contract",
    files: [
      { name: `switch_${before.name}_${old.name}`, statements: [...dropSync(change.sync), drop, ...finish(change)], autocommit: false },
    ],
    gate: `One row of ${table} was written since: ${topics} has ${old.name} in its new type.`,
  };
}

function dropOld({ hazard, old, twin, sync }: TypeChange): PhaseDraft {
  const { table, before, topics, subjects, demands } = hazard;
  const transitive = demands.transitive
    ? ` At level ${demands.level} all earlier versions count, and they have ${old.name} in its old type: the registry will refuse the next phase. Start a new version history first, or stop here.`
    : "";
  return {
    name: "contract",
    files: [
      {
        name: `drop_${before.name}_${old.name}`,
        statements: [...dropSync(sync), `ALTER TABLE ${table} DROP COLUMN ${ident(old.name)}`],
        autocommit: false,
      },
    ],
    gate: [
      `One row of ${table} was written since, so that ${subjects} has a version without ${old.name}.`,
      `No record that still has ${old.name} in its old type is left in ${topics} for anybody to read (retention is over, or compaction has replaced them): a reader with the new schema could not read it.`,
      `Consumers and applications read ${old.name} where there is one, else ${twin.name}.${transitive}`,
    ].join(" "),
  };
}

function takeName(change: TypeChange): PhaseDraft {
  const { hazard, old } = change;
  return {
    name: "contract",
    files: [{ name: `switch_${hazard.before.name}_${old.name}`, statements: finish(change), autocommit: false }],
    gate: `One row of ${hazard.table} was written since: ${hazard.topics} has ${old.name} in its new type.`,
  };
}

/** The default and the NOT NULL that the registry would not have taken before. */
function settle({ hazard, wanted, twin }: TypeChange): readonly PhaseDraft[] {
  const { table, before, subjects, demands, topics } = hazard;
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${ident(wanted.name)}`;
  const statements = [
    ...(wanted.default === twin.default
      ? []
      : [wanted.default === null ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${wanted.default}`]),
    ...(wanted.notNull && !twin.notNull ? [`${alter} SET NOT NULL`] : []),
  ];
  if (statements.length === 0) return [];
  const refused = wanted.notNull && !twin.notNull && demands.backward;
  const gate = refused
    ? `The registry refuses this phase for ${subjects} at level ${demands.level}, as ${wanted.name} becomes required: set the level to FORWARD or NONE for this one version, or leave the phase out.`
    : `From the next row on ${topics} has ${wanted.name} as wanted.`;
  return [{ name: "contract", files: [{ name: `settle_${before.name}_${wanted.name}`, statements, autocommit: false }], gate }];
}

function notesOf({ hazard, old, wanted, twin, sync, inPlace }: TypeChange): readonly string[] {
  const time = /time/.test(old.type.text) && /time/.test(wanted.type.text);
  return [
    inPlace
      ? `${wanted.type.text} reads what ${old.type.text} wrote, so ${old.name} may change its type in place at level ${hazard.demands.level}; the second column spares the table its rewrite under an exclusive lock.`
      : `${old.name} and ${twin.name} are two fields of ${hazard.topics}. Keeping ${twin.name} for good is the safest end: then leave out what follows the phase that drops ${old.name}.`,
    ...(sync.back === null
      ? [
          `PostgreSQL knows no way back from the USING expression: until ${old.name} is dropped, write ${old.name} and read either; the trigger refuses a write to ${twin.name}.`,
        ]
      : [`A value that ${old.type.text} cannot hold is refused or rounded while both columns live.`]),
    ...(time ? ["Casts between timestamps with and without time zone use the TimeZone of each session that writes."] : []),
    `The column moves to the end of the table. Plain indexes, checks, foreign keys, views, comments and grants on ${old.name} are not known here: make them again on ${twin.name} before ${old.name} is dropped.`,
  ];
}
