import type { Publication, Relation } from "../../model/catalog.ts";
import type { Statement } from "../../model/statement.ts";
import type { Draft } from "./draft.ts";

type PublicationStatement = Extract<Statement, { kind: "publication" }>;
type Table = Publication["tables"][number];

const OPERATIONS = ["insert", "update", "delete", "truncate"] as const;

export function publication(draft: Draft, statement: PublicationStatement): void {
  if (statement.action === "create") return create(draft, statement);
  const known = draft.publications.find((candidate) => candidate.name === statement.name);
  if (known === undefined) return draft.doubt(`publication ${statement.name} is not known`);
  put(draft, statement.action === "options" ? withOptions(known, statement.sql) : changed(draft, known, statement));
}

function create(draft: Draft, statement: PublicationStatement): void {
  const { name, allTables } = statement;
  const empty: Publication = {
    oid: draft.nextOid(),
    name,
    allTables,
    publish: OPERATIONS,
    viaRoot: false,
    generatedColumns: "none",
    tables: tablesOf(draft, statement),
    schemas: schemasOf(draft, statement),
  };
  const others = draft.publications.filter((candidate) => candidate.name !== name);
  draft.publications = [...others, withOptions(empty, statement.sql)].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function put(draft: Draft, next: Publication): void {
  draft.publications = draft.publications.map((candidate) => (candidate.name === next.name ? next : candidate));
}

function tablesOf(draft: Draft, statement: PublicationStatement): readonly Table[] {
  return statement.relations.map(({ relation, columns, where }) => ({
    schema: draft.find(relation)?.schema ?? draft.schemaFor(relation),
    name: relation.name,
    columns,
    where: where === null ? null : `(${where})`,
  }));
}

function schemasOf(draft: Draft, statement: PublicationStatement): readonly string[] {
  return statement.schemas.map((schema) => (schema === "CURRENT_SCHEMA" ? (draft.searchPath[0] ?? "public") : schema));
}

function changed(draft: Draft, known: Publication, statement: PublicationStatement): Publication {
  const tables = tablesOf(draft, statement);
  const schemas = schemasOf(draft, statement);
  if (statement.action === "set") return { ...known, tables, schemas };
  const isNamed = (table: Table): boolean => tables.some((other) => other.schema === table.schema && other.name === table.name);
  const keptTables = known.tables.filter((table) => !isNamed(table));
  const keptSchemas = known.schemas.filter((schema) => !schemas.includes(schema));
  if (statement.action === "drop") return { ...known, tables: keptTables, schemas: keptSchemas };
  return { ...known, tables: [...keptTables, ...tables], schemas: [...keptSchemas, ...schemas] };
}

/** publish, publish_via_partition_root and 18's publish_generated_columns, from WITH (…) or SET (…). */
function withOptions(known: Publication, sql: string): Publication {
  const operations = /\bpublish\s*=\s*'([^']*)'/i.exec(sql)?.[1];
  const viaRoot = /\bpublish_via_partition_root(?:\s*=\s*'?(\w+)'?)?/i.exec(sql);
  const generated = /\bpublish_generated_columns(?:\s*=\s*'?(\w+)'?)?/i.exec(sql);
  return {
    ...known,
    publish:
      operations === undefined
        ? known.publish
        : OPERATIONS.filter((operation) =>
            operations
              .toLowerCase()
              .split(/[\s,]+/)
              .includes(operation),
          ),
    viaRoot: viaRoot === null ? known.viaRoot : !/^(?:false|off|0)$/i.test(viaRoot[1] ?? "true"),
    generatedColumns:
      generated === null ? known.generatedColumns : /^(?:none|false|off)$/i.test(generated[1] ?? "stored") ? "none" : "stored",
  };
}

/** What becomes of the publications' entries for a relation; null takes them away. */
function mapTables(draft: Draft, relation: Relation, change: (table: Table) => Table | null): void {
  const isOf = (table: Table): boolean => table.schema === relation.schema && table.name === relation.name;
  if (!draft.publications.some((candidate) => candidate.tables.some(isOf))) return;
  draft.publications = draft.publications.map((candidate) => ({
    ...candidate,
    tables: candidate.tables.flatMap((table) => (isOf(table) ? (change(table) ?? []) : table)),
  }));
}

export function tableDropped(draft: Draft, relation: Relation): void {
  mapTables(draft, relation, () => null);
}

export function tableMoved(draft: Draft, relation: Relation, schema: string, name: string): void {
  mapTables(draft, relation, (table) => ({ ...table, schema, name }));
}

export function columnRenamed(draft: Draft, relation: Relation, from: string, to: string): void {
  mapTables(draft, relation, (table) => ({ ...table, columns: table.columns?.map((column) => (column === from ? to : column)) ?? null }));
}

/** A table whose column list names a dropped column leaves the publication (only CASCADE lets it be dropped). */
export function columnDropped(draft: Draft, relation: Relation, column: string): void {
  mapTables(draft, relation, (table) => (table.columns?.includes(column) === true ? null : table));
}
