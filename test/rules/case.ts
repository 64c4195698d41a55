import type { DiscoveryProblem } from "../../src/model/migration.ts";
import type { StateComparison } from "../../src/model/state-difference.ts";

/** One example of a rule's page: fenced blocks, run through the whole pipeline. */
export interface RuleCase {
  /** The page and the heading it stands under. */
  readonly title: string;
  /** SQL of the migrations already applied. */
  readonly before: string;
  /** SQL of the pending migration. */
  readonly migration: string;
  /** Settings over the default connector; null: none. */
  readonly connector: Readonly<Record<string, string>> | null;
  readonly subjects: Readonly<Record<string, CaseSubject>> | null;
  readonly consumers: readonly CaseConsumer[];
  readonly history: readonly CaseProblem[];
  readonly comparisons: readonly StateComparison[];
  /** The report as the page shows it; null where the page has no such block. */
  readonly report: string | null;
  /** Offsets in the page of the text inside the report block. */
  readonly reportRange: readonly [number, number] | null;
}

/**
 * A subject of the registry; the version "baseline" stands for the schema that the connector sends before the migration, and
 * `{"baselineWith": {"name": type}}` for the same with those nullable fields at the end of its row, `{"baselineBy": {"setting": "value"}}` for what the
 * connector sends with these settings.
 */
export interface CaseSubject {
  readonly compatibility: string;
  readonly mode?: string;
  readonly versions: readonly unknown[];
  /** What the registry itself says to the schema after the migration; absent: it is a folder. */
  readonly live?: { readonly compatible: boolean; readonly messages?: readonly string[] };
}

/** A consumer with one reader schema, which stands in consumers/<name>.avsc. */
export interface CaseConsumer {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly schema: unknown;
}

export interface CaseProblem {
  readonly kind: DiscoveryProblem["kind"];
  readonly path: string;
  readonly detail: string;
}

interface Block {
  readonly info: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads the cases of a page: each second-level heading with a `sql migration` block below it is one. */
export function casesOf(page: string, name: string): readonly RuleCase[] {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map((match) => ({ title: match[1] ?? "", start: match.index }));
  return headings.flatMap(({ title, start }, index) => {
    const end = headings[index + 1]?.start ?? page.length;
    const blocks = blocksOf(page, start, end);
    const text = (info: string): string | undefined => blocks.find((block) => block.info === info)?.text;
    const migration = text("sql migration");
    if (migration === undefined) return [];
    const report = blocks.find((block) => block.info === "text report");
    return [
      {
        title: `${name}: ${title}`,
        before: text("sql before") ?? "",
        migration,
        connector: parse<RuleCase["connector"]>(text("json connector"), null),
        subjects: parse<RuleCase["subjects"]>(text("json subjects"), null),
        consumers: parse<RuleCase["consumers"]>(text("json consumers"), []),
        history: parse<RuleCase["history"]>(text("json history"), []),
        comparisons: parse<RuleCase["comparisons"]>(text("json comparisons"), []),
        report: report?.text ?? null,
        reportRange: report === undefined ? null : [report.start, report.end],
      },
    ];
  });
}

function blocksOf(page: string, from: number, to: number): readonly Block[] {
  return [...page.slice(from, to).matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, info = "", text = ""] = match;
    const start = from + match.index + 3 + info.length + 1;
    return { info, text, start, end: start + text.length };
  });
}

function parse<T>(json: string | undefined, absent: T): T {
  // The pages are ours; a wrong form fails in the pipeline.
  return json === undefined ? absent : (JSON.parse(json) as T);
}
