import type { Catalog, Relation } from "../model/catalog.ts";
import type { Caveat } from "../model/projection.ts";
import { adjustFieldName } from "./adjust.ts";
import { strayKeyEntry } from "./key.ts";
import type { Plan } from "./plan.ts";
import type { Row } from "./row.ts";
import type { PublicationView } from "./selection.ts";
import { rootType, typeIndex } from "./type-index.ts";
import type { TypeIndex } from "./type-index.ts";
import { atLeast } from "./version.ts";

/** Doubts that the whole database casts on the connector: types with which it does not start, and its publication. */
export function catalogCaveats(catalog: Catalog, plan: Plan, view: PublicationView): readonly Caveat[] {
  return [...plan.caveats, ...typeCaveats(catalog, plan), ...publicationCaveats(catalog, plan, view)];
}

function typeCaveats(catalog: Catalog, plan: Plan): readonly Caveat[] {
  const types = typeIndex(catalog.types);
  const caveats: Caveat[] = [];
  for (const type of catalog.types) {
    const root = type.kind === "domain" ? rootType({ oid: type.oid, modifier: -1, text: type.name }, types) : null;
    const name = `${type.schema}.${type.name}`;
    if (root?.type.kind === "enum") {
      caveats.push(
        unknown(
          "domain-over-enum",
          `The domain ${name} is over an enum: Debezium ends with a NullPointerException when it reads such a type, used or not.`,
        ),
      );
    }
    if (type.kind === "enum" && type.labels.length === 0 && !atLeast(plan.types.version, 3, 7)) {
      caveats.push(
        unknown(
          "enum-without-labels",
          `The enum ${name} has no labels: Debezium before 3.7 does not start with such a type in the database.`,
        ),
      );
    }
  }
  return caveats;
}

function publicationCaveats(catalog: Catalog, plan: Plan, view: PublicationView): readonly Caveat[] {
  const { name, autocreateMode } = plan.connector.publication;
  if (autocreateMode === "filtered" && view.publication?.allTables === true) {
    return [
      unknown(
        "publication-refused",
        `publication.autocreate.mode is filtered, but the publication ${name} is FOR ALL TABLES: the connector refuses to start.`,
      ),
    ];
  }
  if (autocreateMode === "disabled" && view.publication === null) {
    return [
      note(
        "publication-not-seen",
        `The publication ${name} is not made by the migrations, and the connector does not make it: every captured table is taken for published.`,
      ),
    ];
  }
  if (autocreateMode === "filtered") {
    return [
      ...resetCaveats(catalog, plan, view),
      note(
        "publication-filtered",
        `The publication ${name} gets new tables only when the connector starts: a table made while it runs is silent until then.`,
      ),
    ];
  }
  return [];
}

/**
 * In mode filtered the connector sets the publication's tables at its start, since 3.3 only where they differ from those it captures
 * (io.debezium.connector.postgresql.connection.PostgresReplicationConnection): SET TABLE drops column lists and row filters.
 */
function resetCaveats(catalog: Catalog, plan: Plan, { publication }: PublicationView): readonly Caveat[] {
  const limited = publication?.tables.filter(({ columns, where }) => columns !== null || where !== null) ?? [];
  if (publication === null || limited.length === 0) return [];
  const captured = catalog.relations.filter(({ kind, schema, name }) => kind !== "foreign" && plan.tables.captures(schema, name));
  if (atLeast(plan.types.version, 3, 3) && titles(captured) === titles(publication.tables)) return [];
  return [
    note(
      "publication-lists-dropped",
      `publication.autocreate.mode is filtered, so the connector sets the tables of ${publication.name} when it next starts, which drops the column lists and row filters of ${titles(limited)}: all columns and rows are sent from then on.`,
    ),
  ];
}

function titles(list: readonly { readonly schema: string; readonly name: string }[]): string {
  return list
    .map(({ schema, name }) => `${schema}.${name}`)
    .toSorted()
    .join(", ");
}

/** What Debezium makes trouble with in one table: names it cannot keep apart, types that stop it, and a filter that hides the key. */
export function relationCaveats(plan: Plan, relation: Relation, types: TypeIndex): readonly Caveat[] {
  return [...nameCaveats(plan, relation), ...keyCaveats(relation), ...columnTypeCaveats(plan, relation, types)];
}

function nameCaveats(plan: Plan, relation: Relation): readonly Caveat[] {
  const columns = relation.columns.map((column) => column.name);
  const table = `${relation.schema}.${relation.name}`;
  const twins = repeated(columns.map((name) => name.toLowerCase()));
  const fields = repeated(columns.map((name) => adjustFieldName(name, plan.fieldNames)));
  const caveats: Caveat[] = [];
  if (twins !== null) {
    caveats.push(
      unknown("columns-differ-by-case", `${table} has columns that differ only by case (${twins}), with which Debezium refuses to start.`),
    );
  }
  if (fields !== null) {
    caveats.push(
      unknown(
        "field-name-duplicate",
        `Two columns of ${table} get the same field name ${fields}: Debezium stops with "Cannot create field because of field name duplication ${fields}".`,
      ),
    );
  }
  const garbled = [relation.schema, relation.name, ...columns].find((name) => /[\u0080-\uffff]/.test(name));
  if (garbled !== undefined && !atLeast(plan.types.version, 3, 5)) caveats.push(garbledCaveat(garbled));
  return caveats;
}

/** Measured: PgOutputMessageDecoder.readString made a character of each byte in 3.3 and before, and in 3.4.0; 3.4.3 reads UTF-8 (dbz#1682). */
function garbledCaveat(name: string): Caveat {
  const message = `Debezium before 3.5 (3.4 in its first releases) garbles names with letters beyond ASCII in the stream, as ${name}: another topic, other fields and no key come out there.`;
  return unknown("name-garbled", message);
}

function keyCaveats(relation: Relation): readonly Caveat[] {
  const stray = strayKeyEntry(relation);
  if (stray === null) return [];
  const message = `${relation.schema}.${relation.name} has no primary key, and Debezium takes the entry ${stray.entry} of its unique index ${stray.index} for a key column: it stops when it next reads the table's structure, at its start at the latest.`;
  return [unknown("key-entry-no-column", message)];
}

function columnTypeCaveats(plan: Plan, relation: Relation, types: TypeIndex): readonly Caveat[] {
  const caveats: Caveat[] = [];
  for (const column of relation.columns) {
    const type = types.get(column.type.oid);
    const name = `${relation.schema}.${relation.name}.${column.name}`;
    if (column.notNull && type?.name === "_bit") {
      caveats.push(
        unknown(
          "type-stops-connector",
          `${name} is a NOT NULL array of bit: Debezium stops at the first row ("null used for required field").`,
        ),
      );
    }
    if (column.notNull && type?.name === "sparsevec" && relation.replicaIdentity !== "full") {
      caveats.push(
        unknown(
          "type-stops-connector",
          `${name} is a NOT NULL sparsevec: Debezium stops at the first DELETE unless the replica identity is FULL.`,
        ),
      );
    }
    if (type?.kind === "enum" && !atLeast(plan.types.version, 3, 6)) {
      caveats.push(note("enum-order-unstable", `${name} is an enum: Debezium before 3.6 lists its labels in no stable order.`));
    }
  }
  return caveats;
}

/** Doubts about one row struct. */
export function rowCaveats(row: Row): readonly Caveat[] {
  const caveats: Caveat[] = [];
  if (row.untyped.length > 0)
    caveats.push(unknown("type-not-in-catalog", `The type of ${row.untyped.join(", ")} is not known, so its schema is not either.`));
  const twice = repeated(row.key.columns);
  if (twice !== null) {
    const named = row.key.source === "unique-index" ? "The unique index that stands in for a primary key has" : "message.key.columns names";
    const message = `${named} ${twice} twice for this table: Debezium stops with "Cannot create field because of field name duplication ${twice}".`;
    caveats.push(unknown("field-name-duplicate", message));
  }
  const hidden = row.columns
    .filter((column) => column.inKey && column.protectedBy?.endsWith("clude.list") === true)
    .map(({ column }) => column);
  if (hidden.length > 0) {
    caveats.push(
      note(
        "key-column-filtered",
        `The column filter leaves out ${hidden.join(", ")}, which is part of the key: keys of the snapshot then hold wrong values.`,
      ),
    );
  }
  return caveats;
}

/** Tables that write to one topic, and so to one subject. */
export function sharedTopicCaveat(topic: string, tables: readonly string[]): Caveat {
  return note("topic-shared", `The tables ${tables.join(", ")} share the topic ${topic}: their schemas are versions of one subject.`);
}

function repeated(names: readonly string[]): string | null {
  return names.find((name, at) => names.indexOf(name) !== at) ?? null;
}

function note(code: string, message: string): Caveat {
  return { code, message, effect: "note" };
}

function unknown(code: string, message: string): Caveat {
  return { code, message, effect: "unknown" };
}
