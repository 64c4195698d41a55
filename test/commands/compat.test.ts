import { afterEach, describe, expect, test } from "vitest";
import { json, serve } from "../io/registry/server.ts";
import type { Handler } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import { undo, undoAll } from "../support/bad-run.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

const record = (...fields: readonly object[]): string => JSON.stringify({ type: "record", name: "R", namespace: "a.b", fields });
const int = { name: "x", type: "int" };
const text = { name: "x", type: "string" };

async function compat(files: Readonly<Record<string, string>>, registry: string, ...more: readonly string[]) {
  const project = makeProject(files);
  undo.push(project.remove);
  return driftgateHere(["compat", "new.avsc", "--subject", "s", "--registry", registry, ...more], { cwd: project.path });
}

async function live(handler: Handler): Promise<string> {
  const server = await serve(handler);
  undo.push(server.close);
  return server.url;
}

const known = storedRegistry({ level: "BACKWARD", subjects: { s: { versions: [record(int)] } } });

/** One that takes everything. */
const lax: Handler = (path, response, request, body) =>
  path.startsWith("/compatibility") ? json(response, 200, { is_compatible: true }) : known(path, response, request, body);

describe("a live registry", () => {
  test("its words are shown beside ours, and what each level would say", async () => {
    const run = await compat({ "new.avsc": record(text) }, await live(known));
    expect(run).toMatchObject({ exitCode: 1, stderr: "" });
    expect(run.stdout.split("\n").slice(0, 3)).toEqual([
      "new.avsc is not compatible with s at BACKWARD (1 version)",
      "  the registry says: not compatible",
      expect.stringMatching(/^ {2}the registry says: \{errorType:'TYPE_MISMATCH'/),
    ]);
    expect(run.stdout).toContain("  computed: {errorType:'TYPE_MISMATCH'");
    expect(run.stdout).toContain("NONE yes, BACKWARD no, BACKWARD_TRANSITIVE no");
  });

  test("its answer decides where it differs, and both are shown", async () => {
    const run = await compat({ "new.avsc": record(text) }, await live(lax));
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toContain("the registry says: compatible, and by Avro's rules it is not compatible");
  });

  test("another level than the one in force is ours to judge", async () => {
    const run = await compat({ "new.avsc": record(text) }, await live(known), "--level", "none");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).not.toContain("the registry says");
  });

  test("a name that newer registries refuse is left to it", async () => {
    const dashed = JSON.stringify({ type: "record", name: "R", namespace: "my-shop", fields: [int] });
    const run = await compat({ "new.avsc": dashed }, await live(known), "--format", "json");
    expect(JSON.parse(run.stdout)).toMatchObject({
      compatible: true,
      level: "BACKWARD",
      live: { compatible: true },
      incompatibilities: [],
    });
  });
});

describe("a folder", () => {
  const pulled = (versions: string): Readonly<Record<string, string>> => ({
    "drift/registry/source.json": "{}",
    "drift/registry/config.json": '{"compatibilityLevel": "FULL"}',
    "drift/registry/s/versions.json": versions,
    "drift/registry/s/1.avsc": record({ name: "x", type: "a.b.Inner" }),
    "drift/registry/inner/versions.json": '[{"version": 1, "id": 1}]',
    "drift/registry/inner/1.avsc": JSON.stringify({
      type: "record",
      name: "Inner",
      namespace: "a.b",
      fields: [{ name: "y", type: "int" }],
    }),
  });
  const whole = record({ name: "x", type: { type: "record", name: "Inner", fields: [{ name: "y", type: "long" }] } });

  test("versions with references are read with what they refer to", async () => {
    const references = '[{"version": 1, "id": 2, "references": [{"name": "a.b.Inner", "subject": "inner", "version": 1}]}]';
    const run = await compat({ ...pulled(references), "new.avsc": whole }, "drift");
    expect(run).toMatchObject({ exitCode: 1, stderr: "" });
    expect(run.stdout).toContain("reader type: INT not compatible with writer type: LONG");
    expect(run.stdout).toContain("BACKWARD yes, BACKWARD_TRANSITIVE yes, FORWARD no");
  });

  test("one that refers to what is not there is no guess", async () => {
    const lost = '[{"version": 1, "id": 2, "references": [{"name": "a.b.Inner", "subject": "elsewhere", "version": 1}]}]';
    const run = await compat({ ...pulled(lost), "new.avsc": whole }, "drift");
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("version 1 of s cannot be read: it refers to version 1 of elsewhere, which is not at hand");
  });

  test("a name that newer registries refuse is told", async () => {
    const files = { ...pulled('[{"version": 1, "id": 2}]'), "drift/registry/s/1.avsc": record(int) };
    const dashed = JSON.stringify({ type: "record", name: "R", namespace: "my-shop", fields: [int] });
    const run = await compat({ ...files, "new.avsc": dashed }, "drift");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("Confluent's registry refuses that from 8.0.7 on");
  });
});
