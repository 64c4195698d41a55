import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import type { Discovery } from "../../src/discover/discover.ts";
import type { Changeset } from "../../src/discover/layout.ts";
import { matches } from "../../src/discover/history/liquibase-filter.ts";
import { liquibase } from "../../src/discover/layouts/liquibase.ts";
import { parseXml } from "../../src/discover/liquibase/xml.ts";
import type { Source } from "../../src/model/migration.ts";

const folder = join(import.meta.dirname, "../../fixtures/liquibase");

/** What Liquibase 4.31.1 itself made of the file for PostgreSQL: its checksum and the statements of each change set; null where it failed. */
interface Recorded {
  readonly id: string;
  readonly sum: string;
  readonly sql: readonly string[] | null;
}

const read = (name: string): string => readFileSync(join(folder, name), "utf8");

function discovered(files: Readonly<Record<string, string>>): Discovery {
  const sources: readonly Source[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  return discover(sources, { tool: "liquibase", root: null, pending: { kind: "all" }, placeholders: {} });
}

/** White space, case and comments aside, and the statements of a change one by one or together. */
const canonical = (statements: readonly string[]): string =>
  statements
    .join(";")
    .replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "")
    // Without a database there are no foreign keys to look up and drop.
    .replaceAll(/DO \$\$ DECLARE key name; BEGIN FOR key[\s\S]*?END \$\$/g, "")
    .replaceAll(/[\s;]+/g, "")
    .toLowerCase();

const md5 = (text: string): string => `9:${createHash("md5").update(text).digest("hex")}`;
const ofChange = (texts: readonly string[]): string => (texts.length === 1 ? md5(texts[0] ?? "") : md5(texts.map(md5).join(":")));
const checksum = (changeset: Changeset | null): string | null =>
  (changeset?.changes ?? null) === null ? null : md5((changeset?.changes ?? []).map((texts) => `${ofChange(texts)}:`).join(""));

/** Where driftgate on purpose does not write what Liquibase writes. */
const otherwise: ReadonlySet<string> = new Set([
  // Liquibase looks the key's name up in the schema "null" when it is not connected.
  "dpk",
  // Changes for Oracle are listed, not run.
  "sql",
  // Ended by "/", which is not sent.
  "2",
  // Types that PostgreSQL would refuse as Liquibase writes them: VARYING(30), VARCHAR[](20), a quoted name without its quotes, unsigned.
  "39",
  "135",
  "137",
  "142",
  "145",
]);

describe.each(["changes.xml", "types.xml", "orders.yaml", "orders.json", "formatted.sql"])("%s", (name) => {
  const text = read(name);
  // The file is our own.
  const recorded = JSON.parse(read(`${name}.recorded.json`)) as readonly Recorded[];
  const { migrations } = discovered({ [name]: text });
  const drafts = liquibase.read("", [{ path: name, text }]);

  test("each change set has Liquibase's checksum", () => {
    expect(drafts.map(({ changeset }) => ({ id: changeset?.id, sum: checksum(changeset) }))).toEqual(
      recorded.map(({ id, sum }) => ({ id, sum })),
    );
  });

  test.each(recorded.filter(({ id, sql }) => sql !== null && !otherwise.has(id)).map((one) => [one.id, one] as const))(
    "%s",
    (_, { id, sql }) => {
      const index = recorded.findIndex((one) => one.id === id);
      expect(canonical(migrations[index]?.pieces.map((piece) => piece.sql) ?? [])).toBe(canonical(sql ?? []));
    },
  );
});

test("changelogs are followed through their includes, with parameters, contexts and logical paths", () => {
  const { migrations, root } = discovered({
    "db/changelog/master.xml": `<databaseChangeLog>
  <property name="table" value="orders"/>
  <include file="one.yaml" relativeToChangelogFile="true"/>
  <include file="db/changelog/two.xml" context="prod"/>
  <includeAll path="sql/" relativeToChangelogFile="true"/>
  <include file="missing.xml"/>
</databaseChangeLog>`,
    "db/changelog/one.yaml": "databaseChangeLog:\n  - changeSet: {id: a, author: x, changes: [{dropTable: {tableName: '${table}'}}]}\n",
    "db/changelog/two.xml": `<databaseChangeLog logicalFilePath="old/two.xml"><changeSet id="b" author="x" dbms="!postgresql"><dropTable tableName="t"/></changeSet>
<changeSet id="c" author="x" runInTransaction="false"><customChange class="org.example.Change"/></changeSet></databaseChangeLog>`,
    "db/changelog/sql/2.sql": "CREATE TABLE two (id int);",
    "db/changelog/sql/1.sql": "--liquibase formatted sql\n--changeset x:d\nCREATE TABLE one (id int);",
  });
  expect(root).toBe("db/changelog");
  expect(
    migrations.map(({ id, pieces, gaps }) => [id, pieces.map(({ sql }) => sql.trim()).at(0) ?? "", gaps.map(({ effect }) => effect)]),
  ).toEqual([
    ["one.yaml::x:a#0", "DROP TABLE orders", []],
    ["old/two.xml::x:b#1", "", ["ignorable"]],
    ["old/two.xml::x:c#2", "", ["opaque", "opaque"]],
    ["sql/1.sql::x:d#3", "--changeset x:d\nCREATE TABLE one (id int);", []],
    ["sql/2.sql::includeAll:raw#4", "CREATE TABLE two (id int);", []],
    ["master.xml", "", ["opaque"]],
  ]);
});

test("the place of a change is told in the changelog", () => {
  const text = `<databaseChangeLog>\n  <changeSet id="1" author="a">\n    <dropColumn tableName="t" columnName="c"/>\n  </changeSet>\n</databaseChangeLog>`;
  const [migration] = discovered({ "changelog.xml": text }).migrations;
  const [piece] = migration?.pieces ?? [];
  expect(piece?.sql).toBe("ALTER TABLE t DROP COLUMN c");
  expect(text.slice(piece?.substitutions[0]?.start, piece?.substitutions[0]?.end)).toBe('<dropColumn tableName="t" columnName="c"/>');
});

test.each([
  ["", ["a"], true],
  ["a", null, true],
  ["a", ["a"], true],
  ["A or b", ["B"], true],
  ["a and b", ["a"], false],
  ["!a", ["a"], false],
  ["not (a or b), c", ["c"], true],
  ["@a", null, false],
] as const)("contexts %j given %j", (written, given, expected) => {
  expect(matches(written, given)).toBe(expected);
});

test.each(["<a>", "<a></b>", "<a", "", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a b='<'/>"])(
  "XML %j is read or refused, never thrown",
  (text) => {
    expect(() => parseXml(text)).not.toThrow();
  },
);

test("entities of a document type are not expanded", () => {
  expect(parseXml("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;&amp;</a>")?.text).toBe("&x;&");
});
