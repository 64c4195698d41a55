import { createHash } from "node:crypto";
import { flywayChecksum } from "../../src/discover/history/flyway.ts";
import type { Digest, HistoryOptions, HistoryRow } from "../../src/discover/history/history.ts";
import type { Catalog } from "../../src/model/catalog.ts";
import type { MigrationTool } from "../../src/model/migration.ts";

export const digest: Digest = (algorithm, text, encoding) => createHash(algorithm).update(text).digest(encoding);
export const hex = (algorithm: "sha1" | "sha384" | "sha256", text: string): string => digest(algorithm, text, "hex");

export type Files = Readonly<Record<string, string>>;

export interface Case {
  readonly title: string;
  readonly tool: MigrationTool;
  readonly files: Files;
  /** null: there is no table. */
  readonly rows: readonly HistoryRow[] | null;
  readonly options?: Partial<HistoryOptions>;
  readonly locks?: readonly HistoryRow[];
  /** There is no table, and tables of the user's own. */
  readonly occupied?: boolean;
  /** What the database has, where it was read. */
  readonly catalog?: Catalog;
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly pending: readonly string[];
  /** What the problems say, each a part of its text; none of them where it is empty. */
  readonly says?: readonly RegExp[];
}

/** Paths of files with a text each. */
export const named = (paths: readonly string[], text: (path: string) => string = (path) => `-- ${path}\nSELECT 1;\n`): Files =>
  Object.fromEntries(paths.map((path) => [path, text(path)]));

export const three = ["m/1_a.sql", "m/2_b.sql", "m/10_c.sql"];
export const rowsOf = (key: string, ...values: readonly string[]): readonly HistoryRow[] => values.map((value) => ({ [key]: value }));

export const goose = named(["m/1_a.sql", "m/2_b.sql", "m/10_c.sql"], () => "-- +goose Up\nSELECT 1;\n");
export const dbmate = named(three, () => "-- migrate:up\nSELECT 1;\n");
export const flyway = named(["m/V1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/R__view.sql"]);

export const flywayRow = (file: string, over: Partial<Record<string, string | null>> = {}): HistoryRow => {
  const [, version = null, description = ""] = /^(?:V(\d+)|R)__(.+)\.sql$/.exec(file) ?? [];
  return {
    installed_rank: "1",
    version,
    description,
    type: "SQL",
    script: file,
    checksum: String(flywayChecksum(flyway[`m/${file}`] ?? "")),
    success: "true",
    ...over,
  };
};

export const sqlxFiles = named(three);
export const sqlxRow = (path: string, over: HistoryRow = {}): HistoryRow => ({
  version: /(\d+)_/.exec(path)?.[1] ?? "",
  success: "true",
  checksum: `\\x${hex("sha384", sqlxFiles[path] ?? "")}`,
  ...over,
});

export const prismaFiles = named(["m/1_a/migration.sql", "m/2_b/migration.sql"]);
export const prismaRow = (name: string, finished: string | null, rolledBack: string | null = null): HistoryRow => ({
  migration_name: name,
  finished_at: finished,
  rolled_back_at: rolledBack,
});

export const django = named(["shop/migrations/0001_a.py", "shop/migrations/0002_b.py", "shop/migrations/0003_c.py"], (path) => {
  const number = Number(/\d+/.exec(path)?.[0]);
  const before = ["", '("shop", "0001_a")', '("shop", "0002_b")'][number - 1] ?? "";
  return `class Migration(migrations.Migration):\n    dependencies = [${before}]\n`;
});
export const squashed = {
  "shop/migrations/0001_squashed.py":
    'class Migration(migrations.Migration):\n    replaces = [("shop", "0001_a"), ("shop", "0002_b")]\n    dependencies = []\n',
};
export const djangoRows = (...names: readonly string[]): readonly HistoryRow[] => names.map((name) => ({ app: "shop", name }));

export const revision = (id: string, down: string): string => `revision = "${id}"\ndown_revision = ${down}\n`;
export const alembic = {
  "m/versions/z_first.py": revision("aaa", "None"),
  "m/versions/a_second.py": revision("bbb", '"aaa"'),
  "m/versions/m_third.py": revision("ccc", '"bbb"'),
};

export const plan = `%project=shop\n\na 2024-01-01T00:00:00Z Ana <a@b.c> # first\nb [a] 2024-01-02T00:00:00Z Ana <a@b.c> # second\n`;
export const idOf = (info: string): string => hex("sha1", `change ${Buffer.byteLength(info)}\0${info}`);
export const firstId = idOf("project shop\nchange a\nplanner Ana <a@b.c>\ndate 2024-01-01T00:00:00Z\n\nfirst");
export const sqitch = { "sqitch.plan": plan, "deploy/a.sql": "SELECT 1;", "deploy/b.sql": "SELECT 1;" };
export const sqitchRow = { project: "shop", change: "a", change_id: firstId, committed_at: "2024-01-01" };

export const journal = (...times: readonly number[]): string =>
  JSON.stringify({ entries: times.map((when, index) => ({ idx: index, when, tag: `000${index}_x` })) });
export const drizzle = { "d/meta/_journal.json": journal(100, 200, 300), ...named(["d/0000_x.sql", "d/0001_x.sql", "d/0002_x.sql"]) };

export const atlasFiles = named(["m/1_a.sql", "m/2_b.sql", "m/3_c.sql"]);
export const atlasSum = (files: Files): string => {
  let text = "";
  const lines = Object.entries(files).map(([path, content]) => {
    text += path.slice(2) + content;
    return `${path.slice(2)} h1:${digest("sha256", text, "base64")}`;
  });
  return `h1:x\n${lines.join("\n")}\n`;
};
export const atlas = { ...atlasFiles, "m/atlas.sum": atlasSum(atlasFiles) };
export const atlasRow = (version: string, applied = "1", total = "1"): HistoryRow => ({ version, applied, total, type: "2" });

export const body = (text: string): string => `${text}\n`;
export const committed = (previous: string | null, text: string): { readonly hash: string; readonly text: string } => {
  const hash = `sha1:${hex("sha1", previous === null ? body(text) : `${previous}\n${body(text)}`)}`;
  return { hash, text: `--! Previous: ${previous ?? "-"}\n--! Hash: ${hash}\n\n${text}\n` };
};
export const firstCommit = committed(null, "SELECT 1;");
export const secondCommit = committed(firstCommit.hash, "SELECT 2;");
export const graphile = { "m/committed/000001-a.sql": firstCommit.text, "m/committed/000002-b.sql": secondCommit.text };
