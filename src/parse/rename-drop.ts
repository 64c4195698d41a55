import type { AlterObjectSchemaStmt, DropStmt, ObjectType, RenameStmt, TruncateStmt } from "@pgsql/types";
import type { DroppedObject, QualifiedName, RenamedObject, StatementBody } from "../model/statement.ts";
import { objectName, read, relationName } from "./tree.ts";

const RENAMED: { readonly [type in ObjectType]?: RenamedObject } = {
  OBJECT_COLUMN: "column",
  OBJECT_TABLE: "table",
  OBJECT_FOREIGN_TABLE: "table",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "view",
  OBJECT_SCHEMA: "schema",
  OBJECT_TYPE: "type",
  OBJECT_DOMAIN: "type",
  OBJECT_ATTRIBUTE: "attribute",
  OBJECT_INDEX: "index",
  OBJECT_TABCONSTRAINT: "constraint",
  OBJECT_SEQUENCE: "sequence",
};

const DROPPED: { readonly [type in ObjectType]?: DroppedObject } = {
  OBJECT_TABLE: "table",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized-view",
  OBJECT_INDEX: "index",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_SCHEMA: "schema",
  OBJECT_TYPE: "type",
  OBJECT_DOMAIN: "domain",
  OBJECT_EXTENSION: "extension",
  OBJECT_PUBLICATION: "publication",
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "function",
  OBJECT_ROUTINE: "function",
  OBJECT_AGGREGATE: "function",
  OBJECT_FOREIGN_TABLE: "foreign-table",
};

/** ALTER … RENAME but for enum values, which have a node of their own. */
export function rename(statement: RenameStmt): StatementBody {
  const { relation, object: target } = statement;
  const object = renamedObject(statement);
  const name = relation === undefined ? objectName(target) : relationName(relation);
  const isPart = object === "column" || object === "attribute" || object === "constraint";
  return {
    kind: "rename",
    object,
    relation: relation !== undefined || target !== undefined ? name : null,
    from: isPart || name.name === "" ? (statement.subname ?? name.name) : name.name,
    to: statement.newname ?? "",
    ifExists: statement.missing_ok === true,
  };
}

function renamedObject(statement: RenameStmt): RenamedObject {
  const { renameType, relationType } = statement;
  // A view's columns are nobody's stream.
  if (renameType === "OBJECT_COLUMN" && (relationType === "OBJECT_VIEW" || relationType === "OBJECT_MATVIEW")) return "other";
  return (renameType === undefined ? undefined : RENAMED[renameType]) ?? "other";
}

export function setSchema(statement: AlterObjectSchemaStmt): StatementBody {
  const { relation, objectType } = statement;
  return {
    kind: "set-schema",
    object: droppedObject(objectType),
    relation: relation === undefined ? objectName(statement.object) : relationName(relation),
    schema: statement.newschema ?? "",
    ifExists: statement.missing_ok === true,
  };
}

export function drop(statement: DropStmt): StatementBody {
  return {
    kind: "drop",
    object: droppedObject(statement.removeType),
    names: (statement.objects ?? []).map((node) => objectName(node)),
    ifExists: statement.missing_ok === true,
    cascade: statement.behavior === "DROP_CASCADE",
  };
}

function droppedObject(type: ObjectType | undefined): DroppedObject {
  return (type === undefined ? undefined : DROPPED[type]) ?? "other";
}

export function truncate(statement: TruncateStmt): StatementBody {
  const relations: readonly QualifiedName[] = (statement.relations ?? []).map((node) => relationName(read(node).RangeVar));
  return { kind: "truncate", relations, cascade: statement.behavior === "DROP_CASCADE" };
}
