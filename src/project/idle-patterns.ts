import type { Catalog } from "../model/catalog.ts";
import type { Connector, IdlePattern } from "../model/connector.ts";
import { compileJavaFilter } from "./java-filter.ts";
import { splitPatterns } from "./java-regex.ts";
import { literalEnds } from "./literal-ends.ts";
import { nearestName } from "../model/near-name.ts";
import { isFilledIn } from "./settings.ts";

const KINDS: readonly (readonly [RegExp, IdlePattern["kind"]])[] = [
  [/^schema\.(?:include|exclude)\.list$/, "schema"],
  [/^(?:table\.(?:include|exclude)|snapshot\.include\.collection)\.list$/, "table"],
  [
    /^column\.(?:(?:include|exclude)\.list|propagate\.source\.type|truncate\.to\.\d+\.chars|mask\.(?:with\.\d+\.chars|hash\..+))$/,
    "column",
  ],
  [/^message\.key\.columns$/, "column"],
];

/** Patterns of the connector's filters that fit no name in any of the catalogs; nothing where the catalogs hold no table, or only assumed ones. */
export function idlePatterns(catalogs: readonly Catalog[], connector: Connector): readonly IdlePattern[] {
  const relations = catalogs.flatMap((catalog) => catalog.relations);
  if (relations.length === 0 || relations.some(({ oid }) => oid < 0)) return [];
  const names: Names = {
    schema: unique(relations.map(({ schema }) => schema)),
    table: unique(relations.map(({ schema, name }) => `${schema}.${name}`)),
    column: unique(relations.flatMap(({ schema, name, columns }) => columns.map((column) => `${schema}.${name}.${column.name}`))),
  };
  const lower: Names = {
    schema: names.schema.map((name) => name.toLowerCase()),
    table: names.table.map((name) => name.toLowerCase()),
    column: names.column.map((name) => name.toLowerCase()),
  };
  const idle = Object.entries(connector.settings).flatMap(([setting, text]) => {
    const kind = KINDS.find(([form]) => form.test(setting))?.[1];
    const isRefused = connector.problems.some((problem) => problem.kind === "refused" && problem.setting === setting);
    if (kind === undefined || isRefused || isFilledIn(text)) return [];
    const listed = setting === "message.key.columns" ? keyPatterns(text) : splitPatterns(text);
    // A blank list of columns to include is one that includes none.
    const patterns = listed.length === 0 && setting === "column.include.list" ? [""] : listed;
    return patterns.filter((pattern) => !fitsAny(pattern, names[kind], lower[kind])).map((pattern) => ({ setting, pattern, kind }));
  });
  return idle.map(({ setting, pattern, kind }, at) => ({
    connector: connector.name,
    setting,
    pattern,
    kind,
    near: at < MAX_HINTS ? nearName(pattern, kind, names) : null,
    span: connector.places[setting] ?? null,
  }));
}

/** Looking for what was meant goes through all tables: a list in which nothing fits is wrong as a whole. */
const MAX_HINTS = 20;

/** True as well for a pattern that cannot be read here. */
function fitsAny(pattern: string, names: readonly string[], lower: readonly string[]): boolean {
  const matches = compileJavaFilter(pattern);
  if (matches === null) return true;
  const { prefix, suffix } = literalEnds(pattern);
  return lower.some((name, at) => name.startsWith(prefix) && name.endsWith(suffix) && matches(names[at] ?? ""));
}

type Names = Readonly<Record<IdlePattern["kind"], readonly string[]>>;

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function keyPatterns(text: string): readonly string[] {
  return text.split(";").flatMap((part) => {
    const [table = "", columns = ""] = part.split(":");
    return columns.split(",").map((column) => `${table.trim()}.${column.trim()}`);
  });
}

/** A name that the pattern was most likely meant to fit: without its schema, with the database before it, as a glob, or mistyped. */
function nearName(pattern: string, kind: IdlePattern["kind"], names: Names): string | null {
  const plain = pattern.replaceAll("\\.", ".").toLowerCase();
  const parts = plain.split(".");
  const depth = { schema: 1, table: 2, column: 3 }[kind];
  const known = new Map(names[kind].map((name) => [name.toLowerCase(), name]));
  const shorter = parts.length > depth ? known.get(parts.slice(-depth).join(".")) : undefined;
  const longer = [...known].find(([name]) => name.endsWith(`.${plain}`))?.[1];
  return shorter ?? longer ?? (kind === "column" ? nearColumn(parts, names) : nearestName(plain, names[kind]));
}

function nearColumn(parts: readonly string[], { table, column }: Names): string | null {
  const wanted = parts.slice(0, -1).join(".");
  const near = table.find((name) => name.toLowerCase() === wanted) ?? nearestName(wanted, table);
  if (near === null) return null;
  const own = column.filter((name) => name.startsWith(`${near}.`)).map((name) => name.slice(near.length + 1));
  const last = parts.at(-1) ?? "";
  const found = own.find((name) => name.toLowerCase() === last) ?? nearestName(last, own);
  return found === null ? null : `${near}.${found}`;
}
