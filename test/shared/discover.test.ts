import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import { isMigrationFile } from "../../src/discover/detect.ts";
import { readSources } from "../../src/io/files.ts";
import type { Migration, MigrationTool } from "../../src/model/migration.ts";

const corpus = join(resolve(process.env["DRIFTGATE_SHARED"] ?? "../shared"), "corpus");

interface Line {
  readonly migration: string;
  readonly status: "ok" | "failed" | "skipped";
  readonly reason?: string;
  readonly mode?: "autocommit";
  readonly sqlSha256?: string;
}

/** The tool as recognised by the folder alone, and how many migrations the catalog file has. */
const expected: Readonly<
  Record<
    string,
    { readonly tool: MigrationTool; readonly placeholders?: Readonly<Record<string, string>>; readonly problems?: readonly string[] }
  >
> = {
  atuin: { tool: "plain" },
  authelia: { tool: "plain" },
  "cas-cif": { tool: "sqitch" },
  // Two of its files really have the same version, which its own runner takes and golang-migrate would not.
  concourse: { tool: "golang-migrate", problems: ["duplicate-version"] },
  cosmo: { tool: "drizzle" },
  "crates-io": { tool: "diesel" },
  "docs-rs": { tool: "golang-migrate" },
  "e2b-infra": { tool: "goose" },
  "graphile-worker": { tool: "plain", placeholders: { GRAPHILE_WORKER_SCHEMA: "graphile_worker" } },
  kestra: { tool: "flyway" },
  langfuse: { tool: "prisma" },
  measure: { tool: "dbmate" },
  "odd-platform": { tool: "flyway" },
  openfga: { tool: "goose" },
  playbooks: { tool: "golang-migrate" },
  "spring-demo": { tool: "liquibase" },
  "supabase-auth": { tool: "plain", placeholders: { Namespace: "auth" } },
  temporal: { tool: "plain" },
  umami: { tool: "prisma" },
};

function catalogOf(project: string): readonly Line[] {
  // The files are written by the catalog's own script; their form is described beside it.
  const lines = readFileSync(join(corpus, project, "catalog.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return lines.filter((line) => line.migration !== "(prelude)");
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** The text that the catalog's hash is of, made from the pieces. */
function hashedText(migration: Migration): string {
  const [first] = migration.pieces;
  if (first === undefined) return "";
  if (migration.tool === "drizzle") return migration.text;
  if (migration.tool === "goose") {
    // The line feed before the Down line is not part of it.
    const end = first.start + first.sql.length === migration.text.length ? first.sql.length : first.sql.length - 1;
    const lines = first.sql.slice(0, end).split("\n");
    return lines.filter((line) => !/^\s*--\s*\+goose/i.test(line)).join("\n");
  }
  return migration.pieces.map((piece) => piece.sql).join("");
}

test("every project of the corpus is tested", () => {
  expect(readdirSync(corpus).sort()).toEqual(Object.keys(expected).sort());
});

describe.each(Object.entries(expected))("%s", (project, { tool, placeholders = {}, problems = [] }) => {
  const cwd = join(corpus, project);
  const lines = catalogOf(project);

  test("order, sections and transactions are those of the catalog file", async () => {
    const sources = await readSources({ cwd, paths: ["migrations"], accept: isMigrationFile });
    const found = discover(sources, { tool: null, root: null, pending: { kind: "all" }, placeholders });
    // Migrations written in a programming language are named in the catalog, but their files are not in the corpus.
    const there = lines.filter((line) => !(line.status === "skipped" && !existsSync(join(cwd, "migrations", line.migration))));
    expect(found.tool).toBe(tool);
    expect(found.problems.map((problem) => problem.kind)).toEqual(problems);
    expect(found.migrations.map((migration) => migration.id)).toEqual(there.map((line) => line.migration));

    const byId = new Map(found.migrations.map((migration) => [migration.id, migration]));
    const different: string[] = [];
    let compared = 0;
    for (const line of there) {
      const migration = byId.get(line.migration);
      if (line.sqlSha256 === undefined || migration === undefined) continue;
      compared += 1;
      if (sha256(hashedText(migration)) !== line.sqlSha256) different.push(line.migration);
    }
    const opaque = found.migrations.filter((migration) => migration.gaps.some((gap) => gap.effect === "opaque"));
    const alone = found.migrations.filter((migration) => !migration.transactional).length;
    process.stdout.write(
      `${project}: ${found.tool}, ${found.migrations.length} of ${lines.length} migrations, ${compared - different.length} of ${compared} texts equal, ` +
        `${alone} not transactional, ${opaque.length} with opaque gaps\n`,
    );
    expect(different).toEqual([]);
    expect(opaque.map((migration) => migration.id)).toEqual([]);
  });
});
