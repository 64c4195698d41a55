import { InternalError } from "../errors.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Finding, Outcome, Severity, SuppressedFinding, Unknown, Verdict } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import { contextOf } from "./context.ts";
import type { JudgeInput } from "./context.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { FindingDraft, Rule, RuleContext } from "./rule.ts";
import { suppressionsOf } from "./suppress.ts";
import { unknownsOf } from "./unknowns.ts";

export type { JudgeInput } from "./context.ts";

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/**
 * Runs the rules over the net effect of the pending migrations and weighs what they find.
 * fail: a finding at or above `failOn` (with "never", at "error": the exit code alone is then 0); unknown: something was not understood; else pass.
 * @throws InternalError when a rule throws, naming the rule.
 */
export function judge(input: JudgeInput, rules: readonly Rule[]): Verdict {
  const context = contextOf(input);
  const { inputs } = input;
  const all = inOrder(unique(rules.flatMap((rule) => run(rule, context))), inputs);
  const suppressions = suppressionsOf(inputs, new Set(rules.map(({ id }) => id)));
  const findings: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const { finding, statement } of all) {
    const reason = suppressions.reasonFor(finding, statement);
    if (reason === null) findings.push(finding);
    else suppressed.push({ finding, reason });
  }
  const unknowns = [...unknownsOf(context).filter((unknown) => !isAccepted(unknown, suppressed)), ...suppressions.unknowns];
  return {
    outcome: outcomeOf(findings, unknowns, inputs.failOn),
    findings,
    suppressed,
    unknowns,
    counts: count(findings, suppressed, unknowns),
  };
}

interface Placed {
  readonly finding: Finding;
  /** Span of the whole statement; null where the finding has none. */
  readonly statement: Span | null;
}

function run(rule: Rule, context: RuleContext): readonly Placed[] {
  const setting = context.inputs.rules[rule.id]?.severity;
  if (setting === "off") return [];
  try {
    return rule.check(context).map((draft) => place(draft, rule, setting ?? draft.severity ?? rule.severity, context));
  } catch (cause) {
    throw new InternalError(`The rule ${rule.id} failed`, { cause });
  }
}

function place(draft: FindingDraft, rule: Rule, severity: Severity, { steps, inputs }: RuleContext): Placed {
  const { what, why, remedy, answer } = draft;
  const at = draft.place ?? null;
  const step = at?.step === null || at === null ? undefined : steps[at.step];
  const { relation = null, column = null, subject = null, connector = null, changes = [], detail = "" } = draft;
  const migration = step?.migration ?? migrationAt(inputs, at?.span ?? null);
  const finding: Finding = {
    ruleId: rule.id,
    severity,
    what,
    why,
    remedy,
    span: at?.span ?? null,
    migration,
    relation,
    column,
    subject,
    connector,
    answer,
    certainty: step?.certainty ?? "executed",
    changes,
    fingerprint: fingerprintOf([rule.id, relation ?? "", column ?? "", subject ?? "", detail]),
  };
  return { finding, statement: step?.statement.span ?? null };
}

/** The migration whose file, and in a file of several whose part, holds the span. */
function migrationAt({ migrations }: Inputs, span: Span | null): string | null {
  if (span === null) return null;
  const inFile = migrations.filter(({ path }) => path === span.path);
  const around = inFile.findLast(({ pieces }) => pieces.some(({ start }) => start <= span.start.offset));
  return (around ?? inFile[0])?.id ?? null;
}

/** One finding per rule, relation, column and subject: the first. */
function unique(all: readonly Placed[]): readonly Placed[] {
  const seen = new Set<string>();
  return all.filter(({ finding: { fingerprint } }) => !seen.has(fingerprint) && seen.add(fingerprint));
}

/** A connector that does not start comes first; what else is to be said of its file comes after the migrations. */
function outside({ severity, connector, span }: Finding): number {
  return span === null || (connector !== null && severity !== "error") ? Number.MAX_SAFE_INTEGER : -1;
}

/** By migration order, then place in the file; findings without a place last, in the order of the rules. */
function inOrder(all: readonly Placed[], { migrations }: Inputs): readonly Placed[] {
  const orders = new Map(migrations.map(({ id, order }) => [id, order]));
  const keyOf = ({ finding }: Placed): readonly [number, number] => [
    finding.migration === null ? outside(finding) : (orders.get(finding.migration) ?? -1),
    finding.span?.start.offset ?? Number.MAX_SAFE_INTEGER,
  ];
  return all
    .map((placed) => ({ placed, key: keyOf(placed) }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1])
    .map(({ placed }) => placed);
}

/** An unknown at a place where the user accepted the finding that tells of it. */
function isAccepted(unknown: Unknown, suppressed: readonly SuppressedFinding[]): boolean {
  const { span } = unknown;
  return (
    span !== null &&
    suppressed.some(
      ({ finding }) => finding.answer === "unknown" && finding.span?.path === span.path && finding.span.start.offset === span.start.offset,
    )
  );
}

function outcomeOf(findings: readonly Finding[], unknowns: readonly Unknown[], failOn: Inputs["failOn"]): Outcome {
  const limit = rank[failOn === "never" ? "error" : failOn];
  if (findings.some(({ severity, answer }) => answer !== "unknown" && rank[severity] >= limit)) return "fail";
  return unknowns.length > 0 || findings.some(({ answer }) => answer === "unknown") ? "unknown" : "pass";
}

function count(findings: readonly Finding[], suppressed: readonly SuppressedFinding[], unknowns: readonly Unknown[]): Verdict["counts"] {
  const of = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return { error: of("error"), warning: of("warning"), note: of("note"), suppressed: suppressed.length, unknown: unknowns.length };
}
