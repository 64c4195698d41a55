import type { Ignore, Inputs } from "../model/inputs.ts";
import type { Migration } from "../model/migration.ts";
import { spanAt } from "../model/position.ts";
import type { Finding, Unknown } from "../model/report.ts";
import type { Span } from "../model/span.ts";

/** `-- driftgate:ignore <rule-id> <reason>` in a migration. */
interface IgnoreComment {
  readonly path: string;
  readonly line: number;
  /** Line of the first statement line below the run of comments that this one belongs to. */
  readonly governs: number;
  readonly rule: string;
  readonly reason: string;
}

export interface Suppressions {
  /** The reason why the finding does not count; null when it does. `statement` is the whole statement around its span. */
  readonly reasonFor: (finding: Finding, statement: Span | null) => string | null;
  /** Ignores that cannot be honoured. */
  readonly unknowns: readonly Unknown[];
}

const marker = /--[ \t]*driftgate:ignore\b[ \t]*([^\s]*)[ \t]*(.*)$/;

/** Reads the ignores of the configuration and of the pending migrations' comments. */
export function suppressionsOf(inputs: Inputs, ruleIds: ReadonlySet<string>): Suppressions {
  const pending = inputs.migrations.filter(({ state }) => state === "pending");
  const comments = new Map<string, readonly IgnoreComment[]>();
  for (const migration of pending) if (!comments.has(migration.path)) comments.set(migration.path, commentsOf(migration));
  const active = inputs.ignores.filter((ignore) => ruleIds.has(ignore.rule) && !isExpired(ignore, inputs.today));
  return {
    reasonFor: (finding, statement) =>
      active.find((ignore) => matches(ignore, finding))?.reason ?? reasonInComment(comments, finding, statement),
    unknowns: [
      ...inputs.ignores
        .filter(({ rule }) => !ruleIds.has(rule))
        .map(({ rule }) => unknownRule(`The configuration ignores "${rule}"`, null, null)),
      ...Object.keys(inputs.rules)
        .filter((rule) => !ruleIds.has(rule))
        .map((rule) => unknownRule(`The configuration sets the severity of "${rule}"`, null, null)),
      // A file of several migrations is read once.
      ...[...new Map(pending.map((migration) => [migration.path, migration])).values()].flatMap((migration) =>
        complaints(migration, comments.get(migration.path) ?? [], ruleIds),
      ),
    ],
  };
}

function commentsOf({ path, text }: Migration): readonly IgnoreComment[] {
  if (!text.includes("driftgate:ignore")) return [];
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const [whole, rule = "", reason = ""] = marker.exec(line.replace(/\r$/, "")) ?? [];
    if (whole === undefined) return [];
    let next = index;
    while (next < lines.length && /^\s*--/.test(lines[next] ?? "")) next += 1;
    return [{ path, line: index + 1, governs: next + 1, rule, reason: reason.replace(/\*\/\s*$/, "").trim() }];
  });
}

function complaints(migration: Migration, comments: readonly IgnoreComment[], ruleIds: ReadonlySet<string>): readonly Unknown[] {
  return comments.flatMap((comment) => {
    const span = lineSpan(migration, comment.line);
    if (!ruleIds.has(comment.rule)) return [unknownRule(`The comment ignores "${comment.rule}"`, span, migration.id)];
    if (comment.reason !== "") return [];
    const reason = `The comment ignores ${comment.rule} without saying why, so it does not count: write the reason after the rule's name.`;
    return [{ code: "ignore-without-reason", reason, span, migration: migration.id }];
  });
}

function unknownRule(what: string, span: Span | null, migration: string | null): Unknown {
  return { code: "rule-unknown", reason: `${what}, which is no rule: \`driftgate rules\` lists them.`, span, migration };
}

function lineSpan({ path, text }: Migration, line: number): Span {
  const before = text.split("\n", line - 1).reduce((offset, part) => offset + part.length + 1, 0);
  const end = text.indexOf("\n", before);
  return spanAt(path, text, before, end === -1 ? text.length : end);
}

function reasonInComment(
  comments: ReadonlyMap<string, readonly IgnoreComment[]>,
  { ruleId, span }: Finding,
  statement: Span | null,
): string | null {
  if (span === null) return null;
  const spans = statement === null ? [span] : [span, statement];
  const governing = (comments.get(span.path) ?? []).find(
    ({ rule, reason, line, governs }) =>
      rule === ruleId &&
      reason !== "" &&
      spans.some(({ start, end }) => governs === start.line || (line >= start.line && line <= end.line)),
  );
  return governing?.reason ?? null;
}

/** An ignore without a target, or with the relation's or column's name, or with a name that ends in `.*`. */
function matches({ rule, target, path }: Ignore, finding: Finding): boolean {
  if (rule !== finding.ruleId) return false;
  if (path !== null && finding.span?.path !== path) return false;
  if (target === null) return true;
  const column = finding.column === null ? null : `${finding.relation ?? ""}.${finding.column}`;
  return target === finding.relation || target === column;
}

/** Both are ISO dates, which compare as text; the day itself still counts. */
function isExpired({ expires }: Ignore, today: string): boolean {
  return expires !== null && expires < today;
}
