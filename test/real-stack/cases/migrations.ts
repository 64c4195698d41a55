import type { StackCase } from "./case.ts";

const orders = `CREATE TABLE orders (id bigint PRIMARY KEY, name text, qty int NOT NULL DEFAULT 1, price numeric(10,2), status varchar(10) NOT NULL, created timestamp(3));
INSERT INTO orders VALUES (1, 'n1', 1, 1.50, 'new', '2024-01-01');`;

type Rest = Partial<Omit<StackCase, "name" | "migration">>;

/** A migration of `orders`; an update of all rows shows the table as it is afterwards. */
function onOrders(name: string, migration: string, rest: Rest = {}): StackCase {
  const before = "INSERT INTO orders (id, name, status, price) VALUES (2, 'n2', 'new', 2.5); UPDATE orders SET qty = 2 WHERE id = 2;";
  return { name, setup: orders, before, migration, after: "UPDATE orders SET id = id;", ...rest };
}

/** A column is made another type; rows stay as PostgreSQL converts them. */
function retype(from: string, to: string, using = "", literal = "1", rest: Rest & { readonly name?: string } = {}): StackCase {
  return {
    name: `${from} to ${to}`,
    setup: `CREATE TABLE item (id int PRIMARY KEY, v ${from} NOT NULL); INSERT INTO item VALUES (1, ${literal});`,
    before: `INSERT INTO item VALUES (2, ${literal});`,
    migration: `ALTER TABLE item ALTER COLUMN v TYPE ${to}${using === "" ? "" : ` USING ${using}`};`,
    after: "UPDATE item SET id = id + 10;",
    ...rest,
  };
}

export const migrationCases: readonly StackCase[] = [
  onOrders("add a nullable column", "ALTER TABLE orders ADD COLUMN note text;"),
  onOrders("add NOT NULL with a default", "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'plain';"),
  onOrders("add NOT NULL with a default that Debezium drops", "ALTER TABLE orders ADD COLUMN tags text[] NOT NULL DEFAULT '{}';"),
  onOrders(
    "add NOT NULL, then drop the default",
    "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'x', ADD COLUMN n int;\nALTER TABLE orders ALTER kind DROP DEFAULT;",
  ),
  onOrders(
    "add a column with a default that calls a function",
    "ALTER TABLE orders ADD COLUMN seen timestamptz NOT NULL DEFAULT now(), ADD COLUMN token uuid DEFAULT gen_random_uuid();",
  ),
  onOrders("add a serial column", "ALTER TABLE orders ADD COLUMN seq bigserial;"),
  onOrders("add an identity column", "ALTER TABLE orders ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY;"),
  onOrders("drop a nullable column", "ALTER TABLE orders DROP COLUMN name;"),
  onOrders("drop a NOT NULL column", "ALTER TABLE orders DROP COLUMN status;"),
  onOrders("drop a NOT NULL column under FORWARD", "ALTER TABLE orders DROP COLUMN status;", { level: "FORWARD" }),
  onOrders("drop a nullable column under FULL", "ALTER TABLE orders DROP COLUMN name;", { level: "FULL" }),
  onOrders("drop NOT NULL", "ALTER TABLE orders ALTER status DROP NOT NULL;", { after: "UPDATE orders SET status = NULL;" }),
  onOrders("drop NOT NULL under FULL", "ALTER TABLE orders ALTER status DROP NOT NULL;", { level: "FULL" }),
  onOrders("set NOT NULL", "UPDATE orders SET name = 'x' WHERE name IS NULL;\nALTER TABLE orders ALTER name SET NOT NULL;"),
  onOrders("set NOT NULL under FORWARD", "ALTER TABLE orders ALTER name SET NOT NULL;", { level: "FORWARD" }),
  onOrders("set and drop defaults", "ALTER TABLE orders ALTER name SET DEFAULT 'anon', ALTER qty DROP DEFAULT;", { level: "FORWARD" }),
  onOrders("change a default", "ALTER TABLE orders ALTER qty SET DEFAULT 5;", { level: "FULL_TRANSITIVE" }),
  onOrders("rename a nullable column", "ALTER TABLE orders RENAME name TO title;"),
  onOrders("rename a nullable column under FULL", "ALTER TABLE orders RENAME name TO title;", { level: "FULL" }),
  onOrders("rename a NOT NULL column", "ALTER TABLE orders RENAME status TO state;"),
  onOrders("rename a NOT NULL column with a default", "ALTER TABLE orders RENAME qty TO quantity;"),
  onOrders("rename a NOT NULL column under NONE", "ALTER TABLE orders RENAME status TO state;", { level: "NONE" }),
  onOrders(
    "swap two names",
    "ALTER TABLE orders RENAME name TO x; ALTER TABLE orders RENAME status TO name; ALTER TABLE orders RENAME x TO status;",
  ),
  onOrders("drop a column and add it again", "ALTER TABLE orders DROP COLUMN price; ALTER TABLE orders ADD COLUMN price numeric(10,2);"),
  onOrders(
    "make the table anew with other columns in another order",
    "DROP TABLE orders;\nCREATE TABLE orders (id bigint PRIMARY KEY, status varchar(10) NOT NULL, name text, extra int);",
    {
      after: "INSERT INTO orders VALUES (9, 'new', 'n', 1);",
    },
  ),
  onOrders(
    "comments, indexes and constraints",
    "COMMENT ON COLUMN orders.name IS 'n'; CREATE INDEX ON orders (name); ALTER TABLE orders ADD CHECK (qty > 0);",
  ),
  onOrders("rename the table", "ALTER TABLE orders RENAME TO purchases;", { after: "UPDATE purchases SET id = id;" }),
  onOrders("move the table to another schema", "CREATE SCHEMA sales; ALTER TABLE orders SET SCHEMA sales;", {
    after: "UPDATE sales.orders SET id = id;",
  }),
  {
    name: "rename the schema",
    setup: `CREATE SCHEMA sales; CREATE TABLE sales.deal (id int PRIMARY KEY, v text); INSERT INTO sales.deal VALUES (1, 'a');`,
    before: "INSERT INTO sales.deal VALUES (2, 'b');",
    migration: "ALTER SCHEMA sales RENAME TO shop;",
    after: "INSERT INTO shop.deal VALUES (3, 'c');",
  },
  onOrders("a new table beside", "CREATE TABLE invoice (id int PRIMARY KEY, total money NOT NULL);", {
    after: "INSERT INTO invoice VALUES (1, 5); UPDATE orders SET id = id;",
  }),
  onOrders(
    "swap a new table in under the old name",
    "ALTER TABLE orders RENAME TO orders_old;\nCREATE TABLE orders (id bigint PRIMARY KEY, name text, status varchar(10) NOT NULL, region text);",
    {
      after: "INSERT INTO orders VALUES (5, 'n', 'new', 'eu');",
    },
  ),
  onOrders("one of two tables is refused", "ALTER TABLE orders ADD COLUMN note text; ALTER TABLE item RENAME v TO w;", {
    setup: `${orders} CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL); INSERT INTO item VALUES (1, 1);`,
    after: "UPDATE orders SET id = id; UPDATE item SET w = 2;",
  }),
  onOrders(
    "a migration that writes rows between its changes",
    "ALTER TABLE orders ADD COLUMN note text;\nUPDATE orders SET note = name;\nALTER TABLE orders ADD COLUMN other int;",
  ),
  retype("int", "bigint"),
  retype("int", "bigint", "", "1", { name: "int to bigint under FULL", level: "FULL" }),
  retype("bigint", "int"),
  retype("int", "smallint"),
  retype("int", "text", "v::text"),
  retype("int", "numeric(12,2)"),
  retype("int", "double precision"),
  retype("int", "boolean", "v > 0"),
  retype("double precision", "real", "", "1", { name: "double precision to real under FORWARD", level: "FORWARD" }),
  retype("varchar(10)", "varchar(200)", "", "'a'"),
  retype("varchar(10)", "text", "", "'a'"),
  retype("text", "jsonb", "v::jsonb", "'{}'"),
  retype("text", "uuid", "v::uuid", "'0b5a1f4e-90f4-4d1c-8a5a-1d2f0d8f9a11'"),
  retype("text", "text[]", "ARRAY[v]", "'a'"),
  retype("text", "bytea", "v::bytea", "'a'"),
  retype("numeric(10,2)", "numeric(10,4)", "", "1.50"),
  retype("numeric(10,2)", "numeric", "", "1.50"),
  retype("numeric(10,2)", "text", "v::text", "1.50"),
  retype("timestamp(3)", "timestamp", "", "'2024-01-01'"),
  retype("timestamp", "timestamptz", "v AT TIME ZONE 'UTC'", "'2024-01-01'"),
  retype("date", "timestamp", "", "'2024-01-01'"),
  retype("timestamp", "date", "v::date", "'2024-01-01'"),
  retype("time(3)", "time", "", "'12:00'"),
  retype("json", "jsonb", "v::jsonb", "'{}'"),
];
