import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "../.github/workflows");

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly needs?: string | readonly string[];
  readonly "timeout-minutes"?: number;
}

test.each(readdirSync(folder))("the workflow %s pins its actions and asks for no right to write", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const uses = [...text.matchAll(/uses: (\S+)(.*)/g)].filter(([, action]) => action !== "./");
  expect(uses.length).toBeGreaterThan(0);
  for (const [, action, comment] of uses) expect(`${action}${comment}`).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const { permissions, jobs }: { permissions: object; jobs: Readonly<Record<string, Job>> } = parse(text);
  expect(permissions).toEqual({});
  for (const job of Object.values(jobs)) {
    expect(Object.values(job.permissions ?? {}).filter((right) => right !== "read")).toEqual([]);
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
  }
  expect([...(jobs["ok"]?.needs ?? [])].toSorted()).toEqual(
    Object.keys(jobs)
      .filter((id) => id !== "ok")
      .toSorted(),
  );
});
