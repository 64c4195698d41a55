import type { Source } from "../../model/migration.ts";
import type { Changeset, Draft, DraftGap, Layout, Range } from "../layout.ts";
import { belowRoot, commonFolder, isBelow, isSql, lineEnd, wholeFile } from "../layout.ts";
import { Changelogs, forPostgres, isChangelog, joined } from "../liquibase/changelog.ts";
import type { Context, Entry } from "../liquibase/changelog.ts";
import { withoutSpace } from "../liquibase/checksum-text.ts";
import { callGap, draftOf, runOrderOf } from "../liquibase/drafts.ts";
import { compareText } from "../version.ts";
import { escapePattern } from "../../model/pattern.ts";

const header = /^\s*--[ \t]*liquibase[ \t]+formatted[ \t]+sql\b([^\r\n]*)/i;
const changesetLine = /^[ \t]*--[ \t]*changeset[ \t]+("[^"\n]*"|'[^'\n]*'|[^\s:]+):("[^"\n]*"|'[^'\n]*'|[^\s]+)([^\r\n]*)$/gim;
const formatted = (source: Source): boolean => isSql(source.path) && header.test(source.text.slice(0, 500));

/**
 * Liquibase: the change sets of the changelogs (XML, YAML, JSON) in the order in which they include each other, and of files that begin with
 * `--liquibase formatted sql`, each change set a migration; what no changelog includes comes last, by path as includeAll does. One transaction
 * each unless `runInTransaction:false` (Liquibase documentation, "Changelog", "Example changelogs: SQL format").
 */
export const liquibase: Layout = {
  tool: "liquibase",
  dialect: { dollar: "optional", psql: false, copyData: false },
  roots(sources) {
    const changelogs = new Changelogs(sources);
    const reached = new Set<string>();
    const trees = changelogs.tops().flatMap((top) => {
      const paths = changelogs.entries(top).map(({ source }) => source.path);
      for (const path of paths) reached.add(path);
      return paths.length === 0 ? [] : [commonFolder([top.path, ...paths])];
    });
    const alone = sources.filter((source) => formatted(source) && !reached.has(source.path));
    const all = [...trees, ...(alone.length === 0 ? [] : [commonFolder(alone.map((source) => source.path))])];
    return [...new Set(all)].filter((root) => !all.some((other) => other !== root && isBelow(other, root))).sort();
  },
  owns: (_, source) => isSql(source.path) || isChangelog(source),
  read(root, sources) {
    const changelogs = new Changelogs(sources);
    const entries = changelogs.tops().flatMap((top) => changelogs.entries(top));
    const reached = new Set(entries.map(({ source }) => source.path));
    const rest = sources.filter((source) => formatted(source) && !reached.has(source.path)).sort((a, b) => compareText(a.path, b.path));
    const drafts: Draft[] = [];
    for (const entry of [...entries, ...rest.map((source): Entry => ({ kind: "sql", source, context: noContext }))])
      drafts.push(...readEntry(root, entry, changelogs, drafts.length));
    return inRunOrder(drafts);
  },
};

/** `runOrder` first and last come before and behind all others (liquibase-core: changelog/DatabaseChangeLog.addChangeSet). */
function inRunOrder(drafts: readonly Draft[]): readonly Draft[] {
  const at = (order: Changeset["runOrder"]): readonly Draft[] => drafts.filter(({ changeset }) => (changeset?.runOrder ?? null) === order);
  return [...at("first"), ...at(null), ...at("last")];
}

const noContext: Context = { logicalPath: null, contexts: null, labels: null, parameters: new Map() };

function readEntry(root: string, entry: Entry, changelogs: Changelogs, index: number): readonly Draft[] {
  const { source } = entry;
  if (entry.kind === "changeset") return [draftOf({ root, source, element: entry.element, context: entry.context, changelogs, index })];
  if (entry.kind === "gap") {
    const { start, end, reason } = entry;
    return [
      wholeFile(root, source, { sections: [], gaps: [{ start, end: Math.max(end, lineEnd(source.text, 0)), reason, effect: "opaque" }] }),
    ];
  }
  if (formatted(source)) return readChangesets(root, source, index).map((draft) => inContext(draft, entry.context));
  // A file of plain SQL is one change set (liquibase-core: parser/core/sql/SqlChangeLogParser).
  const changeset = {
    ...plainChangeset,
    path: belowRoot(root, source.path),
    sourcePath: source.path,
    changes: [[withoutSpace(source.text)]],
  };
  return [inContext(wholeFile(root, source, { id: `${belowRoot(root, source.path)}::includeAll:raw#${index}`, changeset }), entry.context)];
}

const plainChangeset = {
  id: "raw",
  author: "includeAll",
  contexts: null,
  labels: null,
  runOnChange: false,
  runAlways: false,
  runs: true,
  runOrder: null,
  validCheckSums: [],
} as const;

/** The contexts and labels of the changelogs that include it count too. */
function inContext(draft: Draft, { contexts, labels }: Context): Draft {
  if (draft.changeset === null || (contexts === null && labels === null)) return draft;
  const line = { start: draft.extent.start, end: lineEnd(draft.text, draft.extent.start) };
  return {
    ...draft,
    gaps: [
      ...draft.gaps,
      ...(contexts === null ? [] : [callGap("contexts", contexts, line)]),
      ...(labels === null ? [] : [callGap("labels", labels, line)]),
    ],
    changeset: { ...draft.changeset, contexts: joined(contexts, draft.changeset.contexts), labels: joined(labels, draft.changeset.labels) },
  };
}

function readChangesets(root: string, source: Source, firstIndex: number): readonly Draft[] {
  const { text } = source;
  const lines = [...text.matchAll(changesetLine)];
  const filePath = attributesOf(header.exec(text)?.[1] ?? "").get("logicalfilepath");
  return lines.map((line, i) => {
    const [whole, author = "", id = "", rest = ""] = line;
    const attributes = attributesOf(rest);
    const path = attributes.get("logicalfilepath") ?? filePath ?? belowRoot(root, source.path);
    const extent = { start: line.index, end: lines[i + 1]?.index ?? text.length };
    const body = { start: Math.min(line.index + whole.length, extent.end), end: extent.end };
    const name = `${path}::${unquote(author)}:${unquote(id)}`;
    const runs = !isTrue(attributes.get("ignore")) && forPostgres(attributes.get("dbms") ?? "");
    const changeset: Changeset = {
      id: unquote(id),
      author: unquote(author),
      path,
      sourcePath: attributes.has("logicalfilepath") || filePath !== undefined ? "" : source.path,
      contexts: attributes.get("contextfilter") ?? attributes.get("context") ?? null,
      labels: attributes.get("labels") ?? null,
      runOnChange: isTrue(attributes.get("runonchange")),
      runAlways: isTrue(attributes.get("runalways")),
      runs,
      runOrder: runOrderOf(attributes.get("runorder") ?? null),
      validCheckSums: [...text.slice(extent.start, extent.end).matchAll(/^\s*--[ \t]*validCheckSum:?[ \t]+(\S+)/gim)].map(
        (match) => match[1] ?? "",
      ),
      changes: [[withoutSpace(sentText(text.slice(body.start, body.end)))]],
    };
    return wholeFile(root, source, {
      changeset,
      id: `${name}#${firstIndex + i}`,
      key: name,
      extent,
      sections: runs ? split(text, extent, body, attributes) : [],
      transactional: !/^false$/i.test(attributes.get("runintransaction") ?? ""),
      repeatable: isTrue(attributes.get("runonchange")) || isTrue(attributes.get("runalways")),
      gaps: conditions(text, extent, attributes, runs),
    });
  });
}

/** Lines that are Liquibase's own and not sent (FormattedSqlChangeLogParser); other comments are a part of the change. */
const ownLine = /^[ \t]*--[ \t]*(?:rollback|comment|validchecksum|precondition[\w-]*|ignoreLines|property)\b[^\n]*$/gim;
const sentText = (text: string): string => text.replaceAll(/\/\*\s*liquibase\s+rollback\b[\s\S]*?\*\//gi, "").replaceAll(ownLine, "");

const isTrue = (value: string | undefined): boolean => /^true$/i.test(value ?? "");
const unquote = (text: string): string => text.replace(/^(["'])(.*)\1$/, "$2");

/** `name:value` pairs, names in lower case; values may be quoted. */
function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([A-Za-z]+):("[^"]*"|'[^']*'|\S*)/g);
  return new Map([...pairs].map((match) => [(match[1] ?? "").toLowerCase(), unquote(match[2] ?? "")]));
}

/** One section, or one per statement where the changeset has a delimiter of its own that PostgreSQL would not understand. */
function split(text: string, extent: Range, body: Range, attributes: ReadonlyMap<string, string>): readonly Range[] {
  const written = attributes.get("enddelimiter") ?? ";";
  const delimiter = written.replaceAll("\\n", "\n").replaceAll("\\r", "\r");
  if (delimiter === ";" || /^false$/i.test(attributes.get("splitstatements") ?? "")) return [{ start: extent.start, end: extent.end }];
  const quoted = escapePattern(delimiter.trim());
  const ends = new RegExp(`${quoted}[ \\t]*\\r?$`, "gim");
  const sections: Range[] = [];
  let start = extent.start;
  for (const match of text.slice(body.start, body.end).matchAll(ends)) {
    sections.push({ start, end: body.start + match.index });
    start = body.start + match.index + match[0].length;
  }
  if (text.slice(start, extent.end).trim() !== "") sections.push({ start, end: extent.end });
  return sections;
}

/** Why it may not be run: what Liquibase decides at run time. */
function conditions(text: string, extent: Range, attributes: ReadonlyMap<string, string>, runs: boolean): readonly DraftGap[] {
  const end = lineEnd(text, extent.start);
  if (!runs)
    return [
      { start: extent.start, end, reason: "Liquibase does not run this changeset on PostgreSQL (dbms or ignore)", effect: "ignorable" },
    ];
  const gaps: DraftGap[] = [];
  for (const name of ["context", "contextfilter", "labels"]) {
    const value = attributes.get(name);
    if (value === undefined || value === "") continue;
    gaps.push(callGap(name === "labels" ? "labels" : "contexts", value, { start: extent.start, end }));
  }
  const precondition = /^[ \t]*--[ \t]*preconditions\b[^\n]*\bon(?:Fail|Error):(?:MARK_RAN|CONTINUE)\b[^\r\n]*/im.exec(
    text.slice(extent.start, extent.end),
  );
  if (precondition !== null) {
    const start = extent.start + precondition.index;
    const reason = "whether Liquibase runs this changeset depends on a precondition that it asks the database";
    gaps.push({ start, end: start + precondition[0].length, reason, effect: "opaque" });
  }
  return gaps;
}
