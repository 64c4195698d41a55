import { afterEach, expect, test } from "vitest";
import type { Drift } from "../../src/model/impact.ts";
import { base, connector, undo, undoAll } from "../support/bad-run.ts";
import type { CliRun, Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

// The registry's latest schema is not the table's: where it comes from, as the report says it.

afterEach(undoAll);

const subject = "shop.public.orders-value";
const noWorker = { "key.converter": null, "value.converter": null };
const history = {
  "m/V1__orders.sql": base,
  "m/V2__note.sql": "ALTER TABLE orders ADD COLUMN note text;\n",
  "m/V3__amount.sql": "ALTER TABLE orders ADD COLUMN amount bigint NOT NULL DEFAULT 1;\n",
};
const pending = "ALTER TABLE orders ADD COLUMN remark text;\n";

interface Row {
  readonly subject: string;
  readonly origin: string;
  readonly avro: unknown;
}

/** What the table sent after these of the migrations, by the given connector. */
async function sentAfter(project: Project, paths: readonly string[], config: string): Promise<string> {
  const run = await driftgateHere(["schema", ...paths.flatMap((path) => ["--path", path]), "--connector", config, "--format", "json"], {
    cwd: project.path,
  });
  // As `driftgate schema` prints it.
  const rows = JSON.parse(run.stdout) as readonly Row[];
  return JSON.stringify(rows.find((row) => row.subject === subject && row.origin === "streaming")?.avro);
}

interface Scene {
  readonly files: Readonly<Record<string, string>>;
  readonly last: string;
  readonly check: (...args: readonly string[]) => Promise<CliRun>;
  /** What the table sent after the migrations of these names. */
  readonly sent: (names: readonly string[], config?: string) => Promise<string>;
  readonly register: (...versions: readonly string[]) => void;
}

function scene(files: Readonly<Record<string, string>>, level = "BACKWARD", which = "m/V9*"): Scene {
  const last = "m/V9__pending.sql";
  const configs = { "c.json": connector(noWorker), "d.json": connector({ ...noWorker, "time.precision.mode": "connect" }) };
  const registry: Record<string, string> = { "registry/config.json": JSON.stringify({ compatibilityLevel: level }) };
  const open = (): Project => {
    const project = makeProject({ ...files, ...configs, ...registry, [last]: pending });
    undo.push(project.remove);
    return project;
  };
  return {
    files,
    last,
    check: (...args) =>
      driftgateHere(["check", "m", "--pending", which, "--connector", "c.json", "--registry", "registry", ...args], { cwd: open().path }),
    sent: (names, config = "c.json") => sentAfter(open(), names, config),
    register: (...versions) =>
      versions.forEach((text, index) => {
        registry[`registry/${subject}/${index + 1}.avsc`] = text;
      }),
  };
}

interface Reported {
  readonly findings: readonly { readonly ruleId: string; readonly severity: string; readonly what: string; readonly why: string }[];
  readonly subjects: readonly { readonly part: string; readonly drift: Drift | null }[];
}

async function found(one: Scene, ...args: readonly string[]) {
  const run = await one.check("--format", "json", ...args);
  // As the JSON report has it.
  const report = JSON.parse(run.stdout) as Reported;
  const finding = report.findings.find(({ ruleId }) => ruleId === "subject-drifted");
  return { finding, drift: report.subjects.find(({ part }) => part === "value")?.drift ?? null, run };
}

test("behind: named with the first migration of which nothing was sent", async () => {
  const one = scene(history);
  one.register(await one.sent(["m/V1__orders.sql", "m/V2__note.sql"]));
  const { finding, drift } = await found(one);
  expect(drift?.source).toEqual({ kind: "behind", path: "m/V3__amount.sql", own: null, refusal: null });
  expect(finding).toMatchObject({
    severity: "note",
    what: `Version 1 of the subject "${subject}" is what the table gave before m/V3__amount.sql.`,
  });
  expect(finding?.why).toContain("No row of the table was sent in a newer form since");
  expect((await one.check()).stdout.replaceAll(/\s+/g, " ")).toContain(
    "Drift: version 1 is what the table gave before m/V3__amount.sql: field amount",
  );
});

test("behind, and the next row is refused whatever is pending", async () => {
  const one = scene({ ...history, "m/V3__amount.sql": "ALTER TABLE orders ADD COLUMN amount bigint NOT NULL;\n" });
  one.register(await one.sent(["m/V1__orders.sql"]));
  const { finding, drift } = await found(one);
  expect(drift?.source).toMatchObject({ kind: "behind", path: "m/V2__note.sql", refusal: 'because of "amount"' });
  expect(finding).toMatchObject({ severity: "warning" });
  expect(finding?.why).toContain("the next one stops the task even without this migration");
});

test("the table went back to a schema that is registered already", async () => {
  const one = scene({ ...history, "m/V3__amount.sql": "ALTER TABLE orders DROP COLUMN note;\n" });
  one.register(await one.sent(["m/V1__orders.sql"]), await one.sent(["m/V1__orders.sql", "m/V2__note.sql"]));
  const { finding, drift } = await found(one);
  expect(drift?.source).toEqual({ kind: "behind", path: "m/V3__amount.sql", own: 1, refusal: null });
  expect(finding?.why).toContain("The table is again as it was for version 1");
});

test("an inputs file keeps what the history told", async () => {
  const project = makeProject({ ...history, "m/V9__pending.sql": pending, "c.json": connector(noWorker) });
  undo.push(project.remove);
  const schema = await sentAfter(project, ["m/V1__orders.sql"], "c.json");
  const again = makeProject({
    ...history,
    "m/V9__pending.sql": pending,
    "c.json": connector(noWorker),
    [`registry/${subject}/1.avsc`]: schema,
  });
  undo.push(again.remove);
  const args = ["check", "m", "--pending", "m/V9*", "--connector", "c.json", "--registry", "registry", "--format", "json"];
  const run = await driftgateHere([...args, "--save-inputs", "inputs.json"], { cwd: again.path });
  expect(run.stdout).toContain('"path": "m/V2__note.sql"');
  const replayed = await driftgateHere(["check", "--inputs", "inputs.json", "--format", "json"], { cwd: again.path });
  expect(replayed.stdout).toBe(run.stdout);
});

test("ahead: one of several pending migrations", async () => {
  const one = scene({ ...history, "m/V8__region.sql": "ALTER TABLE orders ADD COLUMN region text;\n" }, "BACKWARD", "m/V[89]*");
  one.register(await one.sent(["m/V1__orders.sql", "m/V2__note.sql", "m/V3__amount.sql", "m/V8__region.sql"]));
  const { finding, drift } = await found(one);
  expect(drift?.source).toEqual({ kind: "ahead", path: "m/V8__region.sql" });
  expect(finding).toMatchObject({ severity: "note" });
  expect(finding?.what).toContain("is what the table gives after m/V8__region.sql, which is pending");
});

test("another setting is named", async () => {
  const one = scene({ ...history, "m/V2__note.sql": "ALTER TABLE orders ADD COLUMN placed timestamp;\n" });
  one.register(await one.sent(["m/V1__orders.sql", "m/V2__note.sql", "m/V3__amount.sql"], "d.json"));
  const { finding, drift } = await found(one);
  expect(drift?.source).toEqual({ kind: "settings", words: "time.precision.mode=connect" });
  expect(finding).toMatchObject({ severity: "warning" });
});

test("a second producer is told from the version that is the table's own", async () => {
  const one = scene(history, "NONE");
  const own = await one.sent(["m/V1__orders.sql", "m/V2__note.sql", "m/V3__amount.sql"]);
  const ksql = { type: "record", name: "KsqlDataSourceSchema", namespace: "io.confluent.ksql.avro_schemas", fields: [] };
  one.register(own, JSON.stringify(ksql));
  const { finding, drift } = await found(one);
  expect(drift?.source).toMatchObject({ kind: "superseded", own: 1 });
  expect(finding?.why).toContain("Version 1 is what Debezium sends, so another producer registers there too");
  expect(finding?.why).toContain("as ksqlDB writes it");
});

test("fields that somebody else added at the end are named as such", async () => {
  const one = scene(history);
  const own = await one.sent(["m/V1__orders.sql", "m/V2__note.sql", "m/V3__amount.sql"]);
  const field = '{"name":"amount","type":{"type":"long","connect.default":1},"default":1}';
  expect(own).toContain(field);
  one.register(own.replace(field, `${field},{"name":"REGION","type":["null","string"],"default":null}`));
  const { finding, drift } = await found(one);
  expect(drift?.source).toMatchObject({ kind: "foreign", fields: ["REGION"] });
  expect(finding?.why).toContain("somebody added it to the table by hand, or another producer to the schema");
});
