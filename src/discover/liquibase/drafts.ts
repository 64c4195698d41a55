import type { Source, Substitution } from "../../model/migration.ts";
import { belowRoot, wholeFile } from "../layout.ts";
import type { Changeset, Draft, DraftGap, Range } from "../layout.ts";
import { changeSql } from "./change-sql.ts";
import { changesOf, expandElement, forPostgres, joined } from "./changelog.ts";
import type { Changelogs, Context } from "./changelog.ts";
import { checksumTexts } from "./checksum-text.ts";
import { childNamed, childrenNamed, isTrue, valueOf } from "./element.ts";
import type { Element } from "./element.ts";

/** Where a change set stands, and what is needed to read it. */
export interface Place {
  readonly root: string;
  readonly source: Source;
  readonly element: Element;
  readonly context: Context;
  readonly changelogs: Changelogs;
  /** Its place among all change sets, from 0. */
  readonly index: number;
}

/** Why Liquibase may not run a change set: it depends on how it is called. */
export const callGap = (name: "contexts" | "labels", value: string, { start, end }: Range): DraftGap => ({
  start,
  end,
  reason: `whether Liquibase runs this changeset depends on the ${name} it is called with ("${value}")`,
  effect: "opaque",
});

/** A change set of an XML, YAML or JSON changelog as a migration: what its changes become as SQL for PostgreSQL, at its own place in the file. */
export function draftOf(place: Place): Draft {
  const { root, source, context, index } = place;
  const element = expandElement(place.element, context.parameters);
  const own = belowRoot(root, source.path);
  const logical = valueOf(element, "logicalFilePath") ?? context.logicalPath;
  const changeset = changesetOf(place, element, logical ?? own, logical === null ? source.path : "");
  const { runs } = changeset;
  const parts = runs ? changesOf(element).map((change) => partOf(change, place)) : [];
  const edit = editOf(element);
  const line = { start: element.start, end: Math.min(firstLineEnd(source.text, element.start), element.end) };
  const name = `${changeset.path}::${changeset.author}:${changeset.id}`;
  return wholeFile(root, source, {
    id: `${name}#${index}`,
    key: name,
    extent: { start: element.start, end: element.end },
    sections: [],
    generated: parts.flatMap(({ generated }) => generated).map((made) => ({ ...made, text: edit(made.text) })),
    transactional: !/^\s*false\s*$/i.test(valueOf(element, "runInTransaction") ?? ""),
    repeatable: changeset.runOnChange || changeset.runAlways,
    gaps: [...(runs ? conditions(element, changeset, line) : [notRun(line)]), ...parts.flatMap(({ gaps }) => gaps)],
    changeset,
  });
}

function changesetOf({ changelogs, source, context }: Place, element: Element, path: string, sourcePath: string): Changeset {
  const text = (change: Element): string | null => fileOf(change, source, changelogs)?.text ?? null;
  // Changes for a database by name do not count (measured with 4.31).
  const counted = changesOf(element).filter((change) => valueOf(change, "dbms") === null);
  const texts = counted.map((change) => checksumTexts(change, text));
  const known = texts.flatMap((one) => (one === null ? [] : [one]));
  const dbms = valueOf(element, "dbms");
  return {
    id: valueOf(element, "id") ?? "",
    author: valueOf(element, "author") ?? "",
    path,
    sourcePath,
    contexts: joined(context.contexts, valueOf(element, "contextFilter") ?? valueOf(element, "context")),
    labels: joined(context.labels, valueOf(element, "labels")),
    runOnChange: isTrue(valueOf(element, "runOnChange")),
    runAlways: isTrue(valueOf(element, "runAlways") ?? valueOf(element, "alwaysRun")),
    runs: (dbms === null || forPostgres(dbms)) && !isTrue(valueOf(element, "ignore")),
    runOrder: runOrderOf(valueOf(element, "runOrder")),
    validCheckSums: checkSums(element),
    changes: known.length === texts.length ? known : null,
  };
}

/** Of a change set's `runOrder`; anything else counts as none. */
export const runOrderOf = (value: string | null): Changeset["runOrder"] => (value === "first" || value === "last" ? value : null);

function checkSums(element: Element): readonly string[] {
  return [...childrenNamed(element, "validCheckSum"), ...childrenNamed(element, "validCheckSums").flatMap(({ children }) => children)].map(
    (sum) => (sum.text === "" ? (sum.attributes["validCheckSum"] ?? "") : sum.text).trim(),
  );
}

const notRun = (line: Range): DraftGap => ({
  ...line,
  reason: "Liquibase does not run this changeset on PostgreSQL (dbms or ignore)",
  effect: "ignorable",
});

function conditions(element: Element, { contexts, labels }: Changeset, line: Range): readonly DraftGap[] {
  const gaps: DraftGap[] = [];
  const edited = childrenNamed(element, "modifySql")
    .flatMap(({ children }) => children)
    .find(({ name }) => name === "regExpReplace" || name === "appendSqlIfNotPresent");
  if (edited !== undefined) {
    const reason = `what modifySql's ${edited.name} makes of this changeset's SQL is not followed`;
    gaps.push({ start: edited.start, end: edited.end, reason, effect: "opaque" });
  }
  if (contexts !== null && contexts !== "") gaps.push(callGap("contexts", contexts, line));
  if (labels !== null && labels !== "") gaps.push(callGap("labels", labels, line));
  const preconditions = childNamed(element, "preConditions");
  const leaves = preconditions === undefined ? "" : ["onFail", "onError"].map((name) => valueOf(preconditions, name) ?? "").join(" ");
  if (preconditions !== undefined && /\b(?:MARK_RAN|CONTINUE)\b/i.test(leaves)) {
    const reason = "whether Liquibase runs this changeset depends on a precondition that it asks the database";
    gaps.push({ start: preconditions.start, end: preconditions.end, reason, effect: "opaque" });
  }
  return gaps;
}

/** What a change set's modifySql makes of each statement (liquibase-core: sql/visitor). */
function editOf(element: Element): (sql: string) => string {
  const edits = childrenNamed(element, "modifySql")
    .filter((one) => forPostgres(valueOf(one, "dbms") ?? ""))
    .flatMap(({ children }) => children);
  return (sql) =>
    edits.reduce((text, { name, attributes }) => {
      const { value = "", replace = "", with: by = "" } = attributes;
      if (name === "append") return text + value;
      if (name === "prepend") return value + text;
      if (name === "replace") return text.replaceAll(replace, () => by);
      return text;
    }, sql);
}

/** SQL of one change, in place of the change's own text. */
interface Part {
  readonly generated: readonly Substitution[];
  readonly gaps: readonly DraftGap[];
}

function partOf(change: Element, { source, changelogs }: Place): Part {
  const { start, end } = change;
  const dbms = valueOf(change, "dbms");
  if (dbms !== null && !forPostgres(dbms)) return { generated: [], gaps: [] };
  if (change.name === "sql" || change.name === "sqlFile") {
    const file = change.name === "sqlFile" ? fileOf(change, source, changelogs) : null;
    const sql = change.name === "sql" ? (valueOf(change, "sql") ?? change.text) : file?.text;
    if (sql !== undefined) return { generated: cut(sql, change).map((text) => ({ start, end, text })), gaps: [] };
    return {
      generated: [],
      gaps: [{ start, end, reason: `this changeset names ${valueOf(change, "path") ?? ""}, but there is no such file`, effect: "opaque" }],
    };
  }
  const path = valueOf(change, "path");
  const body =
    path === null || (change.name !== "createView" && change.name !== "createProcedure") ? null : fileOf(change, source, changelogs);
  const made = changeSql(body === null ? change : { ...change, text: body.text });
  if ("unknown" in made) return { generated: [], gaps: [{ start, end, reason: made.unknown, effect: "opaque" }] };
  return { generated: made.statements.map((text) => ({ start, end, text })), gaps: [] };
}

const fileOf = (change: Element, source: Source, changelogs: Changelogs): Source | null =>
  changelogs.find(source, valueOf(change, "path") ?? "", isTrue(valueOf(change, "relativeToChangelogFile")));

/** Where statements end with something else than a semicolon, which PostgreSQL would not understand. */
function cut(sql: string, change: Element): readonly string[] {
  const delimiter = (valueOf(change, "endDelimiter") ?? ";").replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\r`, "\r");
  if (delimiter === ";" || /^\s*false\s*$/i.test(valueOf(change, "splitStatements") ?? "")) return [sql];
  return sql.split(delimiter).filter((text) => text.trim() !== "");
}

function firstLineEnd(text: string, start: number): number {
  const found = text.indexOf("\n", start);
  return found === -1 ? text.length : found;
}
