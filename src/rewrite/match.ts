import type { Finding } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import type { Hazard } from "./draft.ts";

/** What findings are told by: the relation's names before and after, the column's, and the place. */
export interface Matchable {
  readonly names: readonly string[];
  readonly column: Hazard["column"];
  readonly span?: Span;
}

/** The findings that a rewrite of the change would settle: those of its column, of its statement, and the registry's refusal of the whole. */
export function answered(findings: readonly Finding[], change: Matchable): readonly Finding[] {
  const columns = [change.column.before?.name, change.column.after?.name].filter((name) => name !== undefined);
  return findings.filter((finding) => {
    if (finding.relation === null || !change.names.includes(finding.relation)) return false;
    if (finding.column !== null) return columns.includes(finding.column);
    return finding.ruleId === "subject-refuses" || (change.span !== undefined && overlaps(finding.span, change.span));
  });
}

function overlaps(a: Span | null, b: Span): boolean {
  return a !== null && a.path === b.path && a.start.offset < b.end.offset && b.start.offset < a.end.offset;
}

const reasons: Readonly<Record<string, string>> = {
  "table-dropped": "A dropped table has no additive form: stop its readers and writers, take it out of the connector, then drop it.",
  "table-truncated": "A TRUNCATE has no additive form: DELETE in batches sends the events that consumers need.",
  "primary-key-changed":
    "Another key is another record: no order of steps keeps the key schema, the partitions and compaction. Use a new topic with new subjects.",
  "primary-key-dropped":
    "A table without a key has no additive form: keep the primary key, or make another unique NOT NULL index the key first.",
  "enum-value-renamed": "Consumers match the label itself: add the new label, move the rows, and leave the old label unused.",
  "sql-opaque": "What the statement does is not known, so neither is another way to do it.",
  "sql-syntax-error": "The statement has no meaning to rewrite.",
};

/** Why no rewrite exists for the rule at all. */
export function noRecipe({ ruleId }: Finding): string {
  return (
    reasons[ruleId] ??
    "There is no other SQL that comes to the same without this finding; it is settled by what is said under “what to do”."
  );
}
