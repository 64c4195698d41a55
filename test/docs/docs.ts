import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { rules } from "../../rules/index.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Rule } from "../../src/judge/rule.ts";

export const rulesFolder = join(import.meta.dirname, "..", "..", "rules");

/** A generated file: where it stands and what it should hold. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** rules/README.md with its index, the page of every rule with its header table, and the JSON Schema of driftgate.yml. */
export function generatedFiles(): readonly GeneratedFile[] {
  const pages = rules.map((rule) => {
    const path = join(rulesFolder, rule.id, "README.md");
    return { path, text: between(readFileSync(path, "utf8"), "rule", headerTable(rule)) };
  });
  const schema = { path: join(rulesFolder, "..", "src/config/schema.json"), text: configJsonSchema() };
  return [{ path: join(rulesFolder, "README.md"), text: indexPage() }, ...pages, schema];
}

/** What editors check driftgate.yml with: the written form, before defaults and normalisation. */
function configJsonSchema(): string {
  return `${JSON.stringify({ title: "driftgate.yml", ...z.toJSONSchema(configSchema, { io: "input" }) }, null, 2)}\n`;
}

function headerTable({ category, severity, since, requires }: Rule): string {
  return table([
    ["category", "severity", "since", "needs"],
    [category, severity, since, requires.join(", ")],
  ]);
}

function indexPage(): string {
  const rows = rules.map(({ id, title, category, severity }) => [`[${id}](${id}/README.md)`, severity, category, title]);
  return `# Rules

What driftgate judges, in the order in which it looks. A severity is changed under \`rules\` in \`driftgate.yml\`; a single finding is accepted
under \`ignore\`, or by a comment above the statement: \`-- driftgate:ignore <rule> <reason>\`. Each page has examples that run as tests.

${table([["rule", "severity", "category", "what it finds"], ...rows])}
`;
}

/** A Markdown table in the formatter's own layout, so that formatting leaves it alone. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(3, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. @throws Error when the page lacks the marks. */
function between(text: string, name: string, content: string): string {
  const marks = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!marks.test(text)) throw new Error(`No <!-- ${name} --> in the page:\n${text.slice(0, 80)}`);
  return text.replace(marks, () => `<!-- ${name} -->\n\n${content}\n\n<!-- /${name} -->`);
}
