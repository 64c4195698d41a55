import type { Migration } from "../model/migration.ts";
import { escapePattern } from "../model/pattern.ts";

/** What other statements on a table depend on. */
const needed = /\b(?:create|alter|drop)\s+(?:type|domain)\b|\bsearch_path\b/i;

const renamed = /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:"?[\w$]+"?\s*\.\s*)?"?([\w$]+)"?\s+rename\s+to\s+"?([\w$]+)"?/gi;

/** The migrations whose texts may concern tables of these names, whatever they were called earlier: a rough choice, as most of a long history is about others. */
export function aboutTables(migrations: readonly Migration[], names: readonly string[]): readonly Migration[] {
  const all = new Set(names.map((name) => name.toLowerCase()));
  for (const { text } of migrations.toReversed()) {
    for (const [, from = "", to = ""] of [...text.matchAll(renamed)].toReversed())
      if (all.has(to.toLowerCase())) all.add(from.toLowerCase());
  }
  const mentioned = new RegExp(`(?<!\\w)(?:${[...all].map(escapePattern).join("|")})(?!\\w)`, "i");
  return migrations.filter(({ text }) => mentioned.test(text) || needed.test(text));
}
