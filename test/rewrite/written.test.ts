import { afterEach, expect, test } from "vitest";
import { driftgateHere, makeProject } from "../support/cli.ts";
import type { Project } from "../support/cli.ts";

const projects: Project[] = [];
afterEach(() => projects.splice(0).forEach((project) => project.remove()));

interface Report {
  readonly findings: readonly { readonly ruleId: string; readonly noRewrite?: string | null }[];
  readonly rewrites: readonly {
    readonly notes: readonly string[];
    readonly phases: readonly { readonly files: readonly { readonly path: string; readonly sql: string }[] }[];
  }[];
}

async function checked(files: Readonly<Record<string, string>>, pending: string): Promise<{ report: Report; text: string }> {
  const project = makeProject(files);
  projects.push(project);
  const { stdout } = await driftgateHere(["check", ".", "--pending", pending, "--engine", "none", "--format", "json"], {
    cwd: project.path,
  });
  // A cast: the part of the JSON report that is looked at.
  return { report: JSON.parse(stdout) as Report, text: stdout };
}

const create = "CREATE TABLE app.orders (id bigint PRIMARY KEY, email text);\n";

test("a statement with a placeholder is replaced, and the plan says that its value is written out", async () => {
  const { report } = await checked(
    {
      "driftgate.yml": "migrations: { placeholders: { schema: app } }\n",
      "db/V1__a.sql": create,
      "db/V2__b.sql": "SELECT 1;\nALTER TABLE ${schema}.orders RENAME COLUMN email TO mail;\nSELECT 2;\n",
    },
    "db/V2*",
  );
  const [rewrite] = report.rewrites;
  const expand = rewrite?.phases[0]?.files[0]?.sql ?? "";
  expect(expand.startsWith("SELECT 1;\n")).toBe(true);
  expect(expand.endsWith("\nSELECT 2;\n")).toBe(true);
  expect(rewrite?.notes.join(" ")).toContain("The values of ${schema} are written out");
});

test("a statement of a file that psql includes has no plan, as nothing in this file could be replaced", async () => {
  const files = {
    "sqitch.plan": "%project=p\n\na 2026-01-01T00:00:00Z A <a@b> # a\nb 2026-01-01T00:00:00Z A <a@b> # b\n",
    "deploy/a.sql": create,
    "deploy/b.sql": "\\ir parts/c.sql\n",
    "deploy/parts/c.sql": "ALTER TABLE app.orders RENAME COLUMN email TO mail;\nALTER TABLE app.orders ADD COLUMN other text;\n",
  };
  const { report, text } = await checked(files, "deploy/b.sql");
  expect(report.rewrites).toEqual([]);
  expect(text).toContain("does not stand in deploy/b.sql itself");
});
