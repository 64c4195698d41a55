import { noOtherSql } from "../model/report.ts";
import type { Finding, Report, Rewrite, RewriteFile } from "../model/report.ts";
import { groupBy } from "./group-by.ts";
import { listOf } from "../model/words.ts";

/** Numbers, from 1, of the plans that answer any of the findings. */
export function planNumbers({ rewrites }: Report, found: readonly Finding[]): readonly number[] {
  const prints = new Set(found.map(({ fingerprint }) => fingerprint));
  return rewrites.flatMap((rewrite, index) => (rewrite.findings.some((print) => prints.has(print)) ? [index + 1] : []));
}

/** What there is for findings that say the same, each a sentence: the plans, and why the rest has none. */
export function planSentences(report: Report, found: readonly Finding[]): readonly string[] {
  const numbers = planNumbers(report, found);
  const reasons = groupBy(
    found.flatMap(({ fingerprint }) => report.noRewrite[fingerprint] ?? []).filter((one) => one !== noOtherSql),
    (one) => one,
  );
  const left = found.filter(({ fingerprint }) => report.noRewrite[fingerprint] !== undefined).length;
  if (numbers.length === 0 && reasons.size === 1) return [...reasons.keys()].map((reason) => `none: ${reason}`);
  const none = [...reasons].map(([reason, { length }]) => `none for ${length === left ? otherWords(left) : length}: ${reason}`);
  if (numbers.length === 0) return none;
  const plans =
    numbers.length === 1 ? `plan ${numbers[0]} below gets there in steps` : `plans ${listOf(numbers.map(String))} below get there in steps`;
  if (left === 0) return [plans];
  return [`for ${found.length - left} of the ${found.length}, ${plans}`, ...(none.length === 0 ? [`none for ${otherWords(left)}`] : none)];
}

const otherWords = (count: number): string => (count === 1 ? "the other one" : `the other ${count}`);

/** The earlier plan, from 1, that shows the same file with the same text: plans of one migration share what becomes of it. */
export function shownInPlan(rewrites: readonly Rewrite[], index: number, { path, sql }: RewriteFile): number | null {
  const earlier = rewrites
    .slice(0, index)
    .findIndex(({ phases }) => phases.some(({ files }) => files.some((file) => file.path === path && file.sql === sql)));
  return earlier === -1 ? null : earlier + 1;
}

/** A new file in which nothing runs, such as the way back that a tool wants beside each migration. */
export const isCommentOnly = ({ migrations }: Report, { path, sql }: RewriteFile): boolean =>
  migrations.every((migration) => migration.path !== path) && sql.split("\n").every((line) => /^\s*(?:--.*)?$/.test(line));

/** What is new in a file, with the number of lines before and after it that stay as they are. */
export interface ChangedLines {
  readonly before: number;
  readonly lines: readonly string[];
  readonly after: number;
}

/** Against the pending file of that path; of a new file everything is new. */
export function changedLines({ migrations }: Report, { path, sql }: RewriteFile): ChangedLines {
  const now = linesOf(sql);
  const old = linesOf(migrations.find((migration) => migration.path === path)?.text ?? "");
  const shorter = Math.min(old.length, now.length);
  let before = 0;
  while (before < shorter && old[before] === now[before]) before += 1;
  let after = 0;
  while (after < shorter - before && old.at(-1 - after) === now.at(-1 - after)) after += 1;
  return { before, lines: now.slice(before, now.length - after), after };
}

const linesOf = (text: string): readonly string[] => text.replaceAll("\r\n", "\n").trimEnd().split("\n");

/** A part of what must be true before the next phase: sentences, or lines to copy such as settings, as they stand. */
export interface GatePart {
  readonly kind: "prose" | "lines";
  readonly text: string;
}

/** Lines that are set in, with what leads to them, apart from the sentences around. */
export function gateParts(gate: string): readonly GatePart[] {
  const parts: { readonly kind: GatePart["kind"]; text: string }[] = [];
  for (const line of gate.split("\n")) {
    const kind = line.startsWith("  ") ? "lines" : "prose";
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += kind === "lines" ? `\n${line}` : ` ${line}`;
    else parts.push({ kind, text: line });
  }
  return parts.filter(({ text }) => text.trim() !== "");
}
