import type { Relation } from "../../model/catalog.ts";
import type { QualifiedName, Statement } from "../../model/statement.ts";
import { withoutColumn, withoutIdentityIndex } from "./columns.ts";
import type { Draft } from "./draft.ts";
import { tableDropped } from "./publication.ts";
import { findType } from "./type-reference.ts";

type Drop = Extract<Statement, { kind: "drop" }>;

export function drop(draft: Draft, statement: Drop): void {
  const { object, names } = statement;
  switch (object) {
    case "table":
    case "foreign-table":
      for (const name of names) dropTable(draft, name, statement);
      return;
    case "schema":
      if (statement.cascade) for (const name of names) dropSchema(draft, name.name);
      return;
    case "type":
    case "domain":
      for (const name of names) dropType(draft, name, statement);
      return;
    case "index":
      for (const name of names) dropIndex(draft, name);
      return;
    case "publication":
      draft.publications = draft.publications.filter((candidate) => !names.some((name) => name.name === candidate.name));
      return;
    case "extension":
      if (statement.cascade) draft.doubt("what DROP EXTENSION … CASCADE takes away is not known");
      return;
    case "function":
    case "sequence":
      // With CASCADE the defaults that call it go too.
      if (statement.cascade)
        draft.doubt(`which defaults CASCADE takes away with ${names.map((name) => name.name).join(", ")} is not known`);
      return;
    case "view":
    case "materialized-view":
    case "other":
      return;
    default:
      object satisfies never;
  }
}

function dropTable(draft: Draft, name: QualifiedName, statement: Drop): void {
  if (statement.ifExists && !draft.inventsTables && draft.find(name) === null) return;
  const relation = draft.findOrInvent(name, []);
  if (relation !== null) removeRelation(draft, relation, statement.cascade);
}

/** Partitions go with their parent; inheriting tables only with CASCADE. */
function removeRelation(draft: Draft, relation: Relation, cascade: boolean): void {
  for (const child of draft.childrenOf(relation)) {
    if (child.partitionOf !== null || cascade) removeRelation(draft, child, cascade);
  }
  tableDropped(draft, relation);
  draft.remove(relation);
}

function dropSchema(draft: Draft, schema: string): void {
  for (const relation of draft.relations.filter((candidate) => candidate.schema === schema)) removeRelation(draft, relation, true);
  for (const type of draft.types.filter((candidate) => candidate.schema === schema)) removeType(draft, type.oid);
}

function dropType(draft: Draft, name: QualifiedName, statement: Drop): void {
  const type = findType(draft, name);
  if (type !== null) return removeType(draft, type.oid);
  if (!statement.ifExists) draft.doubt(`type ${name.name} is not known`);
  else if (draft.inventsTables && statement.cascade) draft.doubt(`which columns CASCADE takes away with type ${name.name} is not known`);
}

/** The type, its array, and (what only CASCADE lets happen) the columns that use them. */
function removeType(draft: Draft, oid: number): void {
  const gone = new Set(draft.types.filter((type) => type.oid === oid || type.element === oid).map((type) => type.oid));
  draft.types = draft.types.filter((type) => !gone.has(type.oid));
  for (const relation of draft.relations) {
    const columns = relation.columns.filter((column) => gone.has(column.type.oid));
    if (columns.length > 0)
      draft.replace(
        relation,
        columns.reduce((left, column) => withoutColumn(left, column.name), relation),
      );
  }
}

function dropIndex(draft: Draft, name: QualifiedName): void {
  for (const relation of draft.relations) {
    if (name.schema !== null && name.schema !== relation.schema) continue;
    if (!relation.uniqueIndexes.some((index) => index.name === name.name)) continue;
    const uniqueIndexes = relation.uniqueIndexes.filter((index) => index.name !== name.name);
    draft.replace(relation, withoutIdentityIndex({ ...relation, uniqueIndexes }, [name.name]));
  }
}
