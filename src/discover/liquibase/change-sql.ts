import { columnText, constraintsOf, databaseFunction, deferrable, isPrimary, isRequired, literal, referenceText } from "./columns.ts";
import { dataType } from "./data-type.ts";
import { childrenNamed, isTrue, valueOf } from "./element.ts";
import type { Element } from "./element.ts";
import { escapeName, nameList, quoted, tableTitle } from "./names.ts";

/** What a change does: its statements, or why that is not known. */
export type ChangeSql = { readonly statements: readonly string[] } | { readonly unknown: string };

type Generator = (change: Element) => readonly string[];

const at = (change: Element, name: string): string => change.attributes[name] ?? "";
const has = (change: Element, name: string): boolean => isTrue(change.attributes[name] ?? null);
const columnsOf = (change: Element): readonly Element[] => [
  ...childrenNamed(change, "column"),
  // What else a list of columns has is passed over.
  ...childrenNamed(change, "columns").flatMap(({ children }) => children.filter(({ name }) => name === "column" || name === "columns")),
];
const column = (change: Element, name = "columnName"): string => escapeName(at(change, name));
const alter = (change: Element, rest: string, table = "tableName", schema = "schemaName"): string =>
  `ALTER TABLE ${tableTitle(change, table, schema)} ${rest}`;
const named = (name: string): string => (name === "" ? "" : `CONSTRAINT ${escapeName(name)} `);
const inSchema = (change: Element, name: string): string => tableTitle(change, name);

function createTable(change: Element): readonly string[] {
  const columns = columnsOf(change);
  const keys = columns.filter(isPrimary);
  const keyName = keys.map((key) => constraintsOf(key)?.attributes["primaryKeyName"] ?? "").find((name) => name !== "") ?? "";
  const table = at(change, "tableName");
  const parts = [
    ...columns.map((one) => columnText(one, true)),
    ...(keys.length === 0
      ? []
      : [
          `CONSTRAINT ${escapeName(keyName === "" ? `${table}_pkey` : keyName)} PRIMARY KEY (${keys.map((key) => column(key, "name")).join(", ")})`,
        ]),
    ...columns.flatMap((one) => {
      const reference = referenceText(one);
      return reference === null ? [] : [`CONSTRAINT ${escapeName(reference.name)} ${reference.text}`];
    }),
    ...uniqueParts(columns),
  ];
  const exists = has(change, "ifNotExists") ? "IF NOT EXISTS " : "";
  return [`CREATE TABLE ${exists}${tableTitle(change)} (${parts.join(", ")})`, ...remarks(change, columns)];
}

/** Columns with one name of a unique constraint make one constraint together. */
function uniqueParts(columns: readonly Element[]): readonly string[] {
  const unique = columns.filter((one) => isTrue(constraintsOf(one)?.attributes["unique"] ?? null));
  const groups = Map.groupBy(unique, (one) => constraintsOf(one)?.attributes["uniqueConstraintName"] ?? `\0${one.attributes["name"]}`);
  return [...groups].map(
    ([name, members]) => `${name.startsWith("\0") ? "" : named(name)}UNIQUE (${members.map((one) => column(one, "name")).join(", ")})`,
  );
}

function remarks(change: Element, columns: readonly Element[]): readonly string[] {
  const table = tableTitle(change);
  return [
    ...(at(change, "remarks") === "" ? [] : [`COMMENT ON TABLE ${table} IS ${quoted(at(change, "remarks"))}`]),
    ...columns.flatMap((one) =>
      at(one, "remarks") === "" ? [] : [`COMMENT ON COLUMN ${table}.${column(one, "name")} IS ${quoted(at(one, "remarks"))}`],
    ),
  ];
}

/** It gets its value in the rows that are there before it must have one. */
const isFilled = (one: Element): boolean => literal(one, "value") !== null && isRequired(one) && !isPrimary(one);

function addColumn(change: Element): readonly string[] {
  const columns = columnsOf(change);
  const added = columns.flatMap((one) => {
    const constraints = constraintsOf(one);
    const reference = referenceText(one);
    return [
      alter(change, `ADD ${columnText(one, false, isFilled(one))}${isPrimary(one) ? " PRIMARY KEY" : ""}`),
      ...(isTrue(constraints?.attributes["unique"] ?? null)
        ? [alter(change, `ADD ${named(constraints?.attributes["uniqueConstraintName"] ?? "")}UNIQUE (${column(one, "name")})`)]
        : []),
      ...(reference === null ? [] : [alter(change, `ADD CONSTRAINT ${escapeName(reference.name)} ${reference.text}`)]),
    ];
  });
  const filled = columns.flatMap((one) => {
    const value = literal(one, "value");
    if (value === null) return [];
    const set = isFilled(one) ? [alter(change, `ALTER COLUMN ${column(one, "name")} SET NOT NULL`)] : [];
    return [`UPDATE ${tableTitle(change)} SET ${column(one, "name")} = ${value}`, ...set];
  });
  return [...added, ...filled, ...remarks({ ...change, attributes: { ...change.attributes, remarks: "" } }, columns)];
}

function addNotNull(change: Element): readonly string[] {
  const value = at(change, "defaultNullValue");
  const fill =
    value === "" ? [] : [`UPDATE ${tableTitle(change)} SET ${column(change)} = ${quoted(value)} WHERE ${column(change)} IS NULL`];
  return [...fill, alter(change, `ALTER COLUMN ${column(change)} SET NOT NULL`)];
}

function addForeignKey(change: Element): readonly string[] {
  const rule = (name: string, words: string): string => (at(change, name) === "" ? "" : ` ${words} ${at(change, name).toUpperCase()}`);
  const target = tableTitle(change, "referencedTableName", "referencedTableSchemaName");
  const text = `FOREIGN KEY (${nameList(at(change, "baseColumnNames"))}) REFERENCES ${target} (${nameList(at(change, "referencedColumnNames"))})`;
  const rules = `${rule("onUpdate", "ON UPDATE")}${has(change, "deleteCascade") ? " ON DELETE CASCADE" : rule("onDelete", "ON DELETE")}`;
  return [
    alter(change, `ADD ${named(at(change, "constraintName"))}${text}${rules}${deferrable(change)}`, "baseTableName", "baseTableSchemaName"),
  ];
}

function createIndex(change: Element): readonly string[] {
  const columns = columnsOf(change).map((one) => {
    const name = at(one, "name");
    const isExpression = has(one, "computed") || /[()\s]/.test(name);
    return `${isExpression ? name : escapeName(name)}${has(one, "descending") ? " DESC" : ""}`;
  });
  const name = at(change, "indexName");
  const unique = has(change, "unique") ? "UNIQUE " : "";
  return [`CREATE ${unique}INDEX ${name === "" ? "" : `${escapeName(name)} `}ON ${tableTitle(change)} (${columns.join(", ")})`];
}

function addDefault(change: Element): readonly string[] {
  const value = literal(change, "defaultValue") ?? "NULL";
  const sequence = at(change, "defaultValueSequenceNext");
  const owned = sequence === "" ? [] : [`ALTER SEQUENCE ${escapeName(sequence)} OWNED BY ${tableTitle(change)}.${column(change)}`];
  return [alter(change, `ALTER COLUMN ${column(change)} SET DEFAULT ${value}`), ...owned];
}

function addAutoIncrement(change: Element): readonly string[] {
  const sequence = {
    ...change,
    attributes: { ...change.attributes, sequenceName: `${at(change, "tableName")}_${at(change, "columnName")}_seq` },
  };
  const name = inSchema(sequence, "sequenceName");
  const start = at(change, "startWith");
  return [
    `CREATE SEQUENCE IF NOT EXISTS ${name}${start === "" ? "" : ` START WITH ${start}`}`,
    alter(change, `ALTER COLUMN ${column(change)} SET NOT NULL`),
    alter(change, `ALTER COLUMN ${column(change)} SET DEFAULT nextval('${name}')`),
    `ALTER SEQUENCE ${name} OWNED BY ${tableTitle(change)}.${column(change)}`,
  ];
}

function sequenceOptions(change: Element): string {
  const option = (name: string, words: string): string => (at(change, name) === "" ? "" : ` ${words} ${at(change, name)}`);
  const type = at(change, "dataType");
  const parts = [
    type === "" ? "" : ` AS ${type}`,
    option("startValue", "START WITH"),
    option("incrementBy", "INCREMENT BY"),
    option("minValue", "MINVALUE"),
    option("maxValue", "MAXVALUE"),
    option("cacheSize", "CACHE"),
    has(change, "cycle") ? " CYCLE" : "",
  ];
  return parts.join("");
}

function createView(change: Element): readonly string[] {
  const query = (valueOf(change, "selectQuery") ?? change.text).trim();
  if (has(change, "fullDefinition")) return [query];
  return [`CREATE ${has(change, "replaceIfExists") ? "OR REPLACE " : ""}VIEW ${inSchema(change, "viewName")} AS ${query}`];
}

/** The key's name is the server's business: it is looked up, as Liquibase does (DropPrimaryKeyGenerator). */
function dropPrimaryKey(change: Element): readonly string[] {
  const name = at(change, "constraintName");
  if (name !== "") return [alter(change, `DROP CONSTRAINT ${escapeName(name)}`)];
  const table = tableTitle(change);
  return [
    `DO $$ DECLARE key name; BEGIN SELECT conname INTO STRICT key FROM pg_catalog.pg_constraint WHERE conrelid = ${quoted(table)}::regclass AND contype = 'p'; EXECUTE format('ALTER TABLE ${table.replaceAll("'", "''")} DROP CONSTRAINT %I', key); END $$`,
  ];
}

function mergeColumns(change: Element): readonly string[] {
  const [first, second] = [column(change, "column1Name"), column(change, "column2Name")];
  const final = column(change, "finalColumnName");
  return [
    alter(change, `ADD ${final} ${dataType(at(change, "finalColumnType"))}`),
    `UPDATE ${tableTitle(change)} SET ${final} = ${first} || ${quoted(at(change, "joinString"))} || ${second}`,
    ...[first, second].filter((name) => name !== final).map((name) => alter(change, `DROP COLUMN ${name}`)),
  ];
}

function addLookupTable(change: Element): readonly string[] {
  const made = tableTitle(change, "newTableName", "newTableSchemaName");
  const [existing, column2] = [tableTitle(change, "existingTableName", "existingTableSchemaName"), column(change, "existingColumnName")];
  const key = column(change, "newColumnName");
  return [
    `CREATE TABLE ${made} AS SELECT DISTINCT ${column2} AS ${key} FROM ${existing} WHERE ${column2} IS NOT NULL`,
    `ALTER TABLE ${made} ALTER COLUMN ${key} SET NOT NULL`,
    `ALTER TABLE ${made} ADD PRIMARY KEY (${key})`,
    `ALTER TABLE ${existing} ADD ${named(at(change, "constraintName"))}FOREIGN KEY (${column2}) REFERENCES ${made} (${key})`,
  ];
}

function insert(change: Element): readonly string[] {
  const columns = columnsOf(change);
  return [
    `INSERT INTO ${tableTitle(change)} (${columns.map((one) => column(one, "name")).join(", ")}) VALUES (${columns.map((one) => literal(one, "value") ?? "NULL").join(", ")})`,
  ];
}

function update(change: Element): readonly string[] {
  const sets = columnsOf(change).map((one) => `${column(one, "name")} = ${literal(one, "value") ?? "NULL"}`);
  return [`UPDATE ${tableTitle(change)} SET ${sets.join(", ")}${where(change)}`];
}

function where(change: Element): string {
  const text = valueOf(change, "where")?.trim() ?? "";
  return text === "" ? "" : ` WHERE ${text}`;
}

/** Their names are the server's business, too (DropAllForeignKeyConstraintsChange). */
function dropAllForeignKeys(change: Element): readonly string[] {
  const table = tableTitle(change, "baseTableName", "baseTableSchemaName");
  return [
    `DO $$ DECLARE key name; BEGIN FOR key IN SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = ${quoted(table)}::regclass AND contype = 'f' LOOP EXECUTE format('ALTER TABLE ${table.replaceAll("'", "''")} DROP CONSTRAINT %I', key); END LOOP; END $$`,
  ];
}

/** As Liquibase's own generators for PostgreSQL write them (liquibase-core 4.31: change/core, sqlgenerator/core). */
const generators: Readonly<Record<string, Generator>> = {
  createTable,
  addColumn,
  createIndex,
  createView,
  dropPrimaryKey,
  insert,
  update,
  mergeColumns,
  addLookupTable,
  addAutoIncrement,
  addNotNullConstraint: addNotNull,
  dropAllForeignKeyConstraints: dropAllForeignKeys,
  addForeignKeyConstraint: addForeignKey,
  addDefaultValue: addDefault,
  delete: (change) => [`DELETE FROM ${tableTitle(change)}${where(change)}`],
  dropTable: (change) => [`DROP TABLE ${tableTitle(change)}${has(change, "cascadeConstraints") ? " CASCADE" : ""}`],
  dropColumn: (change) => {
    const names = columnsOf(change).map((one) => column(one, "name"));
    return (names.length > 0 ? names : [column(change)]).map((name) => alter(change, `DROP COLUMN ${name}`));
  },
  renameColumn: (change) => [alter(change, `RENAME COLUMN ${column(change, "oldColumnName")} TO ${column(change, "newColumnName")}`)],
  renameTable: (change) => [`ALTER TABLE ${tableTitle(change, "oldTableName")} RENAME TO ${column(change, "newTableName")}`],
  renameView: (change) => [`ALTER TABLE ${tableTitle(change, "oldViewName")} RENAME TO ${column(change, "newViewName")}`],
  modifyDataType: (change) => {
    const type = dataType(at(change, "newDataType"));
    return [alter(change, `ALTER COLUMN ${column(change)} TYPE ${type} USING (${column(change)}::${type})`)];
  },
  dropNotNullConstraint: (change) => [alter(change, `ALTER COLUMN ${column(change)} DROP NOT NULL`)],
  addPrimaryKey: (change) => [
    alter(change, `ADD ${named(at(change, "constraintName"))}PRIMARY KEY (${nameList(at(change, "columnNames"))})`),
  ],
  addUniqueConstraint: (change) => [
    alter(change, `ADD ${named(at(change, "constraintName"))}UNIQUE (${nameList(at(change, "columnNames"))})${deferrable(change)}`),
  ],
  dropUniqueConstraint: (change) => [alter(change, `DROP CONSTRAINT ${column(change, "constraintName")}`)],
  dropForeignKeyConstraint: (change) => [
    alter(change, `DROP CONSTRAINT ${column(change, "constraintName")}`, "baseTableName", "baseTableSchemaName"),
  ],
  dropIndex: (change) => [`DROP INDEX ${inSchema(change, "indexName")}`],
  dropDefaultValue: (change) => [alter(change, `ALTER COLUMN ${column(change)} DROP DEFAULT`)],
  createSequence: (change) => [`CREATE SEQUENCE IF NOT EXISTS ${inSchema(change, "sequenceName")}${sequenceOptions(change)}`],
  alterSequence: (change) => [`ALTER SEQUENCE ${inSchema(change, "sequenceName")}${sequenceOptions(change)}`],
  dropSequence: (change) => [`DROP SEQUENCE ${inSchema(change, "sequenceName")} CASCADE`],
  renameSequence: (change) => [`ALTER SEQUENCE ${inSchema(change, "oldSequenceName")} RENAME TO ${column(change, "newSequenceName")}`],
  dropView: (change) => [`DROP VIEW ${has(change, "ifExists") ? "IF EXISTS " : ""}${inSchema(change, "viewName")}`],
  setTableRemarks: (change) => [`COMMENT ON TABLE ${tableTitle(change)} IS ${quoted(at(change, "remarks"))}`],
  setColumnRemarks: (change) => [`COMMENT ON COLUMN ${tableTitle(change)}.${column(change)} IS ${quoted(at(change, "remarks"))}`],
  createProcedure: (change) => [(valueOf(change, "procedureText") ?? valueOf(change, "procedureBody") ?? change.text).trim()],
  dropProcedure: (change) => [`DROP PROCEDURE ${databaseFunction(at(change, "procedureName"))}`],
};

/** Changes without an effect on tables; rows are no part of a catalog. */
const harmless: ReadonlySet<string> = new Set([
  "tagDatabase",
  "empty",
  "output",
  "loadData",
  "loadUpdateData",
  "stop",
  "rollback",
  "validCheckSum",
  "preConditions",
  "comment",
  "modifySql",
]);

export function changeSql(change: Element): ChangeSql {
  const generate = Object.hasOwn(generators, change.name) ? generators[change.name] : undefined;
  if (generate !== undefined) return { statements: generate(change) };
  if (harmless.has(change.name)) return { statements: [] };
  return { unknown: `what Liquibase's ${change.name} does to the database cannot be read from the changelog` };
}
