import { afterEach, expect, test } from "vitest";
import { serve } from "../io/registry/server.ts";
import type { Handler } from "../io/registry/server.ts";
import { asKarapace, storedRegistry } from "../io/registry/stored-registry.ts";
import type { StoredSubject } from "../io/registry/stored-registry.ts";
import { undo, undoAll } from "../support/bad-run.ts";
import type { Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";
import {
  checkScene,
  outcomesIn,
  reference,
  referred,
  referring,
  sceneFiles,
  sceneSettings,
  sceneSubjects,
  sceneVerdicts,
  valueOf,
} from "../support/registry-scene.ts";

afterEach(undoAll);

function project(): Project {
  const made = makeProject(sceneFiles);
  undo.push(made.remove);
  return made;
}

async function subjectsOf(at: Project): Promise<Record<string, StoredSubject>> {
  const known = await sceneSubjects(at);
  const subjects: Record<string, StoredSubject> = { lib: { versions: [referred] } };
  for (const [name, schema] of known) subjects[name] = { versions: [schema] };
  const more = (table: string, own: Partial<StoredSubject>): void => {
    const name = valueOf(table);
    subjects[name] = { versions: [known.get(name) ?? ""], ...own };
  };
  more("accepted", { level: "FULL_TRANSITIVE" });
  more("readonly", { mode: "READONLY" });
  more("referring", { versions: [referring, known.get(valueOf("referring")) ?? ""], references: [reference] });
  more("hidden", { denied: true });
  more("unset", { config: { normalize: true } });
  more("unchecked", { level: "NONE" });
  return subjects;
}

test.each([
  ["Confluent", (handler: Handler) => handler, sceneVerdicts],
  // Its subjects have no mode of their own.
  ["Karapace", asKarapace, { ...sceneVerdicts, readonly: "accepted" }],
])("a check of a folder pulled from %s gives the live check's reports, byte for byte in every format, and asks nobody", async (...row) => {
  const [, form, verdicts] = row;
  const at = project();
  const known = form(storedRegistry({ level: "FULL", subjects: await subjectsOf(at) }));
  const server = await serve(known);
  undo.push(server.close);
  const live = await checkScene(at, "live", ["--connector", "c.json", "--registry", server.url]);
  expect(live).toMatchObject({ exitCode: 1, stdout: "", stderr: "" });
  expect(outcomesIn(live)).toEqual(verdicts);
  expect(JSON.parse(live.reports.json)).toMatchObject({ checked: { registry: server.url } });
  expect(server.requests.some((request) => request.startsWith(`POST /compatibility/subjects/${valueOf("refused")}/`))).toBe(true);
  for (const origin of ["set for the subject", "the registry's global level", "the registry's default"])
    expect(live.reports.json).toContain(origin);

  const pulled = await driftgateHere(["pull", "drift", "--registry", server.url], { cwd: at.path });
  expect(pulled).toMatchObject({ exitCode: 1, stderr: "" });
  const asked = server.requests.length;
  for (const place of ["drift", "drift/registry"]) {
    const folder = await checkScene(at, "folder", ["--connector", "c.json", "--registry", place]);
    expect(folder).toMatchObject({ exitCode: 1, stdout: "" });
    expect(folder.stderr).toBe(
      `driftgate: the registry ${server.url} was not asked: ${place}, which "driftgate pull" wrote, stands for it\n`,
    );
    expect(folder.reports).toEqual(live.reports);
  }
  const quiet = await checkScene(at, "quiet", ["--connector", "c.json", "--registry", "drift", "--quiet"]);
  expect(quiet).toMatchObject({ exitCode: 1, stdout: "", stderr: "" });
  expect(server.requests.length).toBe(asked);
});

test.each([
  [true, "refuses", { accepted: "refused", fresh: "refused", refused: "refused" }],
  [false, "takes", { accepted: "accepted", fresh: "new-subject", refused: "refused" }],
] as const)("validation %s: a registry that %s dashes in new schemas does so without network too", async (validates, _, verdicts) => {
  const at = project();
  const dashed = {
    ...sceneSettings,
    "topic.prefix": "my-app",
    "schema.name.adjustment.mode": "none",
    "field.name.adjustment.mode": "none",
  };
  at.write({ "c.json": JSON.stringify({ name: "shop", config: dashed }) });
  const known = await sceneSubjects(at);
  const subjects = Object.fromEntries([...known].map(([name, schema]): [string, StoredSubject] => [name, { versions: [schema] }]));
  const server = await serve(storedRegistry({ level: "FULL", validates, subjects }));
  undo.push(server.close);
  const live = await checkScene(at, "live", ["--connector", "c.json", "--registry", server.url]);
  expect(outcomesIn(live)).toMatchObject(verdicts);
  await driftgateHere(["pull", "drift", "--registry", server.url], { cwd: at.path });
  const folder = await checkScene(at, "folder", ["--connector", "c.json", "--registry", "drift"]);
  expect(folder.reports).toEqual(live.reports);
});

test("a folder made by hand is named by its path, as is one whose source is no URL", async () => {
  const at = project();
  for (const source of [null, "{}", '{"url": "::error::x"}', '{"url": ["http://a"]}', "http://a"]) {
    at.write({ "drift/config.json": '{"compatibilityLevel": "FULL"}', ...(source === null ? {} : { "drift/source.json": source }) });
    const folder = await checkScene(at, "folder", ["--connector", "c.json", "--registry", "drift"]);
    expect(folder.stderr).toBe("");
    expect(JSON.parse(folder.reports.json)).toMatchObject({ checked: { registry: "the folder drift" } });
  }
  at.write({ "drift/source.json": '{"url": "http://reader:hunter2@registry.example:8081/"}' });
  const named = await checkScene(at, "folder", ["--connector", "c.json", "--registry", "drift"]);
  expect(JSON.parse(named.reports.json)).toMatchObject({ checked: { registry: "http://registry.example:8081" } });
  expect(named.stderr + named.reports.html).not.toContain("hunter2");
});
