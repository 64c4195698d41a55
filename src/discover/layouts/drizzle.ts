import type { Source } from "../../model/migration.ts";
import type { Draft, DraftGap, Layout, Range } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, joinPath, plainDialect, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";

const journalFile = "meta/_journal.json";
const breakpoint = "--> statement-breakpoint";

/**
 * Drizzle Kit: the order of `meta/_journal.json`; since 1.0 folders `<timestamp>_<name>/migration.sql` with a snapshot.json, in name order.
 * The file is cut at `--> statement-breakpoint` and the pieces are sent one after another, all pending migrations in one transaction
 * (drizzle-orm: migrator.ts, pg-core/dialect.ts).
 */
export const drizzle: Layout = {
  tool: "drizzle",
  dialect: plainDialect,
  roots(sources) {
    const journals = foldersWith(sources, (source) => source.path === journalFile || source.path.endsWith(`/${journalFile}`), 2);
    const snapshots = new Set(sources.filter((source) => baseName(source.path) === "snapshot.json").map((source) => folderOf(source.path)));
    const folders = foldersWith(sources, (source) => baseName(source.path) === "migration.sql" && snapshots.has(folderOf(source.path)), 2);
    return [...new Set([...journals, ...folders])].sort();
  },
  read(root, sources) {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const journal = byPath.get(joinPath(root, journalFile));
    const listed = journal === undefined ? [] : readJournal(root, journal, byPath);
    const known = new Set(listed.map((draft) => draft.path));
    const folders = sources
      .filter((source) => /^\d+_[^/]*\/migration\.sql$/.test(belowRoot(root, source.path)) && !known.has(source.path))
      .sort((a, b) => compareText(a.path, b.path))
      .map((source) => pieces(root, source, baseName(folderOf(source.path))));
    return [...listed, ...folders];
  },
};

function readJournal(root: string, journal: Source, byPath: ReadonlyMap<string, Source>): readonly Draft[] {
  const entries = journalEntries(journal.text);
  if (entries === null) {
    const reason = "the journal is not in Drizzle's form: the order of the migrations cannot be read from it";
    return [wholeFile(root, journal, { sections: [], gaps: [firstLine(journal.text, reason)] })];
  }
  return entries.map(({ tag, time }) => {
    const source = byPath.get(joinPath(root, `${tag}.sql`));
    if (source !== undefined) return { ...pieces(root, source, tag), time };
    const missing = { path: joinPath(root, `${tag}.sql`), text: "" };
    const reason = `${journalFile} lists ${tag}, but there is no ${tag}.sql`;
    return wholeFile(root, missing, { key: tag, time, sections: [], gaps: [firstLine("", reason)] });
  });
}

const firstLine = (text: string, reason: string): DraftGap => ({
  start: 0,
  end: Math.max(text.indexOf("\n"), 0),
  reason,
  effect: "opaque",
});

/** Tag and time (`when`) of each entry, in journal order; null when the file is not a journal. */
function journalEntries(text: string): readonly { readonly tag: string; readonly time: number | null }[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("entries" in value) || !Array.isArray(value.entries)) return null;
  const entries: { readonly tag: string; readonly time: number | null }[] = [];
  const listed: readonly unknown[] = value.entries;
  for (const entry of listed) {
    if (typeof entry !== "object" || entry === null || !("tag" in entry) || typeof entry.tag !== "string") return null;
    entries.push({ tag: entry.tag, time: "when" in entry && typeof entry.when === "number" ? entry.when : null });
  }
  return entries;
}

function pieces(root: string, source: Source, key: string): Draft {
  const sections: Range[] = [];
  let start = 0;
  for (let at = source.text.indexOf(breakpoint); at !== -1; at = source.text.indexOf(breakpoint, start)) {
    sections.push({ start, end: at });
    start = at + breakpoint.length;
  }
  sections.push({ start, end: source.text.length });
  return wholeFile(root, source, { key, sections });
}
