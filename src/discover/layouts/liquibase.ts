import type { Source } from "../../model/migration.ts";
import type { Changeset, Draft, DraftGap, Layout, Range } from "../layout.ts";
import { belowRoot, commonFolder, isSql, lineEnd, wholeFile } from "../layout.ts";
import { compareText } from "../version.ts";
import { readMaster } from "./liquibase-master.ts";

const header = /^\s*--[ \t]*liquibase[ \t]+formatted[ \t]+sql\b([^\r\n]*)/i;
const changesetLine = /^[ \t]*--[ \t]*changeset[ \t]+("[^"\n]*"|'[^'\n]*'|[^\s:]+):("[^"\n]*"|'[^'\n]*'|[^\s]+)([^\r\n]*)$/gim;
const master = /(?:^|\/)[^/]*change-?log[^/]*\.(?:xml|ya?ml|json)$/i;

/**
 * Liquibase formatted SQL: files that begin with `--liquibase formatted sql`, in the order of the master changelog where there is one, else
 * by path as includeAll does; one migration per `--changeset author:id`. One transaction each unless `runInTransaction:false`
 * (Liquibase documentation, "Example changelogs: SQL format").
 */
export const liquibase: Layout = {
  tool: "liquibase",
  dialect: { dollar: "optional", psql: false, copyData: false },
  roots(sources) {
    const files = sources.filter(isFormatted);
    return files.length === 0 ? [] : [commonFolder(files.map((source) => source.path))];
  },
  read(root, sources) {
    const files = sources
      .filter((source) => isSql(source.path) && header.test(source.text.slice(0, 500)))
      .sort((a, b) => compareText(a.path, b.path));
    const masters = sources.filter((source) => master.test(source.path) && source.text.includes("databaseChangeLog"));
    let index = 0;
    return readMaster(root, masters, files).flatMap((source) => {
      if ("sections" in source) return [source];
      const drafts = readChangesets(root, source, index);
      index += drafts.length;
      return drafts;
    });
  },
};

const isFormatted = (source: Source): boolean => isSql(source.path) && header.test(source.text.slice(0, 500));

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
      sourcePath: attributes.has("logicalfilepath") || filePath !== undefined ? source.path : path,
      contexts: attributes.get("contextfilter") ?? attributes.get("context") ?? null,
      labels: attributes.get("labels") ?? null,
      runOnChange: isTrue(attributes.get("runonchange")),
      runAlways: isTrue(attributes.get("runalways")),
      validCheckSums: [...text.slice(extent.start, extent.end).matchAll(/^\s*--[ \t]*validCheckSum:?[ \t]+(\S+)/gim)].map(
        (match) => match[1] ?? "",
      ),
      changes: null,
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

const isTrue = (value: string | undefined): boolean => /^true$/i.test(value ?? "");
const unquote = (text: string): string => text.replace(/^(["'])(.*)\1$/, "$2");

/** `name:value` pairs, names in lower case; values may be quoted. */
function attributesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([A-Za-z]+):("[^"]*"|'[^']*'|\S*)/g);
  return new Map([...pairs].map((match) => [(match[1] ?? "").toLowerCase(), unquote(match[2] ?? "")]));
}

/** `dbms:postgresql,h2`, `dbms:!oracle`, `dbms:none`. */
function forPostgres(dbms: string): boolean {
  const names = dbms
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0 || names.includes("all") || names.includes("postgresql")) return true;
  return !names.includes("none") && !names.includes("!postgresql") && names.every((name) => name.startsWith("!"));
}

/** One section, or one per statement where the changeset has a delimiter of its own that PostgreSQL would not understand. */
function split(text: string, extent: Range, body: Range, attributes: ReadonlyMap<string, string>): readonly Range[] {
  const written = attributes.get("enddelimiter") ?? ";";
  const delimiter = written.replaceAll("\\n", "\n").replaceAll("\\r", "\r");
  if (delimiter === ";" || /^false$/i.test(attributes.get("splitstatements") ?? "")) return [{ start: extent.start, end: extent.end }];
  const quoted = delimiter.trim().replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
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
    const reason = `whether Liquibase runs this changeset depends on the ${name === "labels" ? "labels" : "contexts"} it is called with ("${value}")`;
    gaps.push({ start: extent.start, end, reason, effect: "opaque" });
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
