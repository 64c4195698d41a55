import { expect } from "vitest";
import type { StackCase } from "./case.ts";

const setup = `CREATE TABLE item (id int PRIMARY KEY, code text NOT NULL, region text NOT NULL, note text, body text, n bigint);
INSERT INTO item VALUES (1, 'a', 'eu', 'x', 'b', 1);`;
const before =
  "INSERT INTO item VALUES (2, 'b', 'us', 'y', 'b', 2); UPDATE item SET note = 'z' WHERE id = 2; DELETE FROM item WHERE id = 1;";

type Rest = Partial<Omit<StackCase, "name" | "migration">>;

function onItem(name: string, migration: string, rest: Rest = {}): StackCase {
  return { name: `key: ${name}`, setup, before, migration, after: "INSERT INTO item VALUES (3, 'c', 'eu', 'x', 'b', 3);", ...rest };
}

const withoutKey = setup.replace(" PRIMARY KEY", " NOT NULL");
const inserted = { before: "INSERT INTO item VALUES (2, 'b', 'us', 'y', 'b', 2);" };

export const keyCases: readonly StackCase[] = [
  onItem("add a primary key", "ALTER TABLE item ADD PRIMARY KEY (id);", { setup: withoutKey, ...inserted }),
  onItem("drop the primary key", "ALTER TABLE item DROP CONSTRAINT item_pkey;"),
  onItem("drop the primary key, and update", "ALTER TABLE item DROP CONSTRAINT item_pkey;", {
    after: "UPDATE item SET note = 'q';",
    refused: /cannot update table "item" because it does not have a replica identity/,
  }),
  onItem("another column", "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (code);"),
  onItem("another column under FORWARD", "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (code);", { level: "FORWARD" }),
  onItem("one column more", "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region);"),
  onItem("one column more under FORWARD", "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region);", {
    level: "FORWARD",
  }),
  onItem("the same columns in another order", "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (region, id);", {
    setup: setup.replace("id int PRIMARY KEY", "id int NOT NULL").replace("n bigint)", "n bigint, PRIMARY KEY (id, region))"),
  }),
  onItem("int to bigint", "ALTER TABLE item ALTER id TYPE bigint;"),
  onItem("int to text", "ALTER TABLE item ALTER id TYPE text USING id::text;", {
    after: "INSERT INTO item VALUES ('t', 'c', 'eu', 'x', 'b', 3);",
  }),
  onItem("its column renamed", "ALTER TABLE item RENAME id TO item_id;"),
  onItem("its constraint renamed", "ALTER TABLE item RENAME CONSTRAINT item_pkey TO item_key;"),
  onItem("a serial", "ALTER TABLE item ADD COLUMN extra int;", {
    setup: setup.replace("id int", "id serial"),
    after:
      "INSERT INTO item (code, region) VALUES ('s', 'eu') ON CONFLICT DO NOTHING; INSERT INTO item VALUES (30, 'c', 'eu', 'x', 'b', 3, 4);",
    before: before.replace("VALUES (2", "VALUES (20").replace("id = 2", "id = 20"),
  }),
  onItem("a unique index in its place", "ALTER TABLE item ADD COLUMN extra int;", {
    setup: `${withoutKey} CREATE UNIQUE INDEX ON item (code);`,
    ...inserted,
  }),
  onItem("a unique index over nullable columns", "ALTER TABLE item ADD COLUMN extra int;", {
    setup: `${withoutKey} CREATE UNIQUE INDEX ON item (note, n);`,
    ...inserted,
  }),
  onItem("a unique index is dropped", "DROP INDEX item_code;", {
    setup: `${withoutKey} CREATE UNIQUE INDEX item_code ON item (code);`,
    ...inserted,
  }),
  onItem("a unique index is added", "CREATE UNIQUE INDEX ON item (code);", { setup: withoutKey, ...inserted }),
  onItem("none, and a column is added", "ALTER TABLE item ADD COLUMN extra int;", { setup: withoutKey, ...inserted }),
  onItem("message.key.columns", "ALTER TABLE item ADD COLUMN extra int;", {
    connector: { "message.key.columns": "public.item:region,code" },
  }),
  onItem("message.key.columns, and one is renamed", "ALTER TABLE item RENAME region TO area;", {
    connector: { "message.key.columns": "public.item:region" },
  }),
  onItem("message.key.columns, and one of two is dropped", "ALTER TABLE item DROP COLUMN note;", {
    connector: { "message.key.columns": "public.item:code,note" },
    after: "INSERT INTO item VALUES (3, 'c', 'eu', 'b', 3);",
    level: "FORWARD",
  }),
  onItem("replica identity full", "ALTER TABLE item REPLICA IDENTITY FULL;", {
    after: "UPDATE item SET note = 'full'; DELETE FROM item WHERE id = 2;",
  }),
  onItem("replica identity nothing", "ALTER TABLE item REPLICA IDENTITY NOTHING;", {
    after: "DELETE FROM item;",
    refused: /cannot delete from table "item" because it does not have a replica identity/,
  }),
  onItem(
    "replica identity by another index",
    "CREATE UNIQUE INDEX item_code ON item (code); ALTER TABLE item REPLICA IDENTITY USING INDEX item_code;",
  ),
  onItem("a long text that an update leaves alone", "ALTER TABLE item ADD COLUMN extra int;", {
    setup: `${setup} ALTER TABLE item ALTER body SET STORAGE EXTERNAL; INSERT INTO item VALUES (7, 'long', 'eu', 'x', repeat('long ', 2000), 1);`,
    before: "INSERT INTO item VALUES (2, 'b', 'us', 'y', repeat('other ', 2000), 2);",
    after: "UPDATE item SET note = 'changed' WHERE id = 7;",
    records(records) {
      const last = records.filter(({ topic }) => topic.endsWith(".item")).at(-1);
      expect(last?.value).toMatchObject({
        op: "u",
        after: { note: "changed", body: "__debezium_unavailable_value" },
      });
    },
  }),
];
