import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { driftgateHere, makeProject } from "../support/cli.ts";

const base = `CREATE TABLE orders (id bigint PRIMARY KEY, email text);
CREATE TABLE items (id bigint PRIMARY KEY, sku text);
`;
const body = (returns: string, sql: string, end: string): string =>
  `CREATE FUNCTION f() RETURNS ${returns} LANGUAGE plpgsql AS $$ BEGIN ${sql}; ${end} END $$;\n`;
const rename = "ALTER TABLE orders RENAME COLUMN email TO mail";
const noKey = "ALTER TABLE orders DROP CONSTRAINT orders_pkey";

let remove = (): void => undefined;
afterEach(() => remove());

// No statement of the text names what changes: only the catalog tells.
test.each([
  ["a function called by SELECT", body("int", noKey, "RETURN 1;") + "SELECT f();", "primary-key-dropped"],
  ["a function called by EXPLAIN ANALYZE", body("int", noKey, "RETURN 1;") + "EXPLAIN ANALYZE SELECT f();", "primary-key-dropped"],
  [
    "a trigger on a row",
    body("trigger", noKey, "RETURN NEW;") +
      "CREATE TRIGGER t BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO items VALUES (1, 'x');",
    "primary-key-dropped",
  ],
  [
    "a trigger at the commit",
    body("trigger", rename, "RETURN NULL;") +
      "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO items VALUES (1, 'x');",
    "column-renamed",
  ],
  [
    "an event trigger on a view",
    body("event_trigger", `IF tg_tag = 'CREATE VIEW' THEN ${rename}; END IF`, "") +
      "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f();\nCREATE VIEW v AS SELECT 1 AS one;",
    "column-renamed",
  ],
])("what %s does is seen", async (_, sql, rule) => {
  const project = makeProject({ "m/V1__base.sql": base, "m/V2__hidden.sql": sql });
  remove = project.remove;
  const run = await driftgateHere(["check", "m", "--pending", "m/V2*", "--format", "json=r.json"], { cwd: project.path });
  const report = JSON.parse(readFileSync(join(project.path, "r.json"), "utf8")) as {
    readonly findings: readonly { readonly ruleId: string }[];
  };
  expect(report.findings.map(({ ruleId }) => ruleId)).toContain(rule);
  expect(run.exitCode).toBe(1);
});
