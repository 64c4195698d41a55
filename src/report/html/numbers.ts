import type { Finding, Report, Unknown } from "../../model/report.ts";
import { untoldUnknowns } from "../words.ts";
import type { Target } from "./source.ts";

/** Findings and unknowns numbered through, as the page and the marks in the SQL name them. */
export interface Numbered {
  readonly findings: readonly { readonly number: number; readonly anchor: string; readonly finding: Finding }[];
  readonly unknowns: readonly { readonly number: number; readonly anchor: string; readonly unknown: Unknown }[];
}

export function numbered({ verdict }: Report): Numbered {
  return {
    findings: verdict.findings.map((finding, index) => ({ number: index + 1, anchor: anchorOf(index + 1), finding })),
    unknowns: untoldUnknowns(verdict).map((unknown, index) => {
      const number = verdict.findings.length + index + 1;
      return { number, anchor: anchorOf(number), unknown };
    }),
  };
}

const anchorOf = (number: number): string => `f${number}`;

/** What points into one file. */
export function targetsIn({ findings, unknowns }: Numbered, path: string): readonly Target[] {
  return [
    ...findings.map(({ number, anchor, finding }) => ({ number, anchor, severity: finding.severity, span: finding.span })),
    ...unknowns.map(({ number, anchor, unknown }) => ({ number, anchor, severity: "warning" as const, span: unknown.span })),
  ].flatMap(({ span, ...target }) => (span === null || span.path !== path ? [] : [{ ...target, span }]));
}
