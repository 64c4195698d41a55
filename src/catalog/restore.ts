import type { Catalog, Column, Publication, Relation, TypeDefinition, UniqueIndex } from "../model/catalog.ts";
import { quoteName } from "../model/sql-name.ts";
import { extensionsOf, functionsOf, ownedSequences, rangesOf, schemasOf, sequencesOf } from "./restore-needs.ts";
import { placesOf, quoteText, titleOf } from "./sql-names.ts";
import { makeAll, tellLost } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * DDL that rebuilds a catalog in an empty database, each statement ended by a semicolon; one that fails need not stop the others.
 * @param surroundings what stands around the tables, where a live database was read: it takes the place of stand-ins
 */
export function restore(catalog: Catalog, surroundings: Surroundings | null = null): string {
  return restoreStatements(catalog, surroundings)
    .map((statement) => `${statement};\n`)
    .join("");
}

/**
 * One statement per part, in an order that works, so that one that cannot run takes nothing else with it. What a catalog does not hold comes
 * back as a stand-in: functions used by defaults, predicates of partial indexes, the server of a foreign table.
 */
function restoreStatements(catalog: Catalog, around: Surroundings | null): readonly string[] {
  const own = catalog.types.filter(
    (type) => type.extension === null && type.schema !== "pg_catalog" && type.schema !== "information_schema",
  );
  const relations = inOrderOfUse(catalog.relations);
  const rowTypes = relations.map(titleOf);
  const dependent = dependentTypes(own.filter((type) => type.kind !== "composite" || !rowTypes.includes(titleOf(type))));
  const late = dependent.filter((type) => texts(type).some((text) => rowTypes.includes(text.replace("[]", ""))));
  const early = dependent.filter((type) => !late.includes(type));
  const functions = functionStatements(catalog, around);
  const unique = new Map(around?.unique.map(({ schema, table, name, sql }) => [JSON.stringify([schema, table, name]), sql]));
  return [
    ...schemasOf(catalog).map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`),
    ...(around?.schemas.map(({ sql }) => sql) ?? []),
    ...(around === null ? extensionsOf(catalog) : around.extensions.map(({ sql }) => sql)),
    ...own.filter((type) => type.kind === "enum").map(createEnum),
    ...(around === null ? rangesOf(catalog) : makeAll(around.types)),
    ...early.map(createDependent),
    ...(around?.sequences.map(({ sql }) => sql) ?? []),
    ...sequencesOf(catalog).map((sequence) => `CREATE SEQUENCE IF NOT EXISTS ${sequence}`),
    ...functions.before,
    ...(relations.some((relation) => relation.kind === "foreign") ? foreignServer : []),
    ...relations.map((relation) => createTable(relation, ownNotNull(relation, relations))),
    ...late.map(createDependent),
    ...dependent.flatMap(lateChecks),
    ...functions.after,
    ...relations.flatMap(defaults),
    ...(around === null ? ownedSequences(catalog) : []),
    ...relations.flatMap((relation) => keys(relation, unique)),
    ...makeAll(around?.local ?? []),
    ...relations.flatMap(family),
    ...relations.flatMap((relation) => ownNotNull(relation, relations).flatMap((column) => setNotNull(relation, column))),
    ...relations.flatMap(replicaIdentity),
    ...catalog.publications.map(createPublication),
    ...makeAll(around?.others ?? []),
    ...makeAll(around?.eventTriggers ?? []),
    ...(around === null ? [] : [tellLost]),
  ];
}

/** Those of a live database are made as far as they can before the tables, for generated columns, and the rest after them, for row types. */
function functionStatements(
  catalog: Catalog,
  around: Surroundings | null,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const standIns = functionsOf(catalog);
  if (around === null) return { before: standIns, after: [] };
  const forget = "SELECT pg_catalog.set_config('driftgate.lost', '', false)";
  const known = makeAll(around.functions);
  const needed = makeAll(standIns.map((sql) => ({ title: sql, sql })));
  return { before: ["SET check_function_bodies = off", ...known, ...needed, forget], after: [...known] };
}

const foreignServer = [
  "CREATE FOREIGN DATA WRAPPER driftgate_stand_in",
  "CREATE SERVER driftgate_stand_in FOREIGN DATA WRAPPER driftgate_stand_in",
];

function createEnum(type: TypeDefinition): string {
  return `CREATE TYPE ${titleOf(type)} AS ENUM (${type.labels.map(({ label }) => quoteText(label)).join(", ")})`;
}

const createDependent = (type: TypeDefinition): string => (type.kind === "domain" ? createDomain(type) : createComposite(type));

/** What a domain's CHECK ends with that its rows need not meet yet; CREATE DOMAIN takes none such. */
const notValid = /\bNOT VALID$/;

function createDomain(type: TypeDefinition): string {
  const made = type.checks.filter(({ definition }) => !notValid.test(definition));
  const checks = made.map(({ name, definition }) => ` CONSTRAINT ${quoteName(name)} ${definition}`).join("");
  const value = type.default === null ? "" : ` DEFAULT ${type.default}`;
  return `CREATE DOMAIN ${titleOf(type)} AS ${type.base?.text ?? "text"}${value}${type.notNull ? " NOT NULL" : ""}${checks}`;
}

const lateChecks = (type: TypeDefinition): readonly string[] =>
  type.checks
    .filter(({ definition }) => notValid.test(definition))
    .map(({ name, definition }) => `ALTER DOMAIN ${titleOf(type)} ADD CONSTRAINT ${quoteName(name)} ${definition}`);

function createComposite(type: TypeDefinition): string {
  return `CREATE TYPE ${titleOf(type)} AS (${type.attributes.map((attribute) => `${quoteName(attribute.name)} ${attribute.type.text}`).join(", ")})`;
}

const texts = (type: TypeDefinition): readonly string[] =>
  type.kind === "domain" ? [type.base?.text ?? ""] : type.attributes.map((attribute) => attribute.type.text);

/** Domains and composites, each after those it is made of; the row type of a view comes back without its columns. */
function dependentTypes(own: readonly TypeDefinition[]): readonly TypeDefinition[] {
  const types = own.filter(({ kind }) => kind === "domain" || kind === "composite");
  return sorted(types, (type) => types.filter((other) => texts(type).some((text) => text.startsWith(titleOf(other)))));
}

/** Parents before partitions and children. */
function inOrderOfUse(relations: readonly Relation[]): readonly Relation[] {
  const byTitle = new Map(relations.map((relation) => [titleOf(relation), relation]));
  return sorted(relations, ({ partitionOf, inherits }) =>
    [...(partitionOf === null ? [] : [partitionOf]), ...(inherits ?? [])].flatMap((parent) => byTitle.get(titleOf(parent)) ?? []),
  );
}

function sorted<T>(items: readonly T[], needs: (item: T) => readonly T[]): readonly T[] {
  const done = new Set<T>();
  const seen = new Set<T>();
  const visit = (item: T): void => {
    if (seen.has(item)) return;
    seen.add(item);
    for (const needed of needs(item)) visit(needed);
    done.add(item);
  };
  for (const item of items) visit(item);
  return [...done];
}

/**
 * Columns that are NOT NULL in a table and not in one that inherits from it, at any depth (NO INHERIT, or ALTER TABLE ONLY): INHERIT would
 * refuse that.
 */
function ownNotNull(relation: Relation, all: readonly Relation[]): readonly Column[] {
  const heirs = heirsOf(relation, all);
  return relation.columns.filter(
    ({ name, notNull }) => notNull && heirs.some(({ columns }) => columns.some((column) => column.name === name && !column.notNull)),
  );
}

function heirsOf(relation: Relation, all: readonly Relation[]): readonly Relation[] {
  const children = all.filter(({ inherits }) => inherits?.some((parent) => titleOf(parent) === titleOf(relation)) ?? false);
  return children.flatMap((child) => [child, ...heirsOf(child, all)]);
}

function setNotNull(relation: Relation, { name, identity }: Column): readonly string[] {
  const column = `ALTER TABLE ONLY ${titleOf(relation)} ALTER COLUMN ${quoteName(name)}`;
  return [`${column} SET NOT NULL`, ...(identity === null ? [] : [`${column} ADD${identityText(identity)}`])];
}

function createTable(relation: Relation, late: readonly Column[]): string {
  const optional = (column: Column): Column => (late.includes(column) ? { ...column, notNull: false, identity: null } : column);
  const columns = relation.columns.map((column) => `  ${columnText(optional(column), relation)}`).join(",\n");
  // PostgreSQL 18 has no unlogged partitioned table, which would hold no rows either.
  const isUnlogged = relation.persistence === "unlogged" && relation.kind !== "partitioned";
  const kind = relation.kind === "foreign" ? "FOREIGN " : isUnlogged ? "UNLOGGED " : "";
  const partition = relation.partitionKey === null ? "" : ` PARTITION BY ${relation.partitionKey}`;
  return `CREATE ${kind}TABLE ${titleOf(relation)} (\n${columns}\n)${partition}${relation.kind === "foreign" ? " SERVER driftgate_stand_in" : ""}`;
}

function columnText(column: Column, relation: Relation): string {
  const { name, type, storage, notNull, identity, generated } = column;
  const kept = storage === "external" || storage === "main" ? ` STORAGE ${storage.toUpperCase()}` : "";
  const made = generated === null ? "" : ` GENERATED ALWAYS AS (${generated.expression}) ${generated.kind.toUpperCase()}`;
  // A partition takes over the identity of its parent when it is attached.
  const counted = identity === null || relation.partitionOf !== null ? "" : identityText(identity);
  return `${quoteName(name)} ${type.text}${relation.kind === "foreign" ? "" : kept}${made}${counted}${notNull ? " NOT NULL" : ""}`;
}

const identityText = (identity: NonNullable<Column["identity"]>): string =>
  ` GENERATED ${identity === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`;

function defaults(relation: Relation): readonly string[] {
  return relation.columns.flatMap(({ name, default: value }) =>
    value === null
      ? []
      : [
          `ALTER ${relation.kind === "foreign" ? "FOREIGN " : ""}TABLE ${titleOf(relation)} ALTER COLUMN ${quoteName(name)} SET DEFAULT ${value}`,
        ],
  );
}

/** `known` has the statements of unique indexes and constraints where the server itself wrote them. */
function keys(relation: Relation, known: ReadonlyMap<string, string>): readonly string[] {
  const { primaryKey, uniqueIndexes } = relation;
  const key =
    primaryKey === null
      ? []
      : [
          `ALTER TABLE ${titleOf(relation)} ADD CONSTRAINT ${quoteName(primaryKey.name)} PRIMARY KEY (${primaryKey.columns.map(quoteName).join(", ")})${included(primaryKey.include ?? [], relation)}`,
        ];
  const uniqueOf = (index: UniqueIndex): string =>
    known.get(JSON.stringify([relation.schema, relation.name, index.name])) ?? createUnique(relation, index);
  return [...key, ...uniqueIndexes.filter((index) => index.valid).map(uniqueOf)];
}

/** `entries` are as the index lists them: quoted where they must be, without the quotes at the ends. */
function included(entries: readonly string[], { columns }: Relation): string {
  const listed = new Map(columns.map(({ name }) => [quoteName(name).replaceAll(/^"+|"+$/g, ""), name]));
  return entries.length === 0 ? "" : ` INCLUDE (${entries.map((entry) => quoteName(listed.get(entry) ?? entry)).join(", ")})`;
}

/** An expression whose text is not known is a constant: the index is there, and takes no column. */
function createUnique(relation: Relation, index: UniqueIndex): string {
  const { name, entries = [] } = index;
  const parts = index.columns.map((column, at) => (column === "" ? `(${entries[at] ?? "(1)"})` : quoteName(column)));
  const columns = parts.join(", ");
  const rest = included(entries.slice(index.columns.length), relation);
  const constraint = `ALTER TABLE ${titleOf(relation)} ADD CONSTRAINT ${quoteName(name)} UNIQUE (${columns})${rest}`;
  if (!index.immediate) return `${constraint} DEFERRABLE`;
  // PostgreSQL's own name for a constraint (makeObjectName in DefineIndex): DROP CONSTRAINT must find it.
  if (!index.partial && !index.expressions && /_key\d*$/.test(name)) return constraint;
  const anyColumn = relation.columns[0]?.name ?? "";
  const filter = index.partial ? ` WHERE ${quoteName(anyColumn)} IS NOT NULL` : "";
  return `CREATE UNIQUE INDEX ${quoteName(name)} ON ${titleOf(relation)} (${columns})${rest}${filter}`;
}

function family(relation: Relation): readonly string[] {
  const { partitionOf, inherits } = relation;
  if (partitionOf !== null) return [`ALTER TABLE ${titleOf(partitionOf)} ATTACH PARTITION ${titleOf(relation)} ${partitionOf.bound}`];
  return (inherits ?? []).map((parent) => `ALTER TABLE ${titleOf(relation)} INHERIT ${titleOf(parent)}`);
}

function replicaIdentity(relation: Relation): readonly string[] {
  const { replicaIdentity: identity } = relation;
  if (identity === "default" || relation.kind === "foreign") return [];
  const text = typeof identity === "string" ? identity.toUpperCase() : `USING INDEX ${quoteName(identity.index)}`;
  return [`ALTER TABLE ${titleOf(relation)} REPLICA IDENTITY ${text}`];
}

function createPublication(publication: Publication): string {
  const { name, allTables, publish, viaRoot, generatedColumns } = publication;
  const parts = allTables ? ["ALL TABLES"] : placesOf(publication);
  const options = [
    `publish = ${quoteText(publish.join(", "))}`,
    ...(viaRoot ? ["publish_via_partition_root = true"] : []),
    ...(generatedColumns === "stored" ? ["publish_generated_columns = stored"] : []),
  ];
  return `CREATE PUBLICATION ${quoteName(name)}${parts.length === 0 ? "" : ` FOR ${parts.join(", ")}`} WITH (${options.join(", ")})`;
}
