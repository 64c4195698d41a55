import { expect, test } from "vitest";
import { placeholderFiles, toolPlaceholders } from "../../src/discover/tool-placeholders.ts";
import type { MigrationTool } from "../../src/model/migration.ts";

test("files are looked for from the migrations folder upwards", () => {
  expect(placeholderFiles("sqitch", "a/b")).toEqual(["a/b/sqitch.conf", "a/sqitch.conf", "sqitch.conf"]);
  expect(placeholderFiles("flyway", "src/main/resources/db/migration")).toEqual(
    expect.arrayContaining(["src/main/resources/application.yml", "flyway.toml", "conf/flyway.conf"]),
  );
  expect(placeholderFiles("prisma", "prisma/migrations")).toEqual([]);
});

const cases: readonly (readonly [MigrationTool, string, string, Readonly<Record<string, string>>])[] = [
  [
    "flyway",
    "flyway.conf",
    "# flyway.placeholders.no=x\nflyway.placeholders.schema = app\nflyway.placeholders.of.dots: a=b\nflyway.schemas=one,two\nflyway.placeholders.secret=${SECRET}\n",
    { schema: "app", "of.dots": "a=b", "flyway:defaultSchema": "one" },
  ],
  [
    "flyway",
    "flyway.toml",
    '[flyway]\ndefaultSchema = "main" # not "x"\nplaceholders.a = \'it"s\'\n[flyway.placeholders]\nb = "x\\"y"\n"c d" = "1"\nn = 5\n[environments.dev]\nurl = "u"\n',
    { a: 'it"s', b: 'x"y', "c d": "1", n: "5", "flyway:defaultSchema": "main" },
  ],
  [
    "flyway",
    "application.yml",
    "spring:\n  flyway:\n    placeholders: { schema: app, other: '${OTHER:public}', env: '${ENV}' }\n---\nspring:\n  config.activate.on-profile: dev\n  flyway.placeholders.schema: dev\n",
    { schema: "app", other: "public" },
  ],
  ["flyway", "application.properties", "spring.flyway.placeholders.schema=app\nspring.datasource.url=x\n", { schema: "app" }],
  ["flyway", "application.yaml", "spring: [\n", {}],
  ["liquibase", "liquibase.properties", "parameter.schema: app\nurl: x\n", { schema: "app" }],
  ["liquibase", "application.yml", "spring:\n  liquibase:\n    parameters:\n      schema: app\n", { schema: "app" }],
  [
    "liquibase",
    "changes/a.sql",
    "--liquibase formatted sql\n--property name:schema value:app dbms:postgresql\n--property name:schema value:later\n--property name:o value:x dbms:oracle\n",
    { schema: "app" },
  ],
  [
    "sqitch",
    "sqitch.conf",
    '[core]\n\tengine = pg\n[core "variables"]\n\tschema = core\n\tother = "a b" ; why\n[deploy "variables"]\n\tschema = app\n',
    { schema: "app", other: "a b" },
  ],
  ["graphile-migrate", ".gmrc", '{ // comment\n "placeholders": { ":APP": "app", ":OWNER": "!ENV" } }', { APP: "app" }],
  ["golang-migrate", "flyway.conf", "flyway.placeholders.schema=app\n", {}],
];

test.each(cases)("%s: %s", (tool, path, text, values) => {
  expect(toolPlaceholders(tool, [{ path, text }])).toEqual({ values, marks: null });
});

test("the nearest file counts", () => {
  const files = ["near", "far"].map((schema) => ({ path: `${schema}/flyway.conf`, text: `flyway.placeholders.schema=${schema}` }));
  expect(toolPlaceholders("flyway", files).values).toEqual({ schema: "near" });
});

test.each([
  ["flyway.conf", "flyway.placeholderReplacement=false", "none"],
  ["flyway.toml", "[flyway]\nplaceholderPrefix = '#['\nplaceholderSuffix = ']'\n", { prefix: "#[", suffix: "]" }],
  ["application.yml", "spring.flyway:\n  placeholder-prefix: '@'\n  placeholder-suffix: '@'\n", { prefix: "@", suffix: "@" }],
  ["flyway.conf", "flyway.placeholderPrefix=${\n", null],
])("Flyway's marks in %s: %s", (path, text, marks) => {
  expect(toolPlaceholders("flyway", [{ path, text }]).marks).toEqual(marks);
});
