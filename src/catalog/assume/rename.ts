import type { Relation, TypeDefinition } from "../../model/catalog.ts";
import type { QualifiedName, Statement } from "../../model/statement.ts";
import { renameInKeys, unknownColumn } from "./columns.ts";
import type { Draft } from "./draft.ts";
import { columnRenamed, tableMoved } from "./publication.ts";
import { findType, typeText } from "./type-reference.ts";

type Rename = Extract<Statement, { kind: "rename" }>;
type SetSchema = Extract<Statement, { kind: "set-schema" }>;

export function rename(draft: Draft, statement: Rename): void {
  const { object, relation: name, from, to } = statement;
  switch (object) {
    case "column":
      return renameColumn(draft, statement);
    case "table":
      return renameTable(draft, statement);
    case "schema":
      return renameSchema(draft, from, to);
    case "type":
      return renameType(draft, name ?? { schema: null, name: from }, to);
    case "index":
    case "constraint":
      return renameIndex(draft, from, to);
    case "attribute":
      return draft.doubt(`the attributes of type ${name?.name ?? ""} are not followed`);
    case "other":
      return renamePublication(draft, statement);
    case "view":
    case "enum-value":
    case "sequence":
      return;
    default:
      object satisfies never;
  }
}

function renameColumn(draft: Draft, statement: Rename): void {
  const { relation: name, from, to } = statement;
  if (name === null || (statement.ifExists && !draft.inventsTables && draft.find(name) === null)) return;
  const found = draft.findOrInvent(name, [unknownColumn(from)]);
  if (found === null) return;
  const relation = draft.widen(found, [unknownColumn(from)]);
  if (!relation.columns.some((column) => column.name === from))
    return draft.doubt(`${relation.schema}.${relation.name} has no column ${from} that is known`);
  for (const affected of [relation, ...draft.childrenOf(relation)]) {
    columnRenamed(draft, affected, from, to);
    draft.replace(affected, renameInKeys(affected, from, to));
  }
}

function renameTable(draft: Draft, statement: Rename): void {
  const { relation: name, to } = statement;
  if (name === null) return;
  if (statement.ifExists && !draft.inventsTables && draft.find(name) === null) return;
  const relation = draft.findOrInvent(name, []);
  if (relation !== null) moveRelation(draft, relation, relation.schema, to);
}

function moveRelation(draft: Draft, relation: Relation, schema: string, name: string): void {
  tableMoved(draft, relation, schema, name);
  for (const child of draft.childrenOf(relation)) {
    const { partitionOf, inherits } = child;
    const isOld = (parent: { readonly schema: string; readonly name: string }): boolean =>
      parent.schema === relation.schema && parent.name === relation.name;
    draft.replace(child, {
      ...child,
      partitionOf: partitionOf !== null && isOld(partitionOf) ? { ...partitionOf, schema, name } : partitionOf,
      inherits: inherits?.map((parent) => (isOld(parent) ? { schema, name } : parent)) ?? null,
    });
  }
  draft.replace(relation, { ...relation, schema, name });
}

export function setSchema(draft: Draft, statement: SetSchema): void {
  const { object, relation: name, schema } = statement;
  if (object === "table" || object === "foreign-table") {
    if (statement.ifExists && !draft.inventsTables && draft.find(name) === null) return;
    const relation = draft.findOrInvent(name, []);
    if (relation !== null) moveRelation(draft, relation, schema, relation.name);
  } else if (object === "type" || object === "domain") moveType(draft, name, schema);
}

function renameSchema(draft: Draft, from: string, to: string): void {
  for (const relation of draft.relations.filter((candidate) => candidate.schema === from)) moveRelation(draft, relation, to, relation.name);
  for (const type of draft.types.filter((candidate) => candidate.schema === from)) changeType(draft, type, { ...type, schema: to });
  draft.publications = draft.publications.map((candidate) => ({
    ...candidate,
    schemas: candidate.schemas.map((schema) => (schema === from ? to : schema)),
  }));
}

function renameType(draft: Draft, name: QualifiedName, to: string): void {
  const type = findType(draft, name);
  if (type === null) return draft.doubt(`type ${name.name} is not known`);
  changeType(draft, type, { ...type, name: to });
}

function moveType(draft: Draft, name: QualifiedName, schema: string): void {
  const type = findType(draft, name);
  if (type === null) return draft.doubt(`type ${name.name} is not known`);
  changeType(draft, type, { ...type, schema });
}

/** Puts the type under its new name, and with it the texts of the columns that use it. */
function changeType(draft: Draft, type: TypeDefinition, next: TypeDefinition): void {
  draft.types = draft.types.filter((candidate) => candidate !== type);
  draft.addType(next);
  if (type.kind === "array") return;
  const array = draft.types.find((candidate) => candidate.element === type.oid);
  const text = typeText(next.schema, next.name);
  const texts = new Map([[type.oid, text]]);
  if (array !== undefined) {
    draft.types = draft.types.filter((candidate) => candidate !== array);
    draft.addType({ ...array, schema: next.schema, name: `_${next.name}` });
    texts.set(array.oid, `${text}[]`);
  }
  for (const relation of draft.relations) {
    if (!relation.columns.some((column) => texts.has(column.type.oid))) continue;
    const columns = relation.columns.map((column) => ({
      ...column,
      type: { ...column.type, text: texts.get(column.type.oid) ?? column.type.text },
    }));
    draft.replace(relation, { ...relation, columns });
  }
}

/** A constraint's name is its index's; names that no key or unique index has belong to what the stream does not see. */
function renameIndex(draft: Draft, from: string, to: string): void {
  for (const relation of draft.relations) {
    const { primaryKey, replicaIdentity } = relation;
    if (primaryKey?.name === from) draft.replace(relation, { ...relation, primaryKey: { ...primaryKey, name: to } });
    else if (relation.uniqueIndexes.some((index) => index.name === from)) {
      const uniqueIndexes = relation.uniqueIndexes
        .map((index) => (index.name === from ? { ...index, name: to } : index))
        .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
      const identity = typeof replicaIdentity === "object" && replicaIdentity.index === from ? { index: to } : replicaIdentity;
      draft.replace(relation, { ...relation, uniqueIndexes, replicaIdentity: identity });
    }
  }
}

function renamePublication(draft: Draft, statement: Rename): void {
  if (!/^alter\s+publication\b/i.test(statement.sql)) return;
  draft.publications = draft.publications.map((candidate) =>
    candidate.name === statement.from ? { ...candidate, name: statement.to } : candidate,
  );
}
