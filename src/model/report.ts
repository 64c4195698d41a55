import type { Change } from "./impact.ts";
import type { Span } from "./span.ts";
import type { Certainty } from "./step.ts";
import type { RelationImpact, SubjectImpact } from "./impact.ts";
import type { Migration } from "./migration.ts";

/** SARIF's result levels. */
export type Severity = "error" | "warning" | "note";

export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** One sentence: what happens, with the user's names. */
  readonly what: string;
  /** Who breaks and how. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
  /** The statement or sub-command; null where no file is the cause. */
  readonly span: Span | null;
  readonly migration: string | null;
  /** `schema.name` before the migration (after it for a new one). */
  readonly relation: string | null;
  readonly column: string | null;
  readonly subject: string | null;
  readonly connector: string | null;
  /** "registry": the registry or the pipeline stops; "risk": all is accepted and somebody breaks; "history": the migration files themselves; "unknown": not understood. */
  readonly answer: "registry" | "risk" | "history" | "unknown";
  readonly certainty: Certainty;
  readonly changes: readonly Change[];
  /** Stable over line shifts: a hash-like text of rule, relation, column, subject. */
  readonly fingerprint: string;
}

/** What was not understood and therefore keeps the verdict from being "pass". */
export interface Unknown {
  /** Stable code: "sql-refused", "extension-missing", "registry-unavailable", "transform-unsupported" … */
  readonly code: string;
  readonly reason: string;
  readonly span: Span | null;
  readonly migration: string | null;
}

export interface SuppressedFinding {
  readonly finding: Finding;
  readonly reason: string;
}

export type Outcome = "pass" | "fail" | "unknown";

export interface Verdict {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly unknowns: readonly Unknown[];
  readonly counts: Readonly<Record<Severity | "suppressed" | "unknown", number>>;
}

export interface RewriteFile {
  /** Path to write, in the tool's own naming, relative to the working directory. */
  readonly path: string;
  readonly sql: string;
}

export interface Phase {
  readonly name: "expand" | "migrate" | "contract";
  readonly files: readonly RewriteFile[];
  /** What must be true before the next phase, in words. */
  readonly gate: string;
}

/** An additive way to the same catalog. */
export interface Rewrite {
  readonly recipe: string;
  /** Fingerprints of the findings it answers. */
  readonly findings: readonly string[];
  /** Path and span of the statement or sub-command that it replaces. */
  readonly replaces: Span;
  readonly migration: string;
  readonly phases: readonly Phase[];
  readonly notes: readonly string[];
}

/** The reason in Report.noRewrite that adds nothing to a finding's own remedy; pages for people leave it out. */
export const noOtherSql = "no other SQL comes to the same without this finding";

/** What the verdict stands on, for the reader; no secrets. */
export interface Checked {
  /** Pending statements that were looked at. */
  readonly statements: number;
  /** Names of the connectors. */
  readonly connectors: readonly string[];
  /** Tables of which the connectors make a stream, after the migrations. */
  readonly streams: number;
  /** Where subjects came from: the URL of a registry, also where a folder pulled from it stood for it, or a folder; null when no registry was given. */
  readonly registry: string | null;
  /** Major version; null when it is not known. */
  readonly postgresVersion: number | null;
}

/** The whole result of a check, ready to be rendered; pure data. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "driftgate"; readonly version: string };
  readonly checked: Checked;
  readonly verdict: Verdict;
  readonly migrations: readonly Migration[];
  readonly impacts: readonly RelationImpact[];
  readonly subjects: readonly SubjectImpact[];
  readonly rewrites: readonly Rewrite[];
  /** Findings for which no recipe exists, with the reason, by fingerprint. */
  readonly noRewrite: Readonly<Record<string, string>>;
  /** Said at the top of a report: assumptions such as "no connector configuration was given". */
  readonly assumptions: readonly string[];
}
