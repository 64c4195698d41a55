import type { Source } from "../../model/migration.ts";
import type { Draft, Layout, Range } from "../layout.ts";
import { baseName, codeFile, folderOf, foldersWith, isBelow, isCode, isSql, lineEnd, plainDialect, wholeFile } from "../layout.ts";
import { compareDigits, compareText } from "../version.ts";
import { inDependencyOrder } from "./graph.ts";
import { programFile } from "./literal-sql.ts";
import { forward } from "./ways.ts";

// Tools with one SQL file for each migration, each with marks of its own.

const directly = (root: string, source: Source): boolean => folderOf(source.path) === root;

/** Whether at least half of the SQL files directly in the folder are so: a mark in a few may be left over from a tool of before. */
function isMostly(holds: (source: Source) => boolean, root: string, sources: readonly Source[]): boolean {
  const files = sources.filter((source) => directly(root, source) && isSql(source.path));
  return files.filter(holds).length * 2 >= files.length;
}

const leadingNumber = (path: string): string => /^\d+/.exec(baseName(path))?.[0] ?? "";

/** By the leading number, then by name; names without a number last. */
function byNumber(a: Source, b: Source): number {
  const [left, right] = [leadingNumber(a.path), leadingNumber(b.path)];
  if ((left === "") !== (right === "")) return left === "" ? 1 : -1;
  return compareDigits(left, right) || compareText(baseName(a.path), baseName(b.path));
}

/** The part of a file between a line that matches `up` and the next that matches `down`; the whole file without the former. */
function upSection(text: string, up: RegExp, down: RegExp): Range {
  const [from, to] = [up.exec(text), down.exec(text)];
  const start = from === null ? 0 : Math.min(lineEnd(text, from.index) + 1, text.length);
  return { start, end: to !== null && to.index >= start ? to.index : text.length };
}

const ternSeparator = /^---- create above[^\n]*drop below ----/im;
const ternAlone = /^---- tern: disable-tx ----[ \t]*\r?$/im;

/** tern: `NNN_name.sql`, up above the separator and down below it (tern: migrate/migrate.go). */
export const tern: Layout = {
  tool: "tern",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => /^\d+_.+\.sql$/.test(baseName(source.path)) && ternSeparator.test(source.text)),
  read: (root, sources) =>
    sources
      .filter((source) => directly(root, source) && /^\d+_.+\.sql$/.test(baseName(source.path)))
      .toSorted(byNumber)
      .map((source) => {
        const section = upSection(source.text, /(?!)/, ternSeparator);
        const transactional = !ternAlone.test(source.text.slice(section.start, section.end));
        return wholeFile(root, source, { key: leadingNumber(source.path).replace(/^0+(?=\d)/, ""), sections: [section], transactional });
      }),
};

const migrateUp = /^--[ \t]*\+migrate[ \t]+Up\b.*$/gim;
const isMarked = ({ path, text }: Source): boolean => isSql(path) && text.search(migrateUp) !== -1;

/**
 * sql-migrate: what stands under each `-- +migrate Up`, by leading number and name; one `notransaction` counts for all (rubenv/sql-migrate:
 * sqlparse, migrate.go).
 */
export const sqlMigrate: Layout = {
  tool: "sql-migrate",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, isMarked).filter((root) => isMostly(isMarked, root, sources)),
  read: (root, sources) =>
    sources
      .filter((source) => directly(root, source) && isSql(source.path))
      .toSorted(byNumber)
      .map((source) => {
        const marks = source.text.match(migrateUp) ?? [];
        const over = { transactional: !marks.some((mark) => /\bnotransaction\b/i.test(mark)) };
        return wholeFile(root, source, marks.length === 0 ? over : { ...over, sections: forward(source.text) ?? [] });
      }),
};

const nodeUp = /^[ \t]*--[ \t]*Up[ \t]+Migration\b.*$/im;
const nodeDown = /^[ \t]*--[ \t]*Down[ \t]+Migration\b/im;

const isNodeMigration = (source: Source): boolean =>
  isSql(source.path) ? nodeUp.test(source.text) : isCode(source.path) && /\bpgm\b/.test(source.text);

/** node-pg-migrate: SQL and program files by the number in front; SQL under `-- Up Migration` (node-pg-migrate: src/sqlMigration.ts). */
export const nodePgMigrate: Layout = {
  tool: "node-pg-migrate",
  dialect: plainDialect,
  roots(sources) {
    // A runner of one's own may know the mark too: it is this tool's when most files have it.
    return foldersWith(sources, isNodeMigration).filter((root) => isMostly(isNodeMigration, root, sources));
  },
  read: (root, sources) =>
    sources
      .filter((source) => directly(root, source) && (isSql(source.path) || isCode(source.path)))
      .toSorted(byNumber)
      .map((source) =>
        isSql(source.path)
          ? wholeFile(root, source, { sections: [upSection(source.text, nodeUp, nodeDown)] })
          : programFile(root, source, true),
      ),
};

const committedHeader = /^--! Previous:/m;

/** graphile-migrate: `committed/NNNNNN-message.sql`, behind the header lines (graphile-migrate: src/migration.ts). */
export const graphileMigrate: Layout = {
  tool: "graphile-migrate",
  // `:NAME` is a placeholder, as in psql.
  dialect: { dollar: "none", psql: true, copyData: false },
  roots: (sources) =>
    foldersWith(sources, (source) => /(?:^|\/)committed\/\d+[^/]*\.sql$/.test(source.path) && committedHeader.test(source.text)),
  read: (root, sources) =>
    sources
      .filter((source) => directly(root, source) && /^\d+(?:-.*)?\.sql$/.test(baseName(source.path)))
      .toSorted(byNumber)
      .map((source) => wholeFile(root, source, { transactional: !/^--! no-transaction\b/m.test(source.text) })),
};

const outsideTransaction = "-- postgres-migrations disable-transaction";

/**
 * postgres-migrations: `1_name.sql` or `1-name.js`; but for its mark in a file that runs outside a transaction nothing in them tells, so it
 * must be named (postgres-migrations: src/file-name-parser.ts, run-migration.ts).
 */
export const postgresMigrations: Layout = {
  tool: "postgres-migrations",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => isSql(source.path) && source.text.startsWith(outsideTransaction)),
  read: (root, sources) =>
    sources
      .filter((source) => directly(root, source) && /^\d+[-_]?.*\.(?:sql|js)$/.test(baseName(source.path)))
      .toSorted(byNumber)
      .map((source) => {
        if (!isSql(source.path)) return codeFile(root, source);
        return wholeFile(root, source, { transactional: !source.text.startsWith(outsideTransaction) });
      }),
};

const refineryFile = /^[VU](\d+)__.+\.(?:sql|rs)$/;

/** refinery: `V1__name.sql` and `U1__name.sql` in a Rust project, by number (refinery-core: util.rs). */
export const refinery: Layout = {
  tool: "refinery",
  dialect: plainDialect,
  roots(sources) {
    const crates = foldersWith(sources, (source) => /^(?:Cargo|refinery)\.toml$/.test(baseName(source.path)));
    return foldersWith(sources, (source) => refineryFile.test(baseName(source.path))).filter((folder) =>
      crates.some((crate) => isBelow(crate, folder)),
    );
  },
  read: (root, sources) =>
    sources
      .filter((source) => refineryFile.test(baseName(source.path)))
      .toSorted((a, b) => compareDigits(refineryNumber(a), refineryNumber(b)) || compareText(a.path, b.path))
      .map((source) => {
        const over = { key: refineryNumber(source) };
        return isSql(source.path) ? wholeFile(root, source, over) : codeFile(root, source, over);
      }),
};

const refineryNumber = (source: Source): string => (refineryFile.exec(baseName(source.path))?.[1] ?? "0").replace(/^0+(?=\d)/, "");

const yoyoMark = /^--[ \t]*(?:depends|transactional)[ \t]*:/m;
const isYoyo = (source: Source): boolean =>
  (isSql(source.path) && yoyoMark.test(source.text)) || (source.path.endsWith(".py") && /^\s*(?:from|import)\s+yoyo\b/m.test(source.text));
const yoyoId = (path: string): string => baseName(path).replace(/\.[^.]+$/, "");

/** yoyo: SQL and Python files by name and `-- depends:`; `.rollback.sql` is the way back (yoyo: migrations.py, topologicalsort). */
export const yoyo: Layout = {
  tool: "yoyo",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, isYoyo),
  read(root, sources) {
    const drafts = sources
      .filter(
        (source) =>
          directly(root, source) &&
          (isSql(source.path) || source.path.endsWith(".py")) &&
          !/\.rollback\.sql$|^__/.test(baseName(source.path)),
      )
      .toSorted((a, b) => compareText(yoyoId(a.path), yoyoId(b.path)))
      .map((source) => yoyoDraft(root, source));
    return inDependencyOrder(
      drafts,
      ({ key }) => key,
      ({ text }) => yoyoNeeds(text),
    );
  },
};

function yoyoDraft(root: string, source: Source): Draft {
  const key = yoyoId(source.path);
  if (!isSql(source.path)) return codeFile(root, source, { key });
  return wholeFile(root, source, { key, transactional: !/^--[ \t]*transactional[ \t]*:[ \t]*false\b/im.test(source.text) });
}

function yoyoNeeds(text: string): readonly string[] {
  const line = /^--[ \t]*depends[ \t]*:(.*)$/m.exec(text)?.[1] ?? "";
  const list = /^__depends__\s*=\s*[{[(]([^}\])]*)/m.exec(text)?.[1] ?? "";
  return [...line.trim().split(/[\s,]+/), ...[...list.matchAll(/["']([^"']+)["']/g)].map((match) => match[1] ?? "")].filter(
    (name) => name !== "",
  );
}
