import type { Catalog } from "../model/catalog.ts";
import type { Connector, IdlePattern } from "../model/connector.ts";
import { compileJavaFilter } from "./java-filter.ts";
import { splitPatterns } from "./java-regex.ts";
import { nearSetting } from "./near-setting.ts";
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
  return Object.entries(connector.settings).flatMap(([setting, text]) => {
    const kind = KINDS.find(([form]) => form.test(setting))?.[1];
    const isRefused = connector.problems.some((problem) => problem.kind === "refused" && problem.setting === setting);
    if (kind === undefined || isRefused || isFilledIn(text)) return [];
    const listed = setting === "message.key.columns" ? keyPatterns(text) : splitPatterns(text);
    // A blank list of columns to include is one that includes none.
    const patterns = listed.length === 0 && setting === "column.include.list" ? [""] : listed;
    return patterns.flatMap((pattern) => {
      const matches = compileJavaFilter(pattern);
      if (matches === null || names[kind].some(matches)) return [];
      const span = connector.places[setting] ?? null;
      return [{ connector: connector.name, setting, pattern, kind, near: nearName(pattern, kind, names), span }];
    });
  });
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
  return shorter ?? longer ?? nearSetting(plain, names[kind]);
}
