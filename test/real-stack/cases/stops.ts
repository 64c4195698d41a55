import type { StackCase } from "./case.ts";

const item = "CREATE TABLE item (id int PRIMARY KEY, v text, n int); INSERT INTO item VALUES (1, 'a', 1);";
const mood =
  "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE item (id int PRIMARY KEY, v mood NOT NULL DEFAULT 'ok'); INSERT INTO item VALUES (1, 'ok');";
const before = "INSERT INTO item VALUES (2);";

/** What stops the connector, or is seen only after it was started again. */
export const stopCases: readonly StackCase[] = [
  {
    name: "enum: a label is added",
    setup: mood,
    before,
    migration: "ALTER TYPE mood ADD VALUE 'great';",
    after: "INSERT INTO item VALUES (3, 'great');",
  },
  {
    name: "enum: a label is added, and a column",
    setup: mood,
    before,
    migration: "ALTER TYPE mood ADD VALUE 'great'; ALTER TABLE item ADD COLUMN x int;",
    after: "INSERT INTO item VALUES (3, 'great');",
  },
  // Of the default's own label, PostgreSQL may or may not tell the running connector: it sends the table anew when its caches overflow.
  {
    name: "enum: a label is renamed",
    setup: mood,
    before,
    migration: "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';",
    after: "INSERT INTO item VALUES (3, 'blue');",
  },
  {
    name: "enum: the default's label is renamed, and a column added",
    setup: mood,
    before,
    migration: "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'; ALTER TABLE item ADD COLUMN x int;",
    after: "INSERT INTO item VALUES (3);",
  },
  {
    name: "enum: a new one for a new column",
    setup: item,
    before,
    migration: "CREATE TYPE colour AS ENUM ('red', 'blue'); ALTER TABLE item ADD COLUMN c colour DEFAULT 'red';",
    after: "INSERT INTO item VALUES (3);",
  },
  {
    name: "enum: a domain over one is made",
    setup: item,
    before,
    migration: "CREATE TYPE colour AS ENUM ('red', 'blue'); CREATE DOMAIN hue AS colour; ALTER TABLE item ADD COLUMN c hue;",
    after: "INSERT INTO item VALUES (3);",
  },
  {
    name: "domain: a column gets one",
    setup: `CREATE DOMAIN email AS text; ${item}`,
    before,
    migration:
      "CREATE DOMAIN short AS varchar(5) NOT NULL DEFAULT 'x'; ALTER TABLE item ADD COLUMN c short; ALTER TABLE item ALTER v TYPE email;",
    after: "INSERT INTO item VALUES (3);",
  },
  {
    name: "domain: its own constraints change",
    setup: "CREATE DOMAIN email AS text; CREATE TABLE item (id int PRIMARY KEY, v email); INSERT INTO item VALUES (1, 'a');",
    before,
    migration: "ALTER DOMAIN email SET DEFAULT 'x'; ALTER DOMAIN email ADD CHECK (VALUE <> '');",
    after: "INSERT INTO item VALUES (3);",
  },
  {
    name: "heartbeat: its table is dropped",
    setup: `${item} CREATE TABLE heartbeat (id int PRIMARY KEY, at timestamptz); INSERT INTO heartbeat VALUES (1, '2024-01-01');`,
    before,
    migration: "DROP TABLE heartbeat;",
    after: "SELECT pg_sleep(1);",
    connector: {
      "table.exclude.list": "public.heartbeat",
      "heartbeat.interval.ms": "200",
      "heartbeat.action.query": "UPDATE heartbeat SET at = now()",
    },
  },
];
