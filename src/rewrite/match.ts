import { noOtherSql } from "../model/report.ts";
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
  "table-truncated": "a TRUNCATE sends no events, in whatever steps; DELETE in batches does",
  "primary-key-changed": "no order of steps keeps the record key, the partitions and compaction: another key is another record",
  "enum-value-renamed": "consumers match the label itself, however it is renamed",
};

/** Why no rewrite exists for the rule at all. */
export function noRecipe({ ruleId, severity }: Finding): string {
  // A key where there was none, which is a warning, can be had without steps.
  if (ruleId === "primary-key-changed" && severity !== "error") return noOtherSql;
  return reasons[ruleId] ?? noOtherSql;
}
