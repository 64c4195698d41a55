import { placeholderOf, unseenDefault } from "../default.ts";
import type { Draft, Hazard, Refusal } from "../draft.ts";
import { fieldsOf, isInKey, keepsDefault } from "../field.ts";
import { ident } from "../../model/sql-name.ts";
import { userStatement } from "../statement-text.ts";
import { caughtUpGate, registeredGate } from "../words.ts";

/** First the column becomes one that nobody needs to write or read, then it goes. */
export function dropColumn(hazard: Hazard): Draft | Refusal {
  const { column, before, table, topics, subjects, demands } = hazard;
  const old = column.before;
  if (old === null) return { reason: "the column is not there before" };
  if (isInKey(hazard))
    return {
      reason: `${old.name} is part of the record key: without it the key is another one, rows go to other partitions and compaction no longer meets the old records. Only a new topic with new subjects is safe`,
    };
  const required = fieldsOf(hazard).some((field) => field.before !== null && !field.before.optional) && !keepsDefault(hazard, "before");
  const kept = required ? placeholderOf(old.type, hazard.baseline) : null;
  // A default that Debezium drops does not show in the stream, and yet lets writers leave the column out.
  const made = kept ?? (required && old.default === null ? unseenDefault(old.type) : null);
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${ident(old.name)}`;
  const expand = made !== null ? [`${alter} SET DEFAULT ${made}`] : required && old.default === null ? [`${alter} DROP NOT NULL`] : [];
  const refused =
    required && demands.forward && (kept === null || demands.transitive)
      ? [
          `At level ${demands.level} the registry refuses this: earlier readers require ${old.name}. Set the level of ${subjects} to BACKWARD for this one version, after every consumer was told, and back once the next row has registered it.`,
        ]
      : [];
  return {
    recipe: "drop-column",
    expand,
    expandGate: [
      ...(expand.length > 0 && (kept !== null || made === null)
        ? [registeredGate(table, old.name, subjects).replace("with the field", "with the now optional field")]
        : []),
      `No consumer of ${topics} reads ${old.name} any more: whoever still does gets null, its default, or an error. No application names the column.`,
      caughtUpGate,
      ...refused,
    ].join(" "),
    later: [
      {
        name: "contract",
        files: [{ name: `drop_${before.name}_${old.name}`, statements: [userStatement(hazard)], autocommit: false }],
        gate: `From the next row on, ${topics} has no ${old.name}.`,
      },
    ],
    notes:
      kept === null
        ? []
        : [
            `The default ${kept} makes ${old.name} one that writers may leave out, and one that the registry lets go at every level that is not transitive.`,
          ],
    alsoCut: [],
  };
}
