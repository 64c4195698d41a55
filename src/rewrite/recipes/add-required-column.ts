import { placeholderOf } from "../default.ts";
import type { Draft, Hazard, RecipeContext, Refusal } from "../draft.ts";
import { ident } from "../../model/sql-name.ts";
import { commandText } from "../statement-text.ts";
import { registeredGate } from "../words.ts";
import { requireLater } from "./set-not-null.ts";

/** A new required field needs a default that old records can be read with: a literal one for as long as the registry compares with them. */
export function addRequiredColumn(hazard: Hazard, context: RecipeContext): Draft | Refusal {
  const { column, table, subjects, demands, command } = hazard;
  const wanted = column.after;
  if (wanted === null || command?.kind !== "add-column") return { reason: "the column is not added by ADD COLUMN" };
  if (wanted.identity !== null)
    return { reason: "an identity column has no default in the stream; a serial type has one (0), and the registry takes it" };
  if (wanted.generated !== null) return { reason: "a generated column has no value of its own to fill in first" };
  const text = commandText(hazard);
  const plain = !/\b(?:references|check|unique|primary|collate|generated)\b/i.test(text);
  const made = wanted.default === null && plain && !demands.transitive ? placeholderOf(wanted.type, hazard.final) : null;
  if (made !== null) return withPlaceholder(hazard, `ALTER TABLE ${table} ${text} DEFAULT ${made}`, made);
  if (!plain)
    return {
      reason: `the definition of ${wanted.name} has constraints that a filled-in value may not meet: add the column without NOT NULL, fill it, and then set NOT NULL`,
    };
  const given = wanted.default === null ? "" : ` DEFAULT ${wanted.default}`;
  return {
    recipe: "add-required-column",
    expand: [`ALTER TABLE ${table} ADD COLUMN ${ident(wanted.name)} ${wanted.type.text}${given}`],
    expandGate: `Every writer gives ${wanted.name} a value, and the rows from before have one. ${registeredGate(table, wanted.name, subjects)}`,
    later: requireLater(hazard, wanted, context),
    notes: [
      `You may stop after the second phase for good: the CHECK holds the same promise in PostgreSQL, and the field stays optional in the stream.`,
    ],
    alsoCut: [],
  };
}

function withPlaceholder(hazard: Hazard, statement: string, made: string): Draft {
  const { column, table, before, topics, subjects } = hazard;
  const name = column.after?.name ?? "";
  return {
    recipe: "add-required-column",
    expand: [statement],
    expandGate: [
      `Every writer gives ${name} a value, and you have given one to the rows from before (they hold the placeholder ${made}; each row updated is one more event in ${topics}).`,
      registeredGate(table, name, subjects),
    ].join(" "),
    later: [
      {
        name: "contract",
        files: [
          {
            name: `default_${before.name}_${name}`,
            statements: [`ALTER TABLE ${table} ALTER COLUMN ${ident(name)} DROP DEFAULT`],
            autocommit: false,
          },
        ],
        gate: `${name} is required in ${topics}, and readable for whoever has the last version but one.`,
      },
    ],
    notes: [
      `Records of ${topics} from before have no ${name}; readers with the new schema see ${made} there. The last phase leaves readers of such records without that default: keep the default for as long as they are read.`,
    ],
    alsoCut: [],
  };
}
