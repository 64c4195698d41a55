import type { Report, Severity } from "../model/report.ts";

export type FormatName = "text" | "json" | "sarif" | "github" | "gitlab" | "markdown" | "html";

/** What a reporter says about a rule beyond its findings; a Rule is one. */
export interface RuleDescription {
  readonly id: string;
  readonly title: string;
}

export interface ReportOptions {
  readonly color: boolean;
  /** Also the levels, the suppressed findings and the whole SQL of rewrites. */
  readonly verbose: boolean;
  /** Only what is wrong. */
  readonly quiet: boolean;
  /** Columns of the terminal; 0 means that lines are not wrapped. */
  readonly width: number;
  readonly failOn: "error" | "warning" | "never";
  /** Put before each path by the formats that count from the root of the repository: the working directory as seen from there, `services/shop`. */
  readonly pathPrefix?: string;
  /** Titles for the rules' descriptions in SARIF. */
  readonly rules?: readonly RuleDescription[];
}

/** Renders a whole report; pure. Ends with a line feed unless empty. */
export type Reporter = (report: Report, options: ReportOptions) => string;

const ranks: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** Most severe first. */
export const bySeverity = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  ranks[b.severity] - ranks[a.severity];

/** Where tools that count from the repository's root find a path of the report. */
export function repositoryPath(path: string, { pathPrefix = "" }: Pick<ReportOptions, "pathPrefix">): string {
  return pathPrefix === "" || pathPrefix === "." ? path : `${pathPrefix.replace(/\/$/, "")}/${path}`;
}
