import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isMigrationFile } from "../../src/discover/detect.ts";
import { discover } from "../../src/discover/discover.ts";
import { readSources } from "../../src/io/files.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";

export const corpus = join(resolve(process.env["DRIFTGATE_SHARED"] ?? "../shared"), "corpus");

export interface Line extends JsonObject {
  readonly migration: string;
  readonly status: "ok" | "failed" | "skipped";
}

const placeholders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "graphile-worker": { GRAPHILE_WORKER_SCHEMA: "graphile_worker" },
  "supabase-auth": { Namespace: "auth" },
};

export const searchPaths: Readonly<Record<string, readonly string[]>> = {
  measure: ["measure", "public"],
  "supabase-auth": ["auth", "public"],
};

export function readLines(project: string): readonly Line[] {
  const text = readFileSync(join(corpus, project, "catalog.jsonl"), "utf8").trim();
  // The form is described beside the catalog files.
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

/** The migrations of the catalog file as discovery finds them, all pending, and the catalog's own prelude before them. */
export async function findMigrations(project: string, lines: readonly Line[]): Promise<readonly Migration[]> {
  const sources = await readSources({ cwd: join(corpus, project), paths: ["migrations"], accept: isMigrationFile });
  const found = discover(sources, { tool: null, root: null, pending: { kind: "all" }, placeholders: placeholders[project] ?? {} });
  const byId = new Map(lines.map((line) => [line.migration, line]));
  const run = found.migrations.filter((migration) => byId.get(migration.id)?.status !== "skipped");
  const moded = run.map((migration) => ({
    ...migration,
    transactional: migration.transactional && byId.get(migration.id)?.["mode"] !== "autocommit",
  }));
  const prelude = byId.get("(prelude)")?.["sql"];
  return typeof prelude === "string" ? [preludeOf(prelude), ...moded] : moded;
}

function preludeOf(sql: string): Migration {
  return plainMigration("(prelude)", sql, { order: -1 });
}

/** Key order does not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
