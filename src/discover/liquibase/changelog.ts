import type { Source } from "../../model/migration.ts";
import { folderOf, isBelow, joinPath } from "../layout.ts";
import { compareText } from "../version.ts";
import { childrenNamed, isTrue, valueOf } from "./element.ts";
import type { Element } from "./element.ts";
import { parseXml } from "./xml.ts";
import { parseYaml } from "./yaml.ts";

/** What a changelog and those it includes have, in order: a change set, a file of formatted SQL, or something that cannot be read. */
export type Entry =
  | { readonly kind: "changeset"; readonly source: Source; readonly element: Element; readonly context: Context }
  | { readonly kind: "sql"; readonly source: Source; readonly context: Context }
  | { readonly kind: "gap"; readonly source: Source; readonly start: number; readonly end: number; readonly reason: string };

/** What a change set takes over from the changelogs that include it. */
export interface Context {
  /** logicalFilePath of its changelog. */
  readonly logicalPath: string | null;
  /** Contexts and labels of the includes, joined. */
  readonly contexts: string | null;
  readonly labels: string | null;
  /** Parameters, by name; the first definition of a global one counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

const changelogFile = /\.(?:xml|ya?ml|json)$/i;

export const isChangelog = (source: Source): boolean => changelogFile.test(source.path) && source.text.includes("databaseChangeLog");

/** Changelogs are read once, however often they are included. */
export class Changelogs {
  readonly #sources: readonly Source[];
  readonly #parsed = new Map<string, Element | null>();

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  root(source: Source): Element | null {
    const known = this.#parsed.get(source.path);
    if (known !== undefined) return known;
    const root = /\.xml$/i.test(source.path) ? parseXml(source.text) : parseYaml(source.text);
    this.#parsed.set(source.path, root);
    return root;
  }

  /** Changelogs that no other includes. */
  tops(): readonly Source[] {
    const all = this.#sources.filter(isChangelog);
    const included = new Set(all.flatMap((source) => this.#includes(source)).map(({ path }) => path));
    return all.filter(({ path }) => !included.has(path));
  }

  #includes(source: Source): readonly Source[] {
    const root = this.root(source);
    return root === null ? [] : root.children.flatMap((child) => this.#filesOf(source, child));
  }

  /** Entries of a changelog and all that it includes, each file once. */
  entries(top: Source): readonly Entry[] {
    const found: Entry[] = [];
    this.#walk(top, { logicalPath: null, contexts: null, labels: null, parameters: new Map() }, new Map(ownParameters), new Set(), found);
    return found;
  }

  #walk(source: Source, context: Context, parameters: Map<string, string>, seen: Set<string>, found: Entry[]): void {
    if (seen.has(source.path)) return;
    seen.add(source.path);
    if (!isChangelog(source)) {
      found.push({ kind: "sql", source, context: { ...context, parameters: new Map(parameters) } });
      return;
    }
    const root = this.root(source);
    if (root === null) {
      found.push({ kind: "gap", source, start: 0, end: 0, reason: "this changelog cannot be read: it is not well-formed" });
      return;
    }
    const contexts = joined(context.contexts, root.attributes["contextFilter"] ?? root.attributes["context"] ?? null);
    const own = { ...context, contexts, logicalPath: root.attributes["logicalFilePath"] ?? null };
    for (const child of root.children) {
      if (child.name === "property") addParameter(child, parameters);
      else if (child.name === "changeSet")
        found.push({ kind: "changeset", source, element: child, context: { ...own, parameters: new Map(parameters) } });
      else if (child.name === "include" || child.name === "includeAll") this.#include(source, child, own, parameters, seen, found);
    }
  }

  #include(source: Source, child: Element, context: Context, parameters: Map<string, string>, seen: Set<string>, found: Entry[]): void {
    const files = this.#filesOf(source, child);
    const inner: Context = {
      ...context,
      logicalPath: null,
      contexts: joined(context.contexts, valueOf(child, "contextFilter") ?? valueOf(child, "context")),
      labels: joined(context.labels, valueOf(child, "labels")),
    };
    for (const file of files) this.#walk(file, inner, parameters, seen, found);
    if (files.length > 0 || child.name === "includeAll") return;
    const reason = `this changelog includes ${valueOf(child, "file") ?? ""}, but there is no such file`;
    found.push({ kind: "gap", source, start: child.start, end: child.end, reason });
  }

  #filesOf(source: Source, child: Element): readonly Source[] {
    if (child.name === "include") {
      const file = this.find(source, valueOf(child, "file") ?? "", isTrue(valueOf(child, "relativeToChangelogFile")));
      return file === null ? [] : [file];
    }
    if (child.name !== "includeAll") return [];
    const folder = cleanPath(valueOf(child, "path") ?? "");
    const beside = normal(joinPath(folderOf(source.path), folder));
    const wanted = this.#sources.filter(({ path }) => (/\.sql$/i.test(path) || changelogFile.test(path)) && path !== source.path);
    const isIn = (name: string): boolean =>
      isBelow(beside, name) || (!isTrue(valueOf(child, "relativeToChangelogFile")) && folderEnds(name, folder));
    return wanted
      .filter((candidate) => isIn(candidate.path) && (/\.sql$/i.test(candidate.path) || isChangelog(candidate)))
      .toSorted((a, b) => compareText(a.path, b.path));
  }

  /** The file that a changelog names: beside it, or in one of the search paths, which are not known and so found by the end of the path. */
  find(source: Source, written: string, relative: boolean): Source | null {
    const file = cleanPath(written);
    if (file === "") return null;
    const beside = normal(joinPath(folderOf(source.path), file));
    const exact = this.#sources.find(({ path }) => path === beside);
    if (relative) return exact ?? null;
    const plain = this.#sources.find(({ path }) => path === normal(file));
    return plain ?? this.#sources.find(({ path }) => path.endsWith(`/${file}`)) ?? exact ?? null;
  }
}

const folderEnds = (path: string, folder: string): boolean => folder !== "" && (isBelow(folder, path) || path.includes(`/${folder}/`));

const cleanPath = (path: string): string =>
  path
    .trim()
    .replaceAll("\\", "/")
    .replace(/^classpath:/, "")
    .replace(/^(?:\.?\/)+/, "")
    .replace(/\/+$/, "");

/** `a/./b/../c` is `a/c`. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0) parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** Two conditions that must hold. */
export const joined = (outer: string | null, inner: string | null): string | null =>
  outer === null || outer === "" ? inner : inner === null || inner === "" ? outer : `(${outer}) and (${inner})`;

/** What Liquibase says of the database itself (liquibase-core: changelog/ChangeLogParameters, getDatabaseChangelogTableName …). */
const ownParameters: readonly (readonly [string, string])[] = [
  ["database.currentDateTimeFunction", "NOW()"],
  ["database.databaseChangeLogLockTableName", "DATABASECHANGELOGLOCK"],
  ["database.databaseChangeLogTableName", "DATABASECHANGELOG"],
  ["database.databaseProductName", "PostgreSQL"],
  ["database.defaultSchemaName", "public"],
  ["database.liquibaseSchemaName", "public"],
  ["database.lineComment", "--"],
  ["database.typeName", "postgresql"],
];

/** Parameters are set once (liquibase-core: changelog/ChangeLogParameters). */
function addParameter(property: Element, parameters: Map<string, string>): void {
  const [name, value] = [valueOf(property, "name"), valueOf(property, "value")];
  const dbms = valueOf(property, "dbms");
  if (name === null || value === null || parameters.has(name) || (dbms !== null && !forPostgres(dbms))) return;
  parameters.set(name, value);
}

/** `postgresql,h2`, `!oracle`, `all`, `none` (liquibase-core: database/DatabaseList). */
export function forPostgres(dbms: string): boolean {
  const names = dbms
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0 || names.includes("all") || names.includes("postgresql")) return true;
  return !names.includes("none") && !names.includes("!postgresql") && names.every((name) => name.startsWith("!"));
}

/** `${name}` by its value; one without a value stays as it is, as Liquibase leaves it. */
export const expand = (text: string, parameters: ReadonlyMap<string, string>): string =>
  text.includes("${") ? text.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => parameters.get(name.trim()) ?? whole) : text;

export function expandElement(element: Element, parameters: ReadonlyMap<string, string>): Element {
  if (parameters.size === 0) return element;
  return {
    ...element,
    attributes: Object.fromEntries(Object.entries(element.attributes).map(([name, value]) => [name, expand(value, parameters)])),
    text: expand(element.text, parameters),
    children: element.children.map((child) => expandElement(child, parameters)),
  };
}

/** Change sets of a changelog: its children that are change sets, in a changelog's own element. */
export const changesOf = (changeset: Element): readonly Element[] => {
  const listed = childrenNamed(changeset, "changes");
  return listed.length > 0 ? listed.flatMap(({ children }) => children) : changeset.children.filter(({ name }) => !aside.has(name));
};

const aside: ReadonlySet<string> = new Set(["comment", "preConditions", "rollback", "validCheckSum", "modifySql", "ext"]);
