import { expect } from "vitest";
import type { Settings } from "../servers/connect.ts";
import type { StackCase } from "./case.ts";

const setup = `CREATE TABLE person (id int PRIMARY KEY, "first-name" text, email text NOT NULL, phone varchar(20) DEFAULT 'none', age int, tags text[], "Größe" numeric);
INSERT INTO person VALUES (1, 'Ann', 'ann@example.org', '555', 30, '{a}', 1.70);`;
const before = "INSERT INTO person VALUES (2, 'Bob', 'bob@example.org', '556', 31, '{b}', 1.80);";

type Rest = Partial<Omit<StackCase, "name" | "migration" | "connector">>;

function onPerson(name: string, connector: Settings, migration: string, rest: Rest = {}): StackCase {
  return { name: `settings: ${name}`, setup, before, migration, after: "UPDATE person SET age = 40;", connector, ...rest };
}

const add = "ALTER TABLE person ADD COLUMN note text;";
const smt = "org.apache.kafka.connect.transforms";
const unwrap = { transforms: "unwrap", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState" };

function transformed(name: string, connector: Settings, migration = add, rest: Rest = {}): StackCase {
  return { ...onPerson(name, connector, migration, rest), name: `transforms: ${name}` };
}

export const settingCases: readonly StackCase[] = [
  onPerson("a mask", { "column.mask.with.5.chars": "public.person.email,public.person.age" }, add),
  onPerson(
    "a mask, and its column is renamed",
    { "column.mask.with.5.chars": "public.person.email" },
    "ALTER TABLE person RENAME email TO mail;",
    {
      level: "NONE",
      records(records) {
        const values = records.map(({ value }) => value);
        expect(values).toContainEqual(expect.objectContaining({ op: "c", after: expect.objectContaining({ email: "*****" }) }));
        expect(values).toContainEqual(expect.objectContaining({ op: "u", after: expect.objectContaining({ mail: "bob@example.org" }) }));
      },
    },
  ),
  onPerson(
    "a hash and a truncation",
    { "column.mask.hash.v2.SHA-256.with.salt.s": "public.person.email", "column.truncate.to.3.chars": ".*phone" },
    add,
  ),
  onPerson("a column is excluded, and another added", { "column.exclude.list": "public.person.(email|age)" }, add),
  onPerson("an excluded column is renamed", { "column.exclude.list": "public.person.phone" }, "ALTER TABLE person RENAME phone TO mobile;"),
  onPerson("only some columns are included", { "column.include.list": "public.person.id,public.person.email" }, add),
  onPerson("only one table is included", { "table.include.list": "public.person" }, `CREATE TABLE other (id int PRIMARY KEY); ${add}`, {
    after: "INSERT INTO other VALUES (1); UPDATE person SET age = 40;",
  }),
  onPerson(
    "a table is excluded",
    { "table.exclude.list": "public\\.o.*" },
    `CREATE TABLE other (id int PRIMARY KEY); CREATE TABLE more (id int PRIMARY KEY);`,
    {
      after: "INSERT INTO other VALUES (1); INSERT INTO more VALUES (1);",
    },
  ),
  onPerson("a schema is excluded", { "schema.exclude.list": "private" }, "CREATE SCHEMA private; ALTER TABLE person SET SCHEMA private;", {
    after: "SELECT 1;",
  }),
  onPerson("names as they are, where Avro allows them", { "field.name.adjustment.mode": "none" }, add),
  onPerson("names in unicode escapes", { "field.name.adjustment.mode": "avro_unicode" }, add),
  onPerson("schema names adjusted", { "schema.name.adjustment.mode": "avro" }, 'CREATE TABLE "2nd-table" (id int PRIMARY KEY);', {
    after: 'INSERT INTO "2nd-table" VALUES (1);',
  }),
  onPerson("another delimiter", { "topic.delimiter": "_" }, add),
  onPerson("a table name that no topic can have", {}, 'CREATE TABLE "my orders$" (id int PRIMARY KEY, "a b" int);', {
    after: 'INSERT INTO "my orders$" VALUES (1, 2);',
  }),
  onPerson(
    "source types of two columns",
    { "column.propagate.source.type": "public.person.(email|phone)" },
    "ALTER TABLE person ALTER phone TYPE varchar(40);",
  ),
  onPerson(
    "source types by type",
    { "datatype.propagate.source.type": ".+\\.varchar" },
    "ALTER TABLE person ALTER phone TYPE varchar(40);",
  ),
  onPerson("no tombstones", { "tombstones.on.delete": "false" }, add, { after: "DELETE FROM person;" }),
  onPerson("truncates are sent", { "skipped.operations": "none" }, add, {
    after: "BEGIN; INSERT INTO person VALUES (3, 'C', 'c'); COMMIT; TRUNCATE person;",
  }),
  onPerson(
    "JSON without a registry",
    { "value.converter": "org.apache.kafka.connect.json.JsonConverter" },
    "ALTER TABLE person RENAME email TO mail;",
  ),
  transformed("ExtractNewRecordState", unwrap),
  transformed("ExtractNewRecordState, and a NOT NULL column is renamed", unwrap, "ALTER TABLE person RENAME email TO mail;"),
  transformed(
    "ExtractNewRecordState with more fields and deletes rewritten",
    {
      ...unwrap,
      "transforms.unwrap.add.fields": "op,table,lsn,source.ts_ms",
      "transforms.unwrap.delete.tombstone.handling.mode": "rewrite",
    },
    add,
    { after: "UPDATE person SET age = 1; DELETE FROM person WHERE id = 1;" },
  ),
  transformed("RegexRouter", {
    transforms: "route",
    "transforms.route.type": `${smt}.RegexRouter`,
    "transforms.route.regex": "(.*)\\.public\\.(.*)",
    "transforms.route.replacement": "$1.routed.$2",
  }),
  transformed(
    "ByLogicalTableRouter",
    {
      transforms: "route",
      "transforms.route.type": "io.debezium.transforms.ByLogicalTableRouter",
      "transforms.route.topic.regex": "(.*)\\.public\\.shard_.*",
      "transforms.route.topic.replacement": "$1.public.shards",
    },
    "ALTER TABLE shard_1 ADD COLUMN v text; ALTER TABLE shard_2 ADD COLUMN v text;",
    {
      setup:
        "CREATE TABLE shard_1 (id int PRIMARY KEY); CREATE TABLE shard_2 (id int PRIMARY KEY); INSERT INTO shard_1 VALUES (1); INSERT INTO shard_2 VALUES (1);",
      before: "INSERT INTO shard_1 VALUES (2); INSERT INTO shard_2 VALUES (2);",
      after: "INSERT INTO shard_1 VALUES (3, 'a'); INSERT INTO shard_2 VALUES (3, 'b');",
    },
  ),
  transformed("ReplaceField excludes", {
    ...unwrap,
    transforms: "unwrap,cut",
    "transforms.cut.type": `${smt}.ReplaceField$Value`,
    "transforms.cut.exclude": "phone,note",
  }),
  transformed(
    "Cast hides int to bigint",
    {
      ...unwrap,
      transforms: "unwrap,cast",
      "transforms.cast.type": `${smt}.Cast$Value`,
      "transforms.cast.spec": "age:int64",
    },
    "ALTER TABLE person ALTER age TYPE bigint;",
  ),
  transformed("InsertField", {
    ...unwrap,
    transforms: "unwrap,put",
    "transforms.put.type": `${smt}.InsertField$Value`,
    "transforms.put.static.field": "origin",
    "transforms.put.static.value": "here",
  }),
  transformed(
    "TimestampConverter",
    {
      ...unwrap,
      transforms: "unwrap,ts",
      "transforms.ts.type": `${smt}.TimestampConverter$Value`,
      "transforms.ts.field": "born",
      "transforms.ts.target.type": "string",
      "transforms.ts.format": "yyyy-MM-dd",
      "time.precision.mode": "connect",
    },
    add,
    {
      setup: "CREATE TABLE person (id int PRIMARY KEY, born timestamp); INSERT INTO person VALUES (1, '2000-01-01');",
      before: "INSERT INTO person VALUES (2, '2000-01-01');",
      after: "UPDATE person SET born = '2001-01-01';",
    },
  ),
  onPerson(
    "errors are tolerated, and a NOT NULL column is renamed",
    { "errors.tolerance": "all" },
    "ALTER TABLE person RENAME email TO mail;",
  ),
  onPerson("a column whose adjusted name is taken", {}, "ALTER TABLE person ADD COLUMN first_name text;", {
    trace: /field name duplication first_name/,
  }),
  onPerson("a column that differs from another by case", {}, 'ALTER TABLE person ADD COLUMN "Email" text;'),
  transformed("MaskField", {
    ...unwrap,
    transforms: "unwrap,mask",
    "transforms.mask.type": `${smt}.MaskField$Value`,
    "transforms.mask.fields": "email",
    "transforms.mask.replacement": "***",
  }),
  transformed("HoistField", {
    ...unwrap,
    transforms: "unwrap,lift",
    "transforms.lift.type": `${smt}.HoistField$Value`,
    "transforms.lift.field": "row",
  }),
  transformed("Flatten", {
    transforms: "flat",
    "transforms.flat.type": `${smt}.Flatten$Value`,
    "transforms.flat.delimiter": "_",
    predicates: "rows",
    "predicates.rows.type": `${smt}.predicates.TopicNameMatches`,
    "predicates.rows.pattern": ".*\\.person",
    "transforms.flat.predicate": "rows",
  }),
  transformed("ValueToKey and ExtractField", {
    ...unwrap,
    transforms: "unwrap,key,one",
    "transforms.key.type": `${smt}.ValueToKey`,
    "transforms.key.fields": "email",
    "transforms.one.type": `${smt}.ExtractField$Key`,
    "transforms.one.field": "email",
    predicates: "rows",
    "predicates.rows.type": `${smt}.predicates.TopicNameMatches`,
    "predicates.rows.pattern": ".*\\.person",
    "transforms.key.predicate": "rows",
    "transforms.one.predicate": "rows",
  }),
  transformed(
    "Filter of one table",
    {
      transforms: "drop",
      "transforms.drop.type": `${smt}.Filter`,
      "transforms.drop.predicate": "other",
      predicates: "other",
      "predicates.other.type": `${smt}.predicates.TopicNameMatches`,
      "predicates.other.pattern": ".*\\.other",
    },
    "CREATE TABLE other (id int PRIMARY KEY); ALTER TABLE person ADD COLUMN note text;",
    { after: "INSERT INTO other VALUES (1); UPDATE person SET age = 40;" },
  ),
];
