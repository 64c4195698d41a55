import { expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";

test("a placeholder that the whole history lacks is told once, and once in each pending migration", () => {
  const sources = [1, 2, 3, 4, 5].map((n) => ({
    path: `db/V${n}__x.sql`,
    text: `${"\n".repeat(n)}DROP TABLE \${schema}.t${n};\n${n === 2 ? "DROP TABLE ${other};" : ""}`,
  }));
  const { migrations } = discover(sources, {
    tool: null,
    root: null,
    pending: { kind: "paths", paths: new Set(["db/V4__x.sql", "db/V5__x.sql"]) },
    placeholders: {},
  });
  const told = migrations.flatMap(({ gaps }) =>
    gaps.map(({ span, placeholder, reason }) => [span.path, span.start.line, placeholder, reason]),
  );
  const reason =
    "the placeholder ${schema} has no value: set migrations.placeholders.schema in driftgate.yml; statements that need it are left out until then";
  expect(told).toEqual([
    ["db/V1__x.sql", 2, "schema", `${reason} (also in later migrations)`],
    ["db/V2__x.sql", 4, "other", reason.replaceAll("schema", "other")],
    ["db/V4__x.sql", 5, "schema", reason],
    ["db/V5__x.sql", 6, "schema", reason],
  ]);
});
