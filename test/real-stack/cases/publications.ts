import type { StackCase } from "./case.ts";

/** The publication is made by the case, under the name that its connector looks for, and not by the connector. */
const tables = `CREATE TABLE item (id int PRIMARY KEY, v text, w int); CREATE TABLE other (id int PRIMARY KEY, v text);
INSERT INTO item VALUES (1, 'a', 1); INSERT INTO other VALUES (1, 'a');`;
const before = "INSERT INTO item VALUES (2, 'b', 2); INSERT INTO other VALUES (2, 'b');";
const after = "INSERT INTO item VALUES (3, 'c', 3); INSERT INTO other VALUES (3, 'c');";
const connector = { "publication.name": "cdc", "publication.autocreate.mode": "disabled" };

type Rest = Partial<Omit<StackCase, "name" | "migration">>;

function published(name: string, publication: string, migration: string, rest: Rest = {}): StackCase {
  return {
    name: `publication: ${name}`,
    setup: `${tables} CREATE PUBLICATION cdc FOR ${publication};`,
    before,
    migration,
    after,
    connector,
    ...rest,
  };
}

const measures = `CREATE TABLE measure (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE measure_24 PARTITION OF measure FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measure_25 PARTITION OF measure FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO measure VALUES (1, '2024-05-01', 'a'), (2, '2025-05-01', 'b');`;

function partitioned(name: string, root: boolean, migration: string, rest: Rest = {}): StackCase {
  return {
    name: `partitions: ${name}`,
    setup: `${measures} CREATE PUBLICATION cdc FOR ALL TABLES${root ? " WITH (publish_via_partition_root = true)" : ""};`,
    before: "INSERT INTO measure VALUES (3, '2024-06-01', 'c'), (4, '2025-06-01', 'd');",
    migration,
    after: "INSERT INTO measure VALUES (5, '2025-07-01', 'e');",
    connector,
    ...rest,
  };
}

const generated = `CREATE TABLE item (id int PRIMARY KEY, a int NOT NULL, twice int GENERATED ALWAYS AS (a * 2) STORED, label text NOT NULL GENERATED ALWAYS AS ('v' || a::text) STORED);
INSERT INTO item VALUES (1, 1);`;

export const publicationCases: readonly StackCase[] = [
  published("all tables, and a column is added", "ALL TABLES", "ALTER TABLE item ADD COLUMN x int;"),
  published("two tables, and one is dropped from it", "TABLE item, other", "ALTER PUBLICATION cdc DROP TABLE item;"),
  published("one table, and one is added to it", "TABLE item", "ALTER PUBLICATION cdc ADD TABLE other;"),
  published("a new table is not in it", "TABLE item, other", "CREATE TABLE late (id int PRIMARY KEY);", {
    after: `${after} INSERT INTO late VALUES (1);`,
  }),
  published("columns of a schema", "TABLES IN SCHEMA public", "CREATE SCHEMA away; ALTER TABLE other SET SCHEMA away;", {
    after: "INSERT INTO item VALUES (3, 'c', 3); INSERT INTO away.other VALUES (3, 'c');",
  }),
  published("a column list is set", "TABLE item, other", "ALTER PUBLICATION cdc SET TABLE item (id, w), other;"),
  published("a column list, and a column is added", "TABLE item (id, v), other", "ALTER TABLE item ADD COLUMN x int;"),
  published("a row filter is set", "TABLE item, other", "ALTER PUBLICATION cdc SET TABLE item WHERE (id < 3), other;", {
    after: "INSERT INTO item VALUES (0, 'c', 3); INSERT INTO other VALUES (3, 'c');",
  }),
  published("it is dropped", "ALL TABLES", "DROP PUBLICATION cdc;"),
  published(
    "it is dropped and made again",
    "ALL TABLES",
    "DROP PUBLICATION cdc; CREATE PUBLICATION cdc FOR ALL TABLES; ALTER TABLE item ADD COLUMN x int;",
  ),
  published(
    "the table is made again and no longer in it",
    "TABLE item, other",
    "DROP TABLE item; CREATE TABLE item (id int PRIMARY KEY, v text, w int);",
  ),
  published("the table becomes unlogged", "TABLE item, other", "ALTER PUBLICATION cdc DROP TABLE item; ALTER TABLE item SET UNLOGGED;"),
  partitioned("under the root, and a column is added", true, "ALTER TABLE measure ADD COLUMN w int;"),
  partitioned("each its own topic, and a column is added", false, "ALTER TABLE measure ADD COLUMN w int;"),
  partitioned("under the root, and one is detached", true, "ALTER TABLE measure DETACH PARTITION measure_24;", {
    after: "INSERT INTO measure VALUES (5, '2025-07-01', 'e'); INSERT INTO measure_24 VALUES (6, '2024-07-01', 'f');",
  }),
  partitioned(
    "under the root, and one is attached",
    true,
    "CREATE TABLE measure_26 (id int NOT NULL, day date NOT NULL, v text, PRIMARY KEY (id, day));\nALTER TABLE measure ATTACH PARTITION measure_26 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    {
      after: "INSERT INTO measure VALUES (5, '2026-07-01', 'e');",
    },
  ),
  partitioned(
    "each its own topic, and one is made",
    false,
    "CREATE TABLE measure_26 PARTITION OF measure FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    {
      after: "INSERT INTO measure VALUES (5, '2026-07-01', 'e');",
    },
  ),
  partitioned("the root's topic is turned on", false, "ALTER PUBLICATION cdc SET (publish_via_partition_root = true);"),
  {
    name: "generated columns: in the snapshot only",
    setup: generated,
    before: "INSERT INTO item VALUES (2, 2);",
    migration: "ALTER TABLE item ADD COLUMN thrice int GENERATED ALWAYS AS (a * 3) STORED, ADD COLUMN b int;",
    after: "INSERT INTO item (id, a) VALUES (3, 3);",
  },
  {
    name: "generated columns: published",
    setup: `${generated} CREATE PUBLICATION cdc FOR ALL TABLES WITH (publish_generated_columns = stored);`,
    before: "INSERT INTO item VALUES (2, 2);",
    migration:
      "ALTER TABLE item ADD COLUMN thrice int GENERATED ALWAYS AS (a * 3) STORED, ADD COLUMN b int, ADD COLUMN c int GENERATED ALWAYS AS (a) VIRTUAL;",
    after: "INSERT INTO item (id, a) VALUES (3, 3);",
    connector,
  },
  {
    name: "inheritance: a child has its own topic",
    setup:
      "CREATE TABLE base (id int PRIMARY KEY, v text); CREATE TABLE child (w int) INHERITS (base); INSERT INTO base VALUES (1, 'a'); INSERT INTO child VALUES (2, 'b', 1);",
    before: "INSERT INTO child VALUES (3, 'c', 1);",
    migration: "ALTER TABLE base ADD COLUMN x int;",
    after: "INSERT INTO child VALUES (4, 'c', 1, 2); INSERT INTO base VALUES (5, 'x', 3);",
  },
];
