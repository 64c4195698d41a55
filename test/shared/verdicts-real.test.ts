import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rules } from "../../rules/index.ts";
import { discover } from "../../src/discover/discover.ts";
import { replay } from "../../src/io/engine/replay.ts";
import { readSources } from "../../src/io/files.ts";
import type { Migration, Source } from "../../src/model/migration.ts";
import type { Verdict } from "../../src/model/report.ts";
import { check } from "../../src/pipeline.ts";
import { readConnector } from "../../src/project/connector.ts";
import { inputs } from "../judge/builders.ts";
import { openBench } from "../rules/run-case.ts";
import type { Bench } from "../rules/run-case.ts";

const shared = resolve(import.meta.dirname, "..", "..", process.env["DRIFTGATE_SHARED"] ?? "../shared");

/** What the real connector and Avro's own check said of one real migration. */
interface Line {
  readonly id: string;
  readonly project: string;
  readonly migrationFile: string;
  readonly compat: Readonly<Record<string, { readonly topic?: string; readonly key?: PartCompat; readonly value?: PartCompat }>>;
}
interface PartCompat {
  readonly changed?: boolean;
  readonly BACKWARD?: boolean;
}

const placeholders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "graphile-worker": { GRAPHILE_WORKER_SCHEMA: "graphile_worker" },
  "supabase-auth": { Namespace: "auth" },
};
const searchPaths: Readonly<Record<string, readonly string[]>> = { measure: ["measure", "public"], "supabase-auth": ["auth", "public"] };

const connector = readConnector(
  {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "srv",
    "plugin.name": "pgoutput",
    "key.converter": "io.apicurio.registry.utils.converter.AvroConverter",
    "value.converter": "io.apicurio.registry.utils.converter.AvroConverter",
  },
  { path: "connector.json" },
);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.close();
});

const read = <T>(path: string): readonly T[] =>
  readFileSync(join(shared, path), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    // The file's own shape.
    .map((line) => JSON.parse(line) as T);

/** The catalog's own prelude, then the migrations up to the named one, which is pending. */
function upTo({ project, migrationFile }: Line, sources: readonly Source[]): readonly Migration[] {
  const found = discover(sources, {
    tool: null,
    root: null,
    pending: { kind: "none" },
    placeholders: placeholders[project] ?? {},
  }).migrations;
  const last = found.findIndex(({ id, path }) => id === migrationFile || path.endsWith(`/${migrationFile}`));
  if (last === -1) throw new Error(`${project}: ${migrationFile} is not found`);
  const prelude = read<{ readonly migration: string; readonly sql?: string }>(`corpus/${project}/catalog.jsonl`).find(
    ({ migration }) => migration === "(prelude)",
  )?.sql;
  const migrations = found.slice(0, last + 1).map((one, index): Migration => (index === last ? { ...one, state: "pending" } : one));
  const [first] = migrations;
  if (prelude === undefined || first === undefined) return migrations;
  const pieces = [{ sql: prelude, start: 0, substitutions: [] }];
  return [
    { ...first, id: "(prelude)", path: "(prelude)", text: prelude, pieces, order: -1, transactional: false, gaps: [], state: "baseline" },
    ...migrations,
  ];
}

async function verdictOf(line: Line, sources: readonly Source[]): Promise<Verdict> {
  const migrations = upTo(line, sources);
  const searchPath = searchPaths[line.project];
  const result = await replay(bench.engine, bench.parser, migrations, null, searchPath === undefined ? {} : { searchPath });
  const { syntaxProblems, baseline, steps, problems: unknowns } = result;
  return check(inputs({ migrations, syntaxProblems, baseline, steps, connectors: [connector], unknowns }), rules).verdict;
}

/** `topic.part` of every subject that BACKWARD refuses, as recorded. */
function refusedInRecord({ compat }: Line): readonly string[] {
  return Object.entries(compat).flatMap(([topic, parts]) =>
    (["key", "value"] as const).filter((part) => parts[part]?.BACKWARD === false).map((part) => `${topic}-${part}`),
  );
}

test("the registry's refusals on real migrations, and nothing recorded as breaking passes", async () => {
  const lines = read<Line>("oracle-real/golden.jsonl");
  const folders = new Map<string, readonly Source[]>();
  const outcomes: {
    readonly id: string;
    readonly outcome: string;
    readonly refused: readonly string[];
    readonly recorded: readonly string[];
    readonly silent: boolean;
    readonly why: string;
  }[] = [];
  for (const line of lines) {
    const sources = folders.get(line.project) ?? (await readSources({ cwd: join(shared, "corpus", line.project), paths: ["migrations"] }));
    folders.set(line.project, sources);
    const { outcome, findings, unknowns } = await verdictOf(line, sources);
    const refused = findings.filter(({ ruleId }) => ruleId === "subject-refuses").map(({ subject }) => subject ?? "");
    const silent = Object.values(line.compat).some(({ topic }) => topic === "silent");
    outcomes.push({
      id: line.id,
      outcome,
      refused: refused.toSorted(),
      recorded: refusedInRecord(line).toSorted(),
      silent,
      why: unknowns[0]?.reason ?? "",
    });
  }
  const different = outcomes.filter(({ outcome, refused, recorded }) => outcome !== "unknown" && refused.join() !== recorded.join());
  const passed = outcomes.filter(({ outcome, recorded, silent }) => outcome === "pass" && (recorded.length > 0 || silent));
  const count = (wanted: string): number => outcomes.filter(({ outcome }) => outcome === wanted).length;
  process.stdout.write(
    `${lines.length} real migrations: ${count("fail")} fail, ${count("unknown")} unknown, ${count("pass")} pass; refusals as recorded ${lines.length - different.length}\n` +
      outcomes
        .filter(({ outcome }) => outcome === "unknown")
        .map(({ id, why }) => `  unknown ${id}: ${why}\n`)
        .join(""),
  );
  expect(different).toEqual([]);
  expect(passed).toEqual([]);
});
