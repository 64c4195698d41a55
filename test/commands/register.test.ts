import { afterEach, expect, test } from "vitest";
import { serve } from "../io/registry/server.ts";
import type { Served } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import type { Store } from "../io/registry/stored-registry.ts";
import { base, connector, secret, undo, undoAll } from "../support/bad-run.ts";
import type { CliRun, Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

const value = "shop.public.orders-value";
const noWorker = { "key.converter": null, "value.converter": null };

interface Run {
  readonly server: Served;
  readonly store: Store;
  readonly project: Project;
  readonly register: (...args: readonly string[]) => Promise<CliRun>;
}

/** A registry that has what the connector registered before the migration. */
async function setUp(migration: string): Promise<Run> {
  const project = makeProject({ "m/V1__orders.sql": base, "m/V2__next.sql": migration, "c.json": connector(noWorker) });
  undo.push(project.remove);
  const before = await driftgateHere(["schema", "--path", "m/V1__orders.sql", "--connector", "c.json", "--format", "json"], {
    cwd: project.path,
  });
  // As `driftgate schema` prints it.
  const rows = JSON.parse(before.stdout) as readonly { readonly subject: string; readonly origin: string; readonly avro: unknown }[];
  const subjects = rows
    .filter(({ origin }) => origin === "streaming")
    .map(({ subject, avro }) => [subject, { versions: [JSON.stringify(avro)] }]);
  const store: Store = { level: "BACKWARD", subjects: Object.fromEntries(subjects) };
  const server = await serve(storedRegistry(store));
  undo.push(server.close);
  const url = server.url.replace("//", `//reader:${secret}@`);
  const register = async (...args: readonly string[]): Promise<CliRun> => {
    const run = await driftgateHere(["register", "m", "--pending", "m/V2*", "--connector", "c.json", "--registry", url, ...args], {
      cwd: project.path,
    });
    expect(run.stdout + run.stderr).not.toContain(secret);
    return run;
  };
  return { server, store, project, register };
}

/** Everything but questions. */
const writes = ({ requests }: Served): readonly string[] =>
  requests.filter((request) => !/^GET |^POST \/compatibility\/|^POST \/subjects\/[^/]+$/.test(request));

test("a dry run writes nothing; --yes registers; again there is nothing to do", async () => {
  const { server, store, project, register } = await setUp("ALTER TABLE orders ADD COLUMN note text;\n");
  const dry = await register();
  expect(dry).toMatchObject({ exitCode: 0, stderr: "" });
  expect(dry.stdout).toContain(`${value}: would be registered; level BACKWARD takes it (the registry's global level)`);
  expect(dry.stdout).toContain("Nothing was registered. --yes registers 1 schema.");
  expect(writes(server)).toEqual([]);

  const done = await register("--yes", "--format", "json");
  expect(done.exitCode).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({
    dryRun: false,
    schemas: [{ subject: value, part: "value", state: "registered", version: 2, id: 3 }],
  });
  expect(writes(server)).toEqual([`POST /subjects/${value}/versions`]);
  // What the converter sends is what it then finds.
  expect(store.subjects[value]?.versions.at(-1)).toContain('{"name":"note","type":["null","string"],"default":null}');

  const again = await register("--yes");
  expect(again.exitCode).toBe(0);
  expect(again.stdout).toContain(`${value}: is registered already as version 2 (id 3)`);
  expect(writes(server)).toEqual([`POST /subjects/${value}/versions`]);

  // What is registered ahead is no drift.
  const check = await driftgateHere(
    ["check", "m", "--pending", "m/V2*", "--connector", "c.json", "--registry", server.url, "--format", "json"],
    {
      cwd: project.path,
    },
  );
  expect(JSON.parse(check.stdout)).toMatchObject({ verdict: "pass", findings: [] });
});

test("a new table brings its key and its value, as the first versions", async () => {
  const { server, register } = await setUp("CREATE TABLE items (id int PRIMARY KEY, price double precision NOT NULL DEFAULT 2);\n");
  const run = await register("--yes");
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain("shop.public.items-key: registered as version 1");
  expect(run.stdout).toContain("shop.public.items-value: registered as version 1");
  const sent = server.bodies.filter((body) => body.includes("public.items"));
  // A default of a double, as Java writes it.
  expect(sent.some((body) => body.includes(String.raw`\"connect.default\":2.0}`))).toBe(true);
});

test("one that is refused keeps all from being registered, at an unchanged level", async () => {
  const { server, store, register } = await setUp(
    "ALTER TABLE orders ADD COLUMN n int NOT NULL;\nCREATE TABLE items (id int PRIMARY KEY);\n",
  );
  const run = await register("--yes");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    /orders-value: cannot be registered: level BACKWARD refuses it .* with version 1: \{errorType:'MISSING_UNION_BRANCH'/,
  );
  expect(run.stdout).toContain("items-value: not registered");
  expect(run.stdout).toContain("Nothing was registered: what is refused has to be changed first.");
  expect(writes(server)).toEqual([]);
  expect(store.level).toBe("BACKWARD");
});

test("what was not understood is not registered", async () => {
  const { server, register } = await setUp("ALTER TABLE orders ADD COLUMN note text;\nSELECT nobody_knows();\n");
  const run = await register("--yes");
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain("Nothing was registered: the migrations are not understood as a whole.");
  expect(writes(server)).toEqual([]);
});

test("the schema of a row written in between is registered before the last one", async () => {
  const { store, register } = await setUp(
    "INSERT INTO orders (id) VALUES (1);\nALTER TABLE orders ADD COLUMN note text;\nINSERT INTO orders (id) VALUES (2);\nALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN remark text;\n",
  );
  const run = await register("--yes");
  expect(run.stdout).toContain("2 schemas registered");
  const versions = store.subjects[value]?.versions ?? [];
  expect(versions.map((text) => [text?.includes('"note"'), text?.includes('"remark"')])).toEqual([
    [false, false],
    [true, false],
    [false, true],
  ]);
});

test("a folder is no registry to write to", async () => {
  const { register } = await setUp("ALTER TABLE orders ADD COLUMN note text;\n");
  const run = await register("--registry", "subjects");
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("register writes to a live registry");
});

test("defaults that no JavaScript number holds are registered exactly, and kept in an inputs file", async () => {
  const { store, project, server, register } = await setUp(
    "ALTER TABLE orders ADD COLUMN big bigint NOT NULL DEFAULT 9223372036854775807;\nALTER TABLE orders ADD COLUMN small bigint DEFAULT '-9007199254740993', ADD COLUMN rate double precision NOT NULL DEFAULT 1e10;\n",
  );
  expect(await register("--yes")).toMatchObject({ exitCode: 0, stderr: "" });
  const fields = [
    '{"name":"big","type":{"type":"long","connect.default":9223372036854775807},"default":9223372036854775807}',
    '{"name":"small","type":[{"type":"long","connect.default":-9007199254740993},"null"],"default":-9007199254740993}',
    '{"name":"rate","type":{"type":"double","connect.default":1.0E10},"default":1.0E10}',
  ];
  expect(store.subjects[value]?.versions.at(-1)).toContain(fields.join(","));
  expect((await register()).stdout).toContain("Everything is registered already.");

  const options = ["m", "--pending", "m/V2*", "--connector", "c.json", "--registry", server.url, "--format", "json"];
  const check = await driftgateHere(["check", ...options, "--save-inputs", "inputs.json"], { cwd: project.path });
  expect(check.stdout).toContain('"default": 9223372036854775807');
  const replayed = await driftgateHere(["check", "--inputs", "inputs.json", "--format", "json"], { cwd: project.path });
  expect(replayed.stdout).toBe(check.stdout);
});
