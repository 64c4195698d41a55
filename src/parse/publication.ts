import type { AlterPublicationStmt, CreatePublicationStmt, Node, PublicationTable } from "@pgsql/types";
import type { StatementBody } from "../model/statement.ts";
import { findWord, inBrackets, splitAtCommas, textOf, tokensOf } from "./statement-text.ts";
import type { StatementText } from "./statement-text.ts";
import { read, relationName, strings } from "./tree.ts";

type Publication = Extract<StatementBody, { kind: "publication" }>;

export function createPublication(text: StatementText, statement: CreatePublicationStmt): StatementBody {
  return publication(text, statement, "create");
}

const ACTIONS = { AP_AddObjects: "add", AP_DropObjects: "drop", AP_SetObjects: "set" } as const;

export function alterPublication(text: StatementText, statement: AlterPublicationStmt): StatementBody {
  const changesObjects = (statement.pubobjects ?? []).length > 0 || statement.for_all_tables === true;
  return publication(text, statement, changesObjects ? ACTIONS[statement.action ?? "AP_SetObjects"] : "options");
}

function publication(
  text: StatementText,
  statement: CreatePublicationStmt | AlterPublicationStmt,
  action: Publication["action"],
): StatementBody {
  const objects = statement.pubobjects ?? [];
  return {
    kind: "publication",
    action,
    name: statement.pubname ?? "",
    allTables: statement.for_all_tables === true,
    relations: objects.flatMap((node) => relationsOf(text, node)),
    schemas: objects.flatMap((node) => schemasOf(node)),
  };
}

function relationsOf(text: StatementText, node: Node): Publication["relations"] {
  const table = read(node).PublicationObjSpec?.pubtable;
  if (table === undefined) return [];
  const columns = table.columns === undefined ? null : strings(table.columns);
  return [{ relation: relationName(table.relation), columns, where: whereText(text, table) }];
}

function whereText(text: StatementText, table: PublicationTable): string | null {
  if (table.whereClause === undefined) return null;
  const own = splitAtCommas(tokensOf(text.sql, text.locate(table.relation?.location), text.end))[0] ?? [];
  return textOf(text.sql, inBrackets(own, Math.max(findWord(own, "where"), 0)));
}

function schemasOf(node: Node): readonly string[] {
  const object = read(node).PublicationObjSpec;
  if (object?.pubobjtype === "PUBLICATIONOBJ_TABLES_IN_SCHEMA") return [object.name ?? ""];
  return object?.pubobjtype === "PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA" ? ["CURRENT_SCHEMA"] : [];
}
