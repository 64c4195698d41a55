import type { Column } from "../../model/catalog.ts";
import { backfill } from "../backfill.ts";
import type { Draft, FileDraft, Hazard, PhaseDraft, RecipeContext, Refusal } from "../draft.ts";
import { ident, objectName } from "../../model/sql-name.ts";
import { caughtUpGate } from "../words.ts";

/** A validated CHECK gives the promise without touching the stream; the NOT NULL itself comes last, as the registry has a say in it. */
export function setNotNull(hazard: Hazard, context: RecipeContext): Draft | Refusal {
  const { column, topics } = hazard;
  const wanted = column.after;
  if (wanted === null || column.before === null) return { reason: "the column is not there before and after" };
  return {
    recipe: "set-not-null",
    expand: [],
    expandGate: `Every writer gives ${wanted.name} a value.`,
    later: requireLater(hazard, wanted, context),
    notes: [
      `${wanted.default === null ? `Decide which value the rows get that hold NULL: the VALIDATE stops while there is one.` : `Rows that hold NULL get the column's default.`}`,
      `You may stop after the second phase for good: the CHECK holds the same promise in PostgreSQL, and the field in ${topics} stays optional.`,
    ],
    alsoCut: [],
  };
}

/** CHECK, backfill, VALIDATE; then NOT NULL, which the validated CHECK spares the scan (PostgreSQL manual, ALTER TABLE, SET NOT NULL). */
export function requireLater(hazard: Hazard, wanted: Column, { autocommit }: RecipeContext): readonly PhaseDraft[] {
  const { table, before, topics, subjects, demands } = hazard;
  const name = ident(wanted.name);
  const check = ident(objectName(before.name, wanted.name, "present"));
  const checked: FileDraft = {
    name: `check_${before.name}_${wanted.name}`,
    statements: [`ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID`],
    autocommit: false,
  };
  const fill = (value: string): FileDraft => ({
    name: `backfill_${before.name}_${wanted.name}`,
    statements: [backfill(table, before, `${name} = ${value}`, `${name} IS NULL`, autocommit)],
    autocommit: autocommit && before.primaryKey !== null,
  });
  const validated: FileDraft = {
    name: `validate_${before.name}_${wanted.name}`,
    statements: [`ALTER TABLE ${table} VALIDATE CONSTRAINT ${check}`],
    autocommit: false,
  };
  const refused = demands.backward
    ? `The registry will refuse the next version of ${subjects} at level ${demands.level}, whatever the default: records with a null in ${wanted.name} could not be read. Before the contract, when no record that holds a null there is left in ${topics} (retention, or compaction after the backfill), set the level of ${subjects} to FORWARD or NONE for this one version, and set it back once the next row has registered it.`
    : `At level ${demands.level} the registry takes the required field; whoever reads older records with the new schema still meets a null in ${wanted.name}, so wait until none is left in ${topics}.`;
  return [
    {
      name: "migrate",
      files: wanted.default === null ? [checked, validated] : [checked, fill(wanted.default), validated],
      gate: `${caughtUpGate} A null still on its way would be sent as an empty value once the column is NOT NULL. ${refused}`,
    },
    {
      name: "contract",
      files: [
        {
          name: `require_${before.name}_${wanted.name}`,
          statements: [`ALTER TABLE ${table} ALTER COLUMN ${name} SET NOT NULL`, `ALTER TABLE ${table} DROP CONSTRAINT ${check}`],
          autocommit: false,
        },
      ],
      gate: `From the next row on, ${wanted.name} is a required field in ${topics}.`,
    },
  ];
}
