import type { Catalog, Relation } from "../model/catalog.ts";
import type { Caveat } from "../model/projection.ts";
import { adjustFieldName } from "./adjust.ts";
import type { Plan } from "./plan.ts";
import type { Row } from "./row.ts";
import type { PublicationView } from "./selection.ts";
import { rootType, typeIndex } from "./type-index.ts";
import { atLeast } from "./version.ts";

/** Doubts that the whole database casts on the connector: types with which it does not start, and its publication. */
export function catalogCaveats(catalog: Catalog, plan: Plan, view: PublicationView): readonly Caveat[] {
  return [...plan.caveats, ...typeCaveats(catalog, plan), ...publicationCaveats(plan, view)];
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

function publicationCaveats(plan: Plan, view: PublicationView): readonly Caveat[] {
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
      note(
        "publication-filtered",
        `The publication ${name} gets new tables only when the connector starts: a table made while it runs is silent until then.`,
      ),
    ];
  }
  return [];
}

/** Columns whose names Debezium cannot keep apart. */
export function relationCaveats(plan: Plan, relation: Relation): readonly Caveat[] {
  const names = relation.columns.map((column) => column.name);
  const table = `${relation.schema}.${relation.name}`;
  const twins = repeated(names.map((name) => name.toLowerCase()));
  const caveats: Caveat[] = [];
  if (twins !== null) {
    caveats.push(
      unknown("columns-differ-by-case", `${table} has columns that differ only by case (${twins}), with which Debezium refuses to start.`),
    );
  }
  const fields = repeated(names.map((name) => adjustFieldName(name, plan.fieldNames)));
  if (fields !== null) {
    caveats.push(
      unknown(
        "field-name-duplicate",
        `Two columns of ${table} get the same field name ${fields}: Debezium stops with "Cannot create field because of field name duplication ${fields}".`,
      ),
    );
  }
  return caveats;
}

export function rowCaveats(row: Row): readonly Caveat[] {
  if (row.untyped.length === 0) return [];
  return [unknown("type-not-in-catalog", `The type of ${row.untyped.join(", ")} is not in the catalog.`)];
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
