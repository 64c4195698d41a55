import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { driftgate, makeProject } from "../support/cli.ts";
import type { Project } from "../support/cli.ts";

const projects: Project[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

const files = {
  "m/V1__a.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, email text);",
  "m/V2__b.sql": "ALTER TABLE orders ADD note text;",
  "c.json": JSON.stringify({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "s",
    "plugin.name": "pgoutput",
  }),
};

type Make = (path: string) => void;
const pipe: Make = (path) => void execFileSync("mkfifo", [path]);
const endless: Make = (path) => symlinkSync("/dev/zero", path);
const gigabyte: Make = (path) => {
  writeFileSync(path, "");
  truncateSync(path, 1024 ** 3);
};

async function check(path: string, make: Make, args: readonly string[]): ReturnType<typeof driftgate> {
  const project = makeProject(files);
  projects.push(project);
  mkdirSync(join(project.path, "r/s.public.orders-value"), { recursive: true });
  make(join(project.path, path));
  return driftgate(["check", "m", "--pending", "m/V[23]*", ...args], { cwd: project.path });
}

const registry = ["--connector", "c.json", "--registry", "r"];

test.each([
  ["a configuration that is a pipe", "driftgate.yml", pipe, []],
  ["a configuration without end", "driftgate.yml", endless, []],
  ["a configuration of a gigabyte", "driftgate.yml", gigabyte, []],
  ["a connector without end", "d.json", endless, ["--connector", "d.json"]],
  ["a subject's version that is a pipe", "r/s.public.orders-value/1.avsc", pipe, registry],
  ["a subject's version without end", "r/s.public.orders-value/1.avsc", endless, registry],
  ["a subject's version of a gigabyte", "r/s.public.orders-value/1.avsc", gigabyte, registry],
  ["a level that is a link", "r/config.json", endless, registry],
  ["a baseline without end", "b.json", endless, ["--baseline", "b.json"]],
] as const)("%s is refused in words, soon", async (_, path, make, args) => {
  const run = await check(path, make, args);
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toMatch(/^driftgate: .* \[(?:FILE_|REGISTRY_)\w+\]\n$/);
  expect(run.seconds).toBeLessThan(30);
  expect(run.peakMiB).toBeLessThan(600);
});

test.each([
  ["leads out", endless],
  ["leads nowhere", (path: string) => symlinkSync("nowhere.sql", path)],
  ["leads to itself", (path: string) => symlinkSync("V3__c.sql", path)],
  ["is a pipe", pipe],
] as const)("a migration that %s leaves the verdict open", async (_, make) => {
  const run = await check("m/V3__c.sql", make, []);
  expect(run).toMatchObject({ exitCode: 1, stderr: "" });
  expect(run.stdout).toContain("m/V3__c.sql");
  expect(run.stdout).toContain("the file was not read");
});

test.each([
  ["a report under the name of a link", "report.json", "report.json"],
  ["a report in a folder that is a link", "out", "out/report.json"],
])("%s is not written through it", async (_, link, report) => {
  const outside = makeProject({});
  projects.push(outside);
  const target = link === "out" ? outside.path : join(outside.path, "report.json");
  const run = await check(link, (path) => symlinkSync(target, path), ["--format", `json=${report}`]);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/symbolic link that leads out .*\[OUTPUT_FAILED\]/);
  expect(existsSync(join(outside.path, "report.json"))).toBe(false);
});
