import type { Catalog } from "../../model/catalog.ts";
import type { Draft } from "../layout.ts";
import { regionsOf } from "../sql-regions.ts";

const name = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const table = String.raw`(?:${name}\s*\.\s*)?(${name})`;
const createTable = new RegExp(String.raw`\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?${table}`, "gi");
const alterTable = new RegExp(String.raw`\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${table}([^;]*)`, "gi");
const addColumn = new RegExp(
  String.raw`\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!constraint\b|primary\b|unique\b|check\b|foreign\b|exclude\b)(${name})`,
  "gi",
);

interface Effects {
  readonly tables: readonly string[];
  /** Of tables that it does not create. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Every name in it where it drops or renames something. */
  readonly takesAway: ReadonlySet<string>;
}

const plain = (written: string): string => (written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase());

/** What a file makes in plain sight; bodies of functions and DO blocks are not looked into. */
function effectsOf({ text, sections }: Draft): Effects {
  const code = sections
    .map(({ start, end }) =>
      [...regionsOf(text, start, end)]
        .map((region) => (/^(?:text|identifier|semicolon)$/.test(region.kind) ? text.slice(region.start, region.end) : " "))
        .join(""),
    )
    .join(";");
  const tables = [...code.matchAll(createTable)].map((match) => plain(match[1] ?? ""));
  const columns = [...code.matchAll(alterTable)].flatMap((match) =>
    [...(match[2] ?? "").matchAll(addColumn)].map((added) => ({ table: plain(match[1] ?? ""), column: plain(added[1] ?? "") })),
  );
  const removes = /\b(?:drop|rename)\b/i.test(code);
  const names = removes ? [...code.matchAll(new RegExp(name, "g"))].map(([found]) => plain(found)) : [];
  return { tables, columns, takesAway: new Set(names) };
}

/**
 * Of drafts that a database should have, those whose table or column it has not, in words: no draft drops or renames it, and the rest of what
 * they make is there. What a file does otherwise cannot be told from it.
 */
export function withoutEffect(drafts: readonly Draft[], { relations }: Catalog): ReadonlyMap<Draft, string> {
  const there = new Map(relations.map((relation) => [relation.name, new Set(relation.columns.map((column) => column.name))]));
  const effects = new Map(drafts.map((draft) => [draft, effectsOf(draft)]));
  const taken = new Set([...effects.values()].flatMap(({ takesAway }) => [...takesAway]));
  const isKnown = [...effects.values()].some(({ tables }) => tables.some((one) => there.has(one)));
  const missing = new Map<Draft, string>();
  for (const [draft, { tables, columns }] of effects) {
    const lost = tables.find((one) => !there.has(one) && !taken.has(one));
    const gone = columns.find((one) => there.get(one.table)?.has(one.column) === false && !taken.has(one.column) && !taken.has(one.table));
    if (gone !== undefined) missing.set(draft, `no column ${gone.table}.${gone.column}`);
    else if (lost !== undefined && isKnown) missing.set(draft, `no table ${lost}`);
  }
  return missing;
}
