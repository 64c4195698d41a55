import type { Gap, MigrationTool, Source, Substitution } from "../model/migration.ts";

/** A part of a file: `text.slice(start, end)`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A Gap before its offsets are turned into positions. */
export interface DraftGap extends Range {
  readonly reason: string;
  readonly effect: Gap["effect"];
}

/** A change set of Liquibase, as its history table and its command line know it. */
export interface Changeset {
  readonly id: string;
  readonly author: string;
  /** logicalFilePath where it has one, else the path below the root. */
  readonly path: string;
  /** Path of the changelog file; empty where logicalFilePath stands for it. */
  readonly sourcePath: string;
  readonly contexts: string | null;
  readonly labels: string | null;
  readonly runOnChange: boolean;
  readonly runAlways: boolean;
  /** Whether it is for PostgreSQL at all (`dbms`) and not set aside (`ignore`). */
  readonly runs: boolean;
  /** Before or behind all others of the changelog. */
  readonly runOrder: "first" | "last" | null;
  readonly validCheckSums: readonly string[];
  /** For each change the texts that its checksum is made of: one, or two whose checksums are joined; null where that is not known. */
  readonly changes: readonly (readonly string[])[] | null;
}

/** A migration as its layout reads it: which parts of the file the tool sends, not yet what is in them. */
export interface Draft {
  /** As the tool names it; becomes Migration.id. */
  readonly id: string;
  /** What the tool's history table knows it by: a version, a name. Two drafts with the same key are a duplicate. */
  readonly key: string;
  readonly path: string;
  readonly text: string;
  /** What the tool sends, one Piece each. */
  readonly sections: readonly Range[];
  /** What the tool makes of a file that is no SQL, each in place of the part of the file that says so; sent after the sections. */
  readonly generated: readonly Substitution[];
  /** What the tool keeps a checksum of: the whole file, or one changeset of it. */
  readonly extent: Range;
  readonly transactional: boolean;
  readonly repeatable: boolean;
  readonly gaps: readonly DraftGap[];
  /** Whether `${name}` is a placeholder in this file. */
  readonly placeholders: boolean;
  /** When it was made, for a tool that runs only what is newer than the last applied one; milliseconds since 1970. */
  readonly time: number | null;
  /** Only a database without a history runs it, in place of all before it: Flyway's B files, Atlas's checkpoints. */
  readonly standsForAll: boolean;
  /** Of Liquibase. */
  readonly changeset: Changeset | null;
  /** Its own settings say that nothing in it is a placeholder. */
  readonly verbatim?: boolean;
}

/** How a placeholder begins and ends. */
export interface PlaceholderMarks {
  readonly prefix: string;
  readonly suffix: string;
}

/** How a tool treats the text of a migration before the server gets it. */
export interface Dialect {
  /** `${name}`: "required" when an unknown name stops the run, "optional" when it is left as it is, "none" when it means nothing. */
  readonly dollar: "required" | "optional" | "none";
  /** Placeholders begin and end otherwise than `${` and `}`, which then mean nothing. */
  readonly marks?: PlaceholderMarks;
  /** psql runs the files: meta commands and `:name` variables. */
  readonly psql: boolean;
  /** The rows behind COPY … FROM stdin are read from the file. */
  readonly copyData: boolean;
}

/** Where one migration tool puts its files and how it reads them. Pure: works on paths and texts. */
export interface Layout {
  readonly tool: MigrationTool;
  readonly dialect: Dialect;
  /** Its migrations are program code: where another tool's SQL is found too, that is meant. */
  readonly isCode?: true;
  /** Folders that look like this tool's ("" is the top), each once. */
  readonly roots: (sources: readonly Source[]) => readonly string[];
  /** Whether a file below one of the roots is this tool's, so that no other layout looks at it; all are where this is not given. */
  readonly owns?: (root: string, source: Source) => boolean;
  /** The migrations of the folder, in the order of application. `sources` are the files below `root`. */
  readonly read: (root: string, sources: readonly Source[]) => readonly Draft[];
}

export const plainDialect: Dialect = { dollar: "none", psql: false, copyData: false };

/** A draft that sends the whole file, inside a transaction; `over` replaces what differs. */
export function wholeFile(root: string, source: Source, over: Partial<Draft> = {}): Draft {
  const id = belowRoot(root, source.path);
  const extent = { start: 0, end: source.text.length };
  return {
    id,
    key: id,
    path: source.path,
    text: source.text,
    sections: [extent],
    generated: [],
    extent,
    transactional: true,
    repeatable: false,
    gaps: [],
    placeholders: false,
    time: null,
    standsForAll: false,
    changeset: null,
    ...over,
  };
}

/** A migration that is program code: its place in the order counts, its effect is unknown. */
export function codeFile(root: string, source: Source, over: Partial<Draft> = {}): Draft {
  const language = codeLanguages[extensionOf(source.path)] ?? "program code";
  const reason = `this migration is written in ${language}: what it does to the database cannot be read from it`;
  return wholeFile(root, source, { sections: [], gaps: [{ start: 0, end: lineEnd(source.text, 0), reason, effect: "opaque" }], ...over });
}

const codeLanguages: Readonly<Record<string, string>> = {
  go: "Go",
  ts: "TypeScript",
  mts: "TypeScript",
  js: "JavaScript",
  mjs: "JavaScript",
  cjs: "JavaScript",
  py: "Python",
  rb: "Ruby",
  rs: "Rust",
  java: "Java",
  kt: "Kotlin",
  groovy: "Groovy",
  scala: "Scala",
  php: "PHP",
  exs: "Elixir",
  cs: "C#",
  fizz: "Fizz",
};

const notMigrations = /(?:_test\.go|\.d\.m?ts|[._-](?:test|spec)\.[a-z]+)$/;

/** Whether the file could be a migration written in a programming language; its name decides. */
export const isCode = (path: string): boolean => Object.hasOwn(codeLanguages, extensionOf(path)) && !notMigrations.test(path);

/** `.pgsql` and `.psql`: what some editors call PostgreSQL's. `.sql.postgres`: Synapse's, beside `.sql.sqlite`. */
export const isSql = (path: string): boolean => /\.(?:sql|pgsql|psql|sql\.postgres(?:ql)?)$/i.test(path);

export const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Folder of a path; "" for a file at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

export const belowRoot = (root: string, path: string): string => (root === "" ? path : path.slice(root.length + 1));

export const isBelow = (root: string, path: string): boolean => root === "" || path.startsWith(`${root}/`);

export const joinPath = (root: string, rest: string): string => (root === "" ? rest : `${root}/${rest}`);

/** Offset behind the last character of the line that `offset` stands in, line feed not included. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found;
}

/** Folders of the sources that `holds` is true for, sorted, each once. */
export function foldersWith(sources: readonly Source[], holds: (source: Source) => boolean, levels: number = 1): readonly string[] {
  const folders = new Set<string>();
  for (const source of sources) {
    if (!holds(source)) continue;
    let folder = source.path;
    for (let i = 0; i < levels; i += 1) folder = folderOf(folder);
    folders.add(folder);
  }
  return [...folders].sort();
}

/** The folder that holds all of `paths`. */
export function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => folderOf(path).split("/"));
  if (first === undefined) return "";
  let length = first.length;
  for (const parts of rest) {
    let same = 0;
    while (same < length && first[same] === parts[same]) same += 1;
    length = same;
  }
  return first.slice(0, length).join("/");
}
