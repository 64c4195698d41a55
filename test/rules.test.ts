import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../rules/index.ts";
import { rulesFolder } from "./docs/docs.ts";
import { casesOf } from "./rules/case.ts";
import type { RuleCase } from "./rules/case.ts";
import { openBench, renderText, runCase } from "./rules/run-case.ts";
import type { Bench } from "./rules/run-case.ts";

const pageOf = (id: string): string => readFileSync(join(rulesFolder, id, "README.md"), "utf8");

describe("the list, the folders and the pages are one", () => {
  test("folders are the list", () => {
    const folders = readdirSync(rulesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
    const page = pageOf(id);
    expect(page.startsWith(`# ${id}\n`)).toBe(true);
    expect(page).toContain(`<!-- /rule -->\n\n${rule.title}.\n\n## Why\n`);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      "Why",
      "Bad",
      "Good",
      "When not to use it",
      "See also",
    ]);
    for (const [, linked = ""] of page.matchAll(/\]\(\.\.\/([\w-]+)\/README\.md\)/g))
      expect(rules.map((other) => other.id)).toContain(linked);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
  });
});

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
});

const verdictOf = async (example: RuleCase) => (await runCase(example, bench)).verdict;

describe("examples", () => {
  test.each(rules.map(({ id }) => id))("%s: Bad reports it, Good reports nothing", async (id) => {
    const [bad, good] = casesOf(pageOf(id), id);
    if (bad === undefined || good === undefined) throw new Error(`${id} lacks an example`);
    expect((await verdictOf(bad)).findings.map(({ ruleId }) => ruleId)).toContain(id);
    const { findings, unknowns, outcome } = await verdictOf(good);
    expect({ findings: findings.map(({ what }) => what), unknowns, outcome }).toEqual({ findings: [], unknowns: [], outcome: "pass" });
  });
});

const pages = rules
  .flatMap(({ id }) => ["README.md", "cases.md"].map((name) => join(rulesFolder, id, name)))
  .filter((path) => existsSync(path));

describe("reports", () => {
  test.each(pages.map((path) => [path.slice(rulesFolder.length + 1), path] as const))("%s shows what a user sees", async (name, path) => {
    const page = readFileSync(path, "utf8");
    const shown = casesOf(page, name).filter(({ report }) => report !== null);
    const now: string[] = [];
    for (const example of shown) now.push(renderText(await runCase(example, bench)));
    if (isUpdating()) writeFileSync(path, withReports(page, shown, now));
    else
      expect(shown.map(({ title, report }) => ({ title, report }))).toEqual(
        shown.map(({ title }, index) => ({ title, report: now[index] })),
      );
  });
});

/** `vitest -u`. */
function isUpdating(): boolean {
  return expect.getState().snapshotState.snapshotUpdateState === "all";
}

function withReports(page: string, shown: readonly RuleCase[], reports: readonly string[]): string {
  let text = page;
  for (const [index, { reportRange }] of [...shown.entries()].toReversed()) {
    if (reportRange !== null) text = text.slice(0, reportRange[0]) + (reports[index] ?? "") + text.slice(reportRange[1]);
  }
  return text;
}
