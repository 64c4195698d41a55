import { backfill } from "../backfill.ts";
import { comparable, placeholderOf } from "../default.ts";
import type { Draft, FileDraft, Hazard, PhaseDraft, RecipeContext, Refusal } from "../draft.ts";
import { escapedProtection, isInKey, keepsDefault } from "../field.ts";
import { lookupIndexes } from "../indexes.ts";
import { ident } from "../../model/sql-name.ts";
import { userStatement } from "../statement-text.ts";
import { type Sync, type Twin, addTwin, createSync, dropSync, twinOf } from "../twin.ts";
import { caughtUpGate, registeredGate } from "../words.ts";

/**
 * The new name lives beside the old one as a second column kept in step by a trigger. In the end the second column goes and the old one is
 * renamed as the user wrote it, in one transaction: to the stream that is "the old field is gone", and every index, constraint, view and
 * grant of the column is as the original migration would have left it.
 */
export function renameColumn(hazard: Hazard, context: RecipeContext): Draft | Refusal {
  const { column, table, demands } = hazard;
  const [old, wanted] = [column.before, column.after];
  if (old === null || wanted === null) return { reason: "the column is not there before and after" };
  const refusal = whyNot(hazard);
  if (refusal !== null) return { reason: refusal };
  const twin = twinOf(wanted.name, wanted, keepsDefault(hazard, "after"), hazard.final);
  const sync: Sync = {
    table,
    tableName: hazard.before.name,
    prefix: hazard.prefix,
    old,
    twin,
    forth: assign(twin.name, old.name),
    back: assign(old.name, twin.name),
  };
  const oldDefault = demands.forward && old.notNull && !keepsDefault(hazard, "before") ? placeholderOf(old.type, hazard.baseline) : null;
  const setOld = oldDefault === null ? [] : [`ALTER TABLE ${table} ALTER COLUMN ${ident(old.name)} SET DEFAULT ${oldDefault}`];
  return {
    recipe: "rename-column",
    expand: [...addTwin(table, twin), ...setOld, ...createSync(sync)],
    expandGate: registeredGate(table, twin.name, hazard.subjects),
    later: [migrate(hazard, sync, context), contract(hazard, sync, oldDefault !== null)],
    notes: notesOf(hazard, twin),
    alsoCut: [],
  };
}

const assign = (to: string, from: string): string => `NEW.${ident(to)} := NEW.${ident(from)};`;

function whyNot(hazard: Hazard): string | null {
  const { column, before } = hazard;
  if (isInKey(hazard))
    return `${column.before?.name} is part of the record key: a second column does not change the key, and a key with another field is another key. Keep the name, or rename it together with a new topic and new subjects`;
  if (column.before?.generated !== null) return "a generated column cannot be kept in step with another one by a trigger";
  if (column.before?.identity !== null)
    return "an identity column takes its values from its own sequence, so a second column cannot stand in for it";
  const protection = escapedProtection(hazard);
  if (protection !== null)
    return `${column.before?.name} is hidden by ${protection}, which does not match the new name: change the connector's setting first, as a second column would be published in clear too`;
  return before.columns.some(({ name }) => name === column.after?.name)
    ? `${before.name} already has a column ${column.after?.name}`
    : null;
}

function migrate(hazard: Hazard, sync: Sync, { autocommit }: RecipeContext): PhaseDraft {
  const { table, before, topics } = hazard;
  const { old, twin } = sync;
  const [was, is] = [ident(old.name), ident(twin.name)];
  const differs = `${comparable(is, twin.type)} IS DISTINCT FROM ${comparable(was, old.type)}`;
  const fill = backfill(table, before, `${is} = ${was}`, differs, autocommit);
  const files: readonly FileDraft[] = [
    { name: `backfill_${before.name}_${twin.name}`, statements: [fill], autocommit: autocommit && before.primaryKey !== null },
    ...lookupIndexes(hazard, old.name, twin.name, autocommit),
  ];
  const gate = [
    `The backfill ran to its end (each row it changed is one more event in ${topics}).`,
    `No consumer of ${topics} reads ${old.name} any more, and no statement of an application names it; both use ${twin.name}.`,
    caughtUpGate,
    ...refusedAtTheEnd(hazard, twin),
  ].join(" ");
  return { name: "migrate", files, gate };
}

function contract(hazard: Hazard, sync: Sync, oldHasPlaceholder: boolean): PhaseDraft {
  const { table, topics } = hazard;
  const { old, twin } = sync;
  const statements = [
    ...dropSync(sync),
    `ALTER TABLE ${table} DROP COLUMN ${ident(twin.name)}`,
    userStatement(hazard),
    ...(oldHasPlaceholder ? [`ALTER TABLE ${table} ALTER COLUMN ${ident(twin.name)} DROP DEFAULT`] : []),
  ];
  return {
    name: "contract",
    files: [{ name: `drop_${hazard.before.name}_${old.name}`, statements, autocommit: false }],
    gate: `From the next row on, ${topics} has ${twin.name} and no ${old.name}.`,
  };
}

/** What no order of steps can avoid, said before the last one. */
function refusedAtTheEnd(hazard: Hazard, twin: Twin): readonly string[] {
  const { column, demands, subjects } = hazard;
  if (column.after?.notNull !== true) return [];
  const oldRequired = !keepsDefault(hazard, "before") && placeholderOf(column.after.type, hazard.final) === null;
  if (demands.forward && !demands.backward && oldRequired)
    return [
      `The registry will refuse the next version of ${subjects} at level ${demands.level}: earlier readers require ${column.before?.name}, and Debezium keeps no default of its type. Before the contract, set the level of ${subjects} to BACKWARD or NONE for this one version, after every consumer was told, and set it back once the next row has registered it.`,
    ];
  if (demands.backward && !twin.notNull)
    return [
      `The registry will refuse the next version of ${subjects} at level ${demands.level}: ${twin.name} becomes required, and Debezium keeps no default of its type that old records could be read with. Before the contract, set the level of ${subjects} to FORWARD or NONE for this one version, after every consumer was told, and set it back once the next row has registered it.`,
    ];
  const endsWithoutDefault = !keepsDefault(hazard, "after");
  if (demands.transitive && endsWithoutDefault)
    return [
      `At level ${demands.level} all earlier versions count, and they have no ${twin.name} (or require ${column.before?.name}): the registry will refuse the contract. Start a new version history first (a new topic, or the old versions removed from ${subjects} once their records are gone).`,
    ];
  return [];
}

function notesOf(hazard: Hazard, twin: Twin): readonly string[] {
  const { column, table } = hazard;
  const was = column.before?.name ?? "";
  return [
    `Old code goes on reading and writing ${was}; new code may use ${twin.name} once the backfill is done. The trigger copies whichever of the two a statement wrote.`,
    ...(twin.placeholder
      ? [
          `Until its row is backfilled ${twin.name} holds the placeholder ${twin.default}; an INSERT into ${table} that names neither column stores it too, where it failed before.`,
        ]
      : []),
    ...(column.after?.default !== null && twin.default === null
      ? [`While both columns live, an INSERT that gives ${twin.name} an explicit NULL stores the default instead.`]
      : []),
    `The last phase drops the second column and renames the first, so indexes, constraints, grants and the column's place stay as they are now.`,
    `Where column.include.list names columns, add ${twin.name} before the first phase.`,
  ];
}
