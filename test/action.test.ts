import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bundleAction } from "../src/build/bundle.ts";
import { startPostgres } from "./support/postgres.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
// Outside the project, so that the bundle finds no node_modules.
let folder = "";
let bundle = "";

interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: (base: string) => object;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the project in the repository. */
  readonly below?: string;
}

interface Step {
  readonly workspace: string;
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const baseline = `CREATE TABLE orders (id bigint PRIMARY KEY, email text, note text);\n`;
const rename = `ALTER TABLE orders RENAME COLUMN email TO contact_email;\n`;
const addition = `ALTER TABLE orders ADD COLUMN remark text;\n`;
const connector = JSON.stringify({
  name: "shop",
  config: {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "shop",
    "plugin.name": "pgoutput",
    "key.converter": "io.confluent.connect.avro.AvroConverter",
    "key.converter.schema.registry.url": "http://registry.example:8081",
    "value.converter": "io.confluent.connect.avro.AvroConverter",
    "value.converter.schema.registry.url": "http://registry.example:8081",
    "database.password": "secret",
  },
});

/** Runs the bundle on a repository with one commit on the base and `files` on the branch, as the runner does. */
async function step({ inputs = {}, event, files = {}, env = {}, below = "." }: StepOptions): Promise<Step> {
  const workspace = await mkdtemp(join(folder, "workspace-"));
  const runner = await mkdtemp(join(folder, "runner-"));
  const git = async (...args: string[]): Promise<string> =>
    (await run("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: workspace })).stdout.trim();
  const write = async (path: string, text: string): Promise<void> => {
    const file = join(workspace, below, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await git("init", "-q", "-b", "main");
  await write("db/migration/V1__orders.sql", baseline);
  await write("connector.json", connector);
  await git("add", ".");
  await git("commit", "-qm", "base");
  const base = await git("rev-parse", "HEAD");
  for (const [path, text] of Object.entries(files)) await write(path, text);
  await git("add", ".");
  await git("commit", "-qm", "change", "--allow-empty");
  const paths = { event: join(runner, "event.json"), output: join(runner, "output"), summary: join(runner, "summary.md") };
  await writeFile(paths.event, JSON.stringify(event?.(base) ?? pullRequest(base)));
  await writeFile(paths.output, "");
  await writeFile(paths.summary, "");
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: runner,
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_PATH: paths.event,
    GITHUB_OUTPUT: paths.output,
    GITHUB_STEP_SUMMARY: paths.summary,
    RUNNER_TEMP: runner,
    DRIFTGATE_CACHE: join(folder, "cache"),
    ...(await declaredDefaults()),
    INPUT_CONNECTOR: "connector.json",
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...env,
  };
  const result = await run(process.execPath, [join(bundle, "index.js")], { cwd: workspace, env: environment }).then(
    ({ stdout, stderr }) => ({ code: 0, log: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, log: error.stdout + error.stderr }),
  );
  return {
    ...result,
    workspace,
    summary: await readFile(paths.summary, "utf8"),
    outputs: parseOutputs(await readFile(paths.output, "utf8")),
  };
}

/** The runner sets INPUT_* for every input that action.yml declares. */
async function declaredDefaults(): Promise<Record<string, string>> {
  const { inputs }: { inputs: Record<string, { default?: string }> } = parse(await readFile(join(root, "action.yml"), "utf8"));
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [`INPUT_${name.toUpperCase()}`, input.default ?? ""]));
}

const repository = { repo: { full_name: "shop/shop" } };
const pullRequest = (base: string, fork = false): object => ({
  pull_request: { base: { sha: base, ...repository }, head: fork ? { repo: { full_name: "stranger/shop" } } : repository },
});

/** The multi-line form that @actions/core writes: `name<<delimiter`, the value, the delimiter. */
function parseOutputs(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name = "", , value = ""]) => [name, value]));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "driftgate-action-"));
  bundle = join(folder, "action/dist/action");
  await bundleAction(bundle);
  await cp(join(root, "package.json"), join(folder, "action/package.json"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the bundled Action", () => {
  test("fails a pull request that renames a column, with annotation, summary, outputs and reports", async () => {
    const { code, log, summary, outputs } = await step({ files: { "db/migration/V2__rename.sql": rename } });
    expect(log).toMatch(
      /^::error file=db\/migration\/V2__rename\.sql,line=1,endLine=1,col=1,endColumn=\d+,title=driftgate%3A column-renamed::/m,
    );
    expect(summary).toMatch(/^## ❌ driftgate: fail\n/);
    expect(summary).toContain("column-renamed");
    expect(outputs).toMatchObject({ verdict: "fail", errors: "1", unknowns: "0" });
    const report: { verdict: string; findings: unknown[] } = JSON.parse(await readFile(outputs["report-json"] ?? "", "utf8"));
    expect(report.verdict).toBe("fail");
    expect(String(report.findings.length)).toBe(outputs["findings"]);
    expect(await readFile(outputs["report-html"] ?? "", "utf8")).toMatch(/^<!doctype html>/);
    expect(JSON.parse(await readFile(outputs["report-sarif"] ?? "", "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(code).toBe(1);
  });

  test("passes a pull request that adds a nullable column", async () => {
    const { code, log, outputs, summary } = await step({ files: { "db/migration/V2__remark.sql": addition } });
    expect(outputs, log).toMatchObject({ verdict: "pass" });
    expect(summary).toMatch(/^## ✅ driftgate: pass\n/);
    expect(log).not.toContain("::error");
    expect(code).toBe(0);
  });

  test("passes what breaks under fail-on never, and still says it", async () => {
    const { code, outputs, log } = await step({ files: { "db/migration/V2__rename.sql": rename }, inputs: { "fail-on": "never" } });
    expect(outputs["verdict"]).toBe("fail");
    expect(log).toContain("::error file=db/migration/V2__rename.sql");
    expect(code).toBe(0);
  });

  test("names files from the repository's root when it runs in a folder below", async () => {
    const { log } = await step({
      below: "services/shop",
      inputs: { "working-directory": "services/shop" },
      files: { "db/migration/V2__rename.sql": rename },
    });
    expect(log).toContain("::error file=services/shop/db/migration/V2__rename.sql,line=1");
  });

  test("lets no SQL or name become a workflow command", async () => {
    const hostile = `ALTER TABLE orders RENAME COLUMN email TO "x\n::set-env name=A::b\n##[add-mask]orders";\n`;
    const { log, outputs } = await step({ files: { "db/migration/V2__rename.sql": hostile } });
    expect(outputs["verdict"]).toBe("fail");
    const token = /^::stop-commands::(\S+)$/m.exec(log)?.[1] ?? "";
    expect(token).toHaveLength(36);
    const outside = log.slice(0, log.indexOf("::stop-commands::")) + log.slice(log.indexOf(`\n::${token}::`) + token.length + 5);
    expect(outside).not.toMatch(/^\s*::set-env/m);
    expect(outside.split("\n").filter((line) => line.trimStart().startsWith("::")).length).toBeGreaterThan(1);
    expect(outside.split("\n").filter((line) => line.includes("##[") && !line.startsWith("::"))).toEqual([]);
  });

  test("gives a fork's configuration no secret", async () => {
    const files = { "db/migration/V2__remark.sql": addition, "driftgate.yml": "registry:\n  url: http://127.0.0.1:9/${DEPLOY_TOKEN}\n" };
    const env = { DEPLOY_TOKEN: "hunter2" };
    const fork = await step({ files, env, event: (base) => pullRequest(base, true) });
    expect(fork.log + fork.summary).not.toContain("hunter2");
    expect(fork.code).toBe(2);
    expect(fork.log).toContain("DEPLOY_TOKEN");
  });

  test("leaves it to driftgate.yml what is pending when the event names no base", async () => {
    const files = { "db/migration/V2__rename.sql": rename, "driftgate.yml": "migrations:\n  pending:\n    - db/migration/V2__*.sql\n" };
    const { code, log, outputs } = await step({ files, event: () => ({ before: "0".repeat(40) }) });
    expect(log).toMatch(/^::notice title=driftgate::This event names no base commit/m);
    expect(outputs, log).toMatchObject({ verdict: "fail", errors: "1" });
    expect(code).toBe(1);
  });

  test.each([
    ["fail-on", "sometimes", "the input fail-on must be error, warning or never"],
    ["postgres-version", "latest", "the input postgres-version must be a major version"],
    ["format", "yaml", 'unknown format "yaml"'],
  ])("refuses the input %s: %s", async (name, value, message) => {
    const { code, log } = await step({ inputs: { [name]: value } });
    expect(log).toContain(message);
    expect(code).toBe(2);
  });

  test("asks the living database what is pending, and shows its password to nobody", async () => {
    const server = await startPostgres();
    try {
      const client = await server.connect();
      await client.query(`${baseline}
        CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL,
          type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL,
          installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success boolean NOT NULL);
        INSERT INTO flyway_schema_history VALUES (1, '1', 'orders', 'SQL', 'V1__orders.sql', NULL, 'postgres', now(), 1, true);`);
      const url = server.url().replace("postgres@", "postgres:hunter2@");
      expect(url).toContain("hunter2");
      // The base has V2 too, so that git alone would call nothing pending.
      const { log, outputs, summary, code } = await step({
        files: { "db/migration/V2__rename.sql": rename },
        event: () => pullRequest("HEAD"),
        inputs: { "database-url": url },
      });
      expect(outputs, log).toMatchObject({ verdict: "fail", errors: "1" });
      expect(log).toContain("::error file=db/migration/V2__rename.sql,line=1");
      expect(log + summary).not.toContain("hunter2");
      expect(code).toBe(1);
    } finally {
      await server.stop();
    }
  });

  test("writes more reports where it is told", async () => {
    const { log, code, workspace, summary } = await step({
      files: {
        "db/migration/V2__remark.sql": addition,
        "drift/registry/source.json": '{"url": "https://registry.example"}',
        "drift/registry/config.json": '{"compatibilityLevel": "FULL"}',
      },
      inputs: {
        format: "gitlab=out/quality.json\nmarkdown=out/comment.md",
        annotations: "false",
        summary: "false",
        registry: "drift",
      },
    });
    expect(code, log).toBe(0);
    expect(log).toContain("driftgate: the registry https://registry.example was not asked: drift, ");
    expect(log).not.toContain("::notice title=driftgate");
    expect(summary).toBe("");
    expect(JSON.parse(await readFile(join(workspace, "out/quality.json"), "utf8"))).toEqual([]);
    expect(await readFile(join(workspace, "out/comment.md"), "utf8")).toMatch(/^## ✅/);
  });
});

test("action.yml declares what the code reads, and no more", async () => {
  const { inputs, outputs, runs }: { inputs: object; outputs: object; runs: object } = parse(
    await readFile(join(root, "action.yml"), "utf8"),
  );
  const source = await readFile(join(root, "src/action/inputs.ts"), "utf8");
  const read = [...source.matchAll(/(?:getInput|getMultilineInput|getBooleanInput|optional)\("([\w-]+)"\)/g)].map(([, name = ""]) => name);
  expect([...new Set(read)].toSorted()).toEqual(Object.keys(inputs).toSorted());
  expect(Object.keys(outputs)).toEqual(["verdict", "findings", "errors", "unknowns", "report-json", "report-sarif", "report-html"]);
  expect(runs).toEqual({ using: "node24", main: "dist/action/index.js" });
});

test("the bundle has all that is loaded by path", async () => {
  const names = await readdir(bundle);
  for (const name of ["index.js", "pglite-worker.js", "pglite.wasm", "pglite.data", "initdb.wasm", "libpg-query.wasm", "hstore.tar.gz"]) {
    expect(names).toContain(name);
  }
});
