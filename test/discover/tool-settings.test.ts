import { expect, test } from "vitest";
import { toolHistoryOptions } from "../../src/discover/history/tool-settings.ts";

test.each([
  ["flyway.conf", "flyway.outOfOrder=true\nflyway.target=10.2\n", { outOfOrder: true, target: "10.2" }],
  ["flyway.toml", '[flyway]\noutOfOrder = true\ntarget = "latest"\n', { outOfOrder: true }],
  ["flyway.conf", "flyway.ignoreMigrationPatterns=*:missing,*:ignored\n", { ignoreMissing: true, skipLate: true }],
  ["application.properties", "spring.flyway.baseline-on-migrate=true\nspring.flyway.baseline-version=3\n", { baseline: "3" }],
  ["application.yml", "spring:\n  flyway:\n    baseline-on-migrate: true\n    out-of-order: true\n", { outOfOrder: true, baseline: "1" }],
  ["application.yml", "spring:\n  flyway:\n    out-of-order: ${OUT_OF_ORDER}\n", {}],
])("Flyway's %s: %j", (path, text, expected) => {
  expect(toolHistoryOptions("flyway", [{ path, text }])).toEqual(expected);
});

test.each([
  ["liquibase.properties", "contexts: prod, eu\n", { contexts: ["prod", "eu"] }],
  ["liquibase.properties", "labelFilter: v2\nliquibase.contexts=prod\n", { contexts: ["prod"], labels: ["v2"] }],
  ["application.yml", "spring:\n  liquibase:\n    contexts: prod\n    label-filter: v2\n", { contexts: ["prod"], labels: ["v2"] }],
])("Liquibase's %s: %j", (path, text, expected) => {
  expect(toolHistoryOptions("liquibase", [{ path, text }])).toEqual(expected);
});

test("the file nearest to the migrations counts, and a tool without such settings has none", () => {
  const files = [
    { path: "db/flyway.conf", text: "flyway.target=1" },
    { path: "flyway.conf", text: "flyway.target=2" },
  ];
  expect(toolHistoryOptions("flyway", files)).toEqual({ target: "1" });
  expect(toolHistoryOptions("goose", files)).toEqual({});
});
