import type { RelationImpact, SubjectImpact } from "../model/impact.ts";
import { wholeName } from "../model/pattern.ts";
import type { Finding, Report } from "../model/report.ts";
import { groupBy } from "./group-by.ts";
import { isUnregistered } from "./words.ts";

/** Findings of one rule that say the same but for the names in it. */
export interface FindingGroup {
  readonly findings: readonly [Finding, ...Finding[]];
}

/** What was found in one file; path null for what no file causes. */
export interface FileSection {
  readonly path: string | null;
  readonly groups: readonly FindingGroup[];
}

/** Findings by file, in the report's order, equal ones together: ten dropped columns are explained once. */
export function sectionsOf(findings: readonly Finding[]): readonly FileSection[] {
  const files = groupBy(findings, ({ span, migration }) => span?.path ?? migration);
  return [...files].map(([path, inFile]) => ({
    path,
    groups: [...groupBy(inFile, likeness).values()].map((alike) => ({ findings: alike })),
  }));
}

function likeness(finding: Finding): string {
  const { ruleId, severity, answer, why, remedy } = finding;
  return [ruleId, severity, answer, withoutNames(finding, why), withoutNames(finding, remedy)].join("\n");
}

/** The text with the names of the finding and everything in quotes taken out, so that it can be compared with another's. */
function withoutNames({ relation, column, subject, connector }: Finding, text: string): string {
  const table = relation?.slice(relation.lastIndexOf(".") + 1) ?? null;
  const names = [subject, relation, connector, table, column].filter((name): name is string => name !== null && name !== "");
  // A table named event must not be found in "events".
  const masked = names.reduce((rest, name) => rest.replaceAll(wholeName(name, "gu"), "¤"), text);
  return masked.replaceAll(/"[^"]*"|[\w$.-]*¤[\w$.-]*/g, "¤").replaceAll(/¤(?:(?:, | and )¤)+/g, "¤");
}

/** A stream to which something happens, with what is found about it. */
export interface Stream {
  readonly impact: RelationImpact;
  /** Table, before where it exists. */
  readonly table: string;
  readonly topicBefore: string | null;
  readonly topicAfter: string | null;
  /** Subjects to which something happens. */
  readonly subjects: readonly SubjectImpact[];
  /** Accepted by the registry, and yet somebody breaks. */
  readonly risks: readonly Finding[];
  /** A schema of it is refused, if only one in between. */
  readonly isStopped: boolean;
}

/** Streams that the pending migrations touch. */
export function streamsOf({ impacts, verdict }: Report): readonly Stream[] {
  return impacts.flatMap((impact) => {
    const subjects = impact.subjects.filter(isTouched);
    const table = nameOf(impact);
    const risks = verdict.findings.filter(
      ({ answer, relation, connector }) => answer === "risk" && relation === table && concerns(connector, impact),
    );
    if (subjects.length === 0 && risks.length === 0) return [];
    const { projectionBefore, projectionAfter } = impact;
    const isStopped = verdict.findings.some(
      ({ answer, severity, relation, connector }) =>
        answer === "registry" && severity === "error" && relation === table && concerns(connector, impact),
    );
    const topics = { topicBefore: projectionBefore?.topic ?? null, topicAfter: projectionAfter?.topic ?? null };
    return [{ impact, table, ...topics, subjects, risks, isStopped }];
  });
}

export const isTouched = ({ verdict, changes, drift }: SubjectImpact): boolean =>
  verdict.outcome !== "unchanged" || changes.length > 0 || drift !== null;

/** `schema.name` before the migrations; after them for a new table. */
export function nameOf({ before, after }: Pick<RelationImpact, "before" | "after">): string {
  const relation = before ?? after;
  return relation === null ? "" : `${relation.schema}.${relation.name}`;
}

function concerns(connectors: string | null, impact: RelationImpact): boolean {
  return connectors === null || connectors.split(", ").includes(impact.connector);
}

/** A new table: all of its subjects are new, which is never refused; what else is found of it stands with its statement. */
export const isNewStream = ({ subjects, impact }: Stream): boolean =>
  impact.projectionBefore === null && subjects.every(({ verdict }) => verdict.outcome === "new-subject");

/** What is said of new topics together, and apart of those that are refused later on. */
export function newTopics(streams: readonly Stream[]): readonly { readonly streams: readonly Stream[]; readonly words: string }[] {
  const fresh = streams.filter(isNewStream);
  return [
    { streams: fresh.filter(({ isStopped }) => !isStopped), words: "nothing is registered yet, so the first schema is always taken" },
    { streams: fresh.filter(({ isStopped }) => isStopped), words: "the first schema is always taken; a later one is not, as told above" },
  ].filter((group) => group.streams.length > 0);
}

/** The topic as consumers know it: that before, where there is one. */
export const topicNameOf = ({ topicBefore, topicAfter, table }: Stream): string => topicBefore ?? topicAfter ?? table;

/** The schema changes, no level would stop it, and nothing else is found: one line is enough for all such streams. */
export const isHarmless = (stream: Stream): boolean =>
  !isNewStream(stream) &&
  stream.risks.length === 0 &&
  stream.subjects.every(
    ({ verdict, levels, drift, registration }) =>
      drift === null &&
      !isUnregistered(registration) &&
      (verdict.outcome === "accepted" || verdict.outcome === "unchanged") &&
      levels.every(({ compatible }) => compatible),
  );

/** Nothing comes after it: no registry is asked, and what that breaks stands with its statement. */
export const isEnded = ({ topicAfter, subjects }: Stream): boolean =>
  topicAfter === null && subjects.length > 0 && subjects.every(({ verdict, drift }) => verdict.outcome === "silent" && drift === null);

/** Subjects of which the same is to be said, key and value mostly, together. */
export const alike = (subjects: readonly SubjectImpact[]): readonly (readonly [SubjectImpact, ...SubjectImpact[]])[] => [
  ...groupBy(subjects, ({ verdict, levels, drift, backward, forward, part }) =>
    JSON.stringify(verdict.outcome === "refused" ? part : [verdict, levels, drift, backward, forward]),
  ).values(),
];
