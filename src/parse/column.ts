import type { ColumnDef, Constraint } from "@pgsql/types";
import type { ColumnDefinition } from "../model/statement.ts";
import { findWord, inBrackets, textOf } from "./statement-text.ts";
import type { StatementText, Token } from "./statement-text.ts";
import { read } from "./tree.ts";
import { writtenType } from "./written-type.ts";

/** A column of CREATE TABLE or ADD COLUMN; `tokens` are those of its element, and may begin before it. */
export function columnDefinition(text: StatementText, column: ColumnDef, tokens: readonly Token[]): ColumnDefinition {
  const start = text.locate(column.location);
  const own = tokens.filter((token) => token.start >= start);
  const constraints = (column.constraints ?? []).flatMap((node) => read(node).Constraint ?? []);
  const has = (type: Constraint["contype"]): boolean => constraints.some((constraint) => constraint.contype === type);
  const clause = clauseReader(text, column, own);
  const identity = constraints.find((constraint) => constraint.contype === "CONSTR_IDENTITY");
  const primaryKey = has("CONSTR_PRIMARY");
  return {
    name: column.colname ?? "",
    type: writtenType(column.typeName),
    notNull: has("CONSTR_NOTNULL") || primaryKey || identity !== undefined,
    default: defaultText(text, constraints, clause),
    identity: identity === undefined ? null : identityKind(identity.generated_when),
    generated: generation(text, constraints, clause),
    primaryKey,
    unique: has("CONSTR_UNIQUE"),
    span: text.spanOf(start, own.at(-1)?.end ?? start),
  };
}

/** pg_attribute.attidentity: `a` is ALWAYS, `d` BY DEFAULT. */
export function identityKind(when: string | undefined): "always" | "byDefault" {
  return when === "a" ? "always" : "byDefault";
}

type ClauseReader = (constraint: Constraint) => readonly Token[];

/** The tree says where a constraint begins; it ends where the next clause begins. */
function clauseReader(text: StatementText, column: ColumnDef, tokens: readonly Token[]): ClauseReader {
  const starts = (column.constraints ?? []).map((node) => text.locate(read(node).Constraint?.location));
  if (column.collClause !== undefined) starts.push(text.locate(column.collClause.location));
  return (constraint) => {
    const start = text.locate(constraint.location);
    const end = Math.min(...starts.filter((other) => other > start));
    return tokens.filter((token) => token.start >= start && token.start < end);
  };
}

function defaultText(text: StatementText, constraints: readonly Constraint[], clause: ClauseReader): string | null {
  const constraint = constraints.find((candidate) => candidate.contype === "CONSTR_DEFAULT");
  if (constraint === undefined) return null;
  const tokens = clause(constraint);
  return textOf(text.sql, tokens.slice(findWord(tokens, "default") + 1));
}

function generation(text: StatementText, constraints: readonly Constraint[], clause: ClauseReader): ColumnDefinition["generated"] {
  const constraint = constraints.find((candidate) => candidate.contype === "CONSTR_GENERATED");
  if (constraint === undefined) return null;
  const tokens = clause(constraint);
  const expression = textOf(text.sql, inBrackets(tokens, Math.max(findWord(tokens, "as"), 0)));
  // Up to 17 the grammar knows only STORED and says nothing about it.
  return { kind: constraint.generated_kind === "v" ? "virtual" : "stored", expression };
}
