import { expect } from "vitest";
import type { StackCase } from "./case.ts";

const orders = `CREATE TABLE orders (id bigint PRIMARY KEY, name text, qty int NOT NULL DEFAULT 1, status varchar(10) NOT NULL);
INSERT INTO orders VALUES (1, 'n1', 1, 'new');`;
const mood =
  "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE orders (id int PRIMARY KEY, v mood NOT NULL DEFAULT 'ok'); INSERT INTO orders VALUES (1, 'ok');";

type Rest = Partial<Omit<StackCase, "name" | "migration">>;

/** The connector is stopped, rows are written, the migration runs, more rows are written, and only then is the connector started again. */
function behind(name: string, migration: string, after: string, rest: Rest = {}): StackCase {
  return {
    name: `behind: ${name}`,
    setup: orders,
    before: "INSERT INTO orders VALUES (2, 'n2', 2, 'new');",
    pending: "INSERT INTO orders VALUES (3, 'n3', 3, 'new');",
    migration,
    after,
    ...rest,
  };
}

/** What is seen only with rows that were written before the migration and are read after it, or after the connector was started again. */
export const lateCases: readonly StackCase[] = [
  behind("add a column", "ALTER TABLE orders ADD COLUMN note text;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new', 'x');"),
  behind(
    "add a NOT NULL column with a default",
    "ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'k';",
    "INSERT INTO orders VALUES (4, 'n4', 4, 'new', 'x');",
  ),
  behind("nothing was written", "ALTER TABLE orders RENAME name TO title;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');", {
    pending: "",
  }),
  behind("rename a nullable column", "ALTER TABLE orders RENAME name TO title;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');"),
  behind("rename a NOT NULL column", "ALTER TABLE orders RENAME status TO state;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');"),
  behind(
    "rename a NOT NULL column with a default",
    "ALTER TABLE orders RENAME qty TO quantity;",
    "INSERT INTO orders VALUES (4, 'n4', 4, 'new');",
  ),
  behind("drop a NOT NULL column", "ALTER TABLE orders DROP COLUMN status;", "INSERT INTO orders VALUES (4, 'n4', 4);"),
  behind("drop NOT NULL", "ALTER TABLE orders ALTER status DROP NOT NULL;", "INSERT INTO orders VALUES (4, 'n4', 4, NULL);"),
  behind("change a default", "ALTER TABLE orders ALTER qty SET DEFAULT 9;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');"),
  behind("int to bigint", "ALTER TABLE orders ALTER qty TYPE bigint;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');"),
  behind(
    "another key",
    "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (status);",
    "INSERT INTO orders VALUES (4, 'n4', 4, 'other');",
    {
      before: "INSERT INTO orders VALUES (2, 'n2', 2, 'second');",
      pending: "INSERT INTO orders VALUES (3, 'n3', 3, 'third');",
      level: "NONE",
    },
  ),
  behind("the key's column renamed", "ALTER TABLE orders RENAME id TO order_id;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');", {
    level: "NONE",
  }),
  behind("the key dropped", "ALTER TABLE orders DROP CONSTRAINT orders_pkey;", "INSERT INTO orders VALUES (4, 'n4', 4, 'new');"),
  behind("the table renamed", "ALTER TABLE orders RENAME TO purchases;", "INSERT INTO purchases VALUES (4, 'n4', 4, 'new');"),
  behind("the table dropped", "DROP TABLE orders;", "SELECT 1;"),
  behind("an enum's label added", "ALTER TYPE mood ADD VALUE 'great';", "INSERT INTO orders VALUES (4, 'great');", {
    setup: mood,
    before: "INSERT INTO orders VALUES (2);",
    pending: "INSERT INTO orders VALUES (3);",
  }),
  behind(
    "set NOT NULL, and a NULL is pending",
    "UPDATE orders SET name = 'none' WHERE name IS NULL; ALTER TABLE orders ALTER name SET NOT NULL;",
    "INSERT INTO orders VALUES (4, 'n4', 4, 'new');",
    {
      pending: "INSERT INTO orders VALUES (3, NULL, 3, 'new');",
      level: "FORWARD",
      records(records) {
        // Debezium invents an empty text for a column that may no longer be NULL.
        expect(records.map(({ value }) => value)).toContainEqual(
          expect.objectContaining({ op: "c", after: expect.objectContaining({ id: 3n, name: "" }) }),
        );
      },
    },
  ),
  {
    name: "restarted: an enum's label added",
    setup: mood,
    before: "INSERT INTO orders VALUES (2);",
    migration: "ALTER TYPE mood ADD VALUE 'great';",
    after: "INSERT INTO orders VALUES (3, 'great');",
    restarted: "INSERT INTO orders VALUES (4, 'great');",
  },
  {
    name: "restarted: a table that the include list no longer has",
    setup: orders,
    before: "INSERT INTO orders VALUES (2, 'n2', 2, 'new');",
    migration: "ALTER TABLE orders RENAME TO purchases;",
    after: "INSERT INTO purchases VALUES (3, 'n3', 3, 'new');",
    restarted: "INSERT INTO purchases VALUES (4, 'n4', 4, 'new');",
    connector: { "table.include.list": "public.orders" },
  },
  {
    name: "running: a table that the include list no longer has, and a column is dropped",
    setup: orders,
    before: "INSERT INTO orders VALUES (2, 'n2', 2, 'new');",
    migration: "ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases DROP COLUMN qty;",
    after: "INSERT INTO purchases VALUES (3, 'n3', 'new');",
    connector: { "table.include.list": "public.orders" },
  },
];
