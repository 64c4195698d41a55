import type { AlterEnumStmt, CreateDomainStmt, CreateEnumStmt, DefineStmt } from "@pgsql/types";
import type { StatementBody } from "../model/statement.ts";
import { findWord, textOf, tokensOf } from "./statement-text.ts";
import type { StatementText } from "./statement-text.ts";
import { qualify, read, strings } from "./tree.ts";
import { writtenType } from "./written-type.ts";

export function createEnum(statement: CreateEnumStmt): StatementBody {
  return { kind: "create-type", name: qualify(strings(statement.typeName)), type: "enum", labels: strings(statement.vals) };
}

/** CREATE TYPE of a base or shell type; aggregates, operators, collations and text search objects share its node. */
export function define(statement: DefineStmt): StatementBody {
  if (statement.kind !== "OBJECT_TYPE") return { kind: "other", name: "DefineStmt" };
  return { kind: "create-type", name: qualify(strings(statement.defnames)), type: "base", labels: [] };
}

export function alterEnum(statement: AlterEnumStmt): StatementBody {
  const isRename = statement.oldVal !== undefined;
  const neighbour = statement.newValNeighbor ?? null;
  return {
    kind: "alter-enum",
    name: qualify(strings(statement.typeName)),
    action: isRename ? "rename" : "add",
    label: statement.oldVal ?? statement.newVal ?? "",
    newLabel: isRename ? (statement.newVal ?? "") : null,
    ifNotExists: statement.skipIfNewValExists === true,
    before: statement.newValIsAfter === true ? null : neighbour,
    after: statement.newValIsAfter === true ? neighbour : null,
  };
}

export function createDomain(text: StatementText, statement: CreateDomainStmt): StatementBody {
  const constraints = (statement.constraints ?? []).flatMap((node) => read(node).Constraint ?? []);
  return {
    kind: "create-domain",
    name: qualify(strings(statement.domainname)),
    base: writtenType(statement.typeName),
    notNull: constraints.some((constraint) => constraint.contype === "CONSTR_NOTNULL"),
    default: domainDefault(text, statement),
  };
}

function domainDefault(text: StatementText, statement: CreateDomainStmt): string | null {
  const constraints = (statement.constraints ?? []).flatMap((node) => read(node).Constraint ?? []);
  const own = constraints.find((constraint) => constraint.contype === "CONSTR_DEFAULT");
  if (own === undefined) return null;
  const start = text.locate(own.location);
  const starts = constraints.map((constraint) => text.locate(constraint.location)).filter((other) => other > start);
  const tokens = tokensOf(text.sql, start, Math.min(text.end, ...starts));
  return textOf(text.sql, tokens.slice(findWord(tokens, "default") + 1));
}
