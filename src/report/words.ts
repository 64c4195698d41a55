import type { Change, LevelVerdict, RegistryVerdict, SubjectImpact } from "../model/impact.ts";
import type { Migration } from "../model/migration.ts";
import type { Finding, Report, Severity, Unknown } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import type { CompatibilityLevel } from "../model/subject.ts";
import { listOf } from "../model/words.ts";
import { groupBy } from "./group-by.ts";

/** `1 error`, `2 errors`. */
export const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `path:line:column`, which editors and terminals make a link. */
export const placeOf = ({ path, start }: Span): string => `${path}:${start.line}:${start.column}`;

const answers: Readonly<Record<Finding["answer"], string>> = {
  registry: "stops the stream",
  risk: "breaks consumers or applications",
  history: "migration history",
  unknown: "not understood",
};

/** What a finding means for its reader, who need not know the parts. */
export function answerWords({ answer, severity }: Finding): string {
  if (severity === "note" && answer !== "unknown") return "good to know";
  return severity === "warning" && answer === "registry" ? "may stop the stream" : answers[answer];
}

/** What a finding is about, in short: `"note": column-dropped`. */
export const shortWords = ({ column, ruleId, span }: Finding): string =>
  `${column === null ? "" : `"${column}": `}${ruleId}${span === null ? "" : `, line ${span.start.line} of ${span.path}`}`;

/** What a level demands, in words. "Old" and "new" are the schema before and after the migration. */
export const levelWords: Readonly<Record<CompatibilityLevel, string>> = {
  NONE: "anything is taken",
  BACKWARD: "who reads with the new schema must be able to read the latest old data",
  BACKWARD_TRANSITIVE: "who reads with the new schema must be able to read all old data",
  FORWARD: "who still reads with the latest old schema must be able to read new data",
  FORWARD_TRANSITIVE: "who still reads with any old schema must be able to read new data",
  FULL: "old and new schema must be able to read each other's data",
  FULL_TRANSITIVE: "the new schema and every old one must be able to read each other's data",
};

const origins: Readonly<Record<string, string>> = {
  subject: "set on the subject",
  global: "the registry's global level",
  default: "the registry's default, as none is set",
  "default: no registry was given": "assumed, as no registry was given",
};

/** `BACKWARD (set on the subject)`. */
export const levelOf = ({ level, origin }: { readonly level: CompatibilityLevel; readonly origin: string }): string =>
  `${level} (${origins[origin] ?? origin})`;

export const outcomeWords: Readonly<Record<RegistryVerdict["outcome"], string>> = {
  unchanged: "unchanged",
  accepted: "accepted",
  refused: "refused",
  "not-protected": "not protected",
  "new-subject": "new subject",
  silent: "silent",
  unknown: "unknown",
};

/** One sentence, without the outcome itself: what the registry does and why. */
export function verdictWords({ verdict, changes, registration }: Pick<SubjectImpact, "verdict" | "changes" | "registration">): string {
  switch (verdict.outcome) {
    case "unchanged":
      return "the same schema as before: nothing is registered";
    case "accepted":
      if (isUnregistered(registration))
        return `level ${levelOf(verdict)} would take the new schema; the connector does not register it itself`;
      return isOnlyLabels(changes)
        ? `nothing is registered until the connector is restarted: a running one goes on with the enum's labels that it read at its start; level ${levelOf(verdict)} allows the new ones`
        : `a new version is registered, which level ${levelOf(verdict)} allows`;
    case "refused":
      return verdict.cause === undefined
        ? `level ${levelOf(verdict)}: ${levelWords[verdict.level]}. ${refusedWords(verdict)}`
        : refusedWords(verdict);
    case "not-protected":
      return `${verdict.reason}, so it takes any schema`;
    case "new-subject":
      return "it has no version yet: the first one is always taken";
    case "silent":
      return `nothing is sent here any more: ${verdict.reason}`;
    case "unknown":
      return verdict.reason;
    default:
      return verdict satisfies never;
  }
}

/** The connector leaves it to somebody else to register the new schema, and nobody has. */
export const isUnregistered = (registration: SubjectImpact["registration"]): boolean =>
  registration !== undefined && registration !== null && registration.version === null;

/** PostgreSQL tells a running connector of new columns and types, and not of an enum's new labels. */
const isOnlyLabels = (changes: readonly Change[]): boolean =>
  changes.length > 0 &&
  changes.every(({ kind, after }) => kind === "parameters-changed" && typeof after === "object" && after?.name === "io.debezium.data.Enum");

/** What does not fit, without what the level demands. */
export function refusedWords({ version, cause }: Pick<Refused, "version" | "cause">): string {
  if (cause === "mode") return "In its mode the subject takes no new schema, whatever the level.";
  if (cause === "schema") return "The registry takes no such schema, whatever the level.";
  return version === null
    ? "The schema before the migration and the new one do not fit."
    : `Version ${version} and the new schema do not fit.`;
}

type Refused = Extract<RegistryVerdict, { outcome: "refused" }>;

// Context that a registry adds after its reasons: the whole old schema, its version, the level.
const context = /^\{(?:oldSchemaVersion|oldSchema|validateFields|compatibility): /;

/** The registry's reasons, word for word, apart from the context that it adds to them. */
export function messagesOf(messages: readonly string[]): { readonly reasons: readonly string[]; readonly context: readonly string[] } {
  return { reasons: messages.filter((message) => !context.test(message)), context: messages.filter((message) => context.test(message)) };
}

/** Which of the seven levels would stop the new schema, and which not; null when nothing was compared. */
export function levelsWords(levels: readonly LevelVerdict[]): string | null {
  if (levels.length === 0) return null;
  const stops = levels.filter(({ compatible }) => !compatible).map(({ level }) => level);
  if (stops.length === 0) return "no level would stop it";
  const passes = levels.filter(({ compatible }) => compatible).map(({ level }) => level);
  if (passes.length <= 1) return `every level ${passes.length === 0 ? "" : `but ${listOf(passes)} `}would stop it`;
  return `${listOf(shortened(stops))} would stop it; ${listOf(shortened(passes))} would take it`;
}

/** `BACKWARD, BACKWARD_TRANSITIVE, FULL, FULL_TRANSITIVE` as `BACKWARD, FULL and their transitive forms`. */
function shortened(levels: readonly CompatibilityLevel[]): readonly string[] {
  const plain = levels.filter((level) => !level.endsWith("_TRANSITIVE"));
  const paired = plain.filter((level) => levels.some((other) => other === `${level}_TRANSITIVE`));
  if (paired.length === 0 || paired.length !== levels.length - plain.length) return levels;
  return [...plain, paired.length === 1 ? `${listOf(paired)}_TRANSITIVE` : "their transitive forms"];
}

// What an event's value schema says of a row it cannot read: the row before (/fields/0) and after (/fields/1) is "null or a record".
const hidden = /path '\/fields\/[01]\/type\/\d+'|at \/fields\/[01]\/type\/\d+/;

/** Why the registry's answer names no column, and where the cause stands; null when it needs no words. */
export function hiddenWords(messages: readonly string[], subject: Pick<SubjectImpact, "verdict" | "backward" | "forward">): string | null {
  if (!messages.some((message) => hidden.test(message))) return null;
  const fields = unfitFields(subject);
  const which =
    fields.length === 0
      ? "The one that does not fit is told under subject-refuses."
      : `It is about ${listOf(fields.map((field) => `"${field}"`))}; subject-refuses tells why.`;
  return `/fields/0 and /fields/1 are the row before and after the change, which an event wraps in a union, so the answer names no column. ${which}`;
}

/** Fields of the row that do not fit in the direction, or the two, that the level asks for. */
export function unfitFields({ verdict, backward, forward }: Pick<SubjectImpact, "verdict" | "backward" | "forward">): readonly string[] {
  if (verdict.outcome !== "refused") return [];
  const asked = [...(verdict.level.startsWith("FORWARD") ? [] : backward), ...(verdict.level.startsWith("BACKWARD") ? [] : forward)];
  return [...new Set(asked.flatMap(({ field }) => field ?? []))];
}

/** The subject's name, or both where the migration changes it. */
export function subjectName({ subjectBefore, subjectAfter, part }: SubjectImpact): string {
  if (subjectBefore !== null && subjectAfter !== null && subjectBefore !== subjectAfter) return `${subjectBefore} → ${subjectAfter}`;
  return subjectAfter ?? subjectBefore ?? `(no ${part} subject)`;
}

export const pendingOf = ({ migrations }: Report): readonly Migration[] => migrations.filter(({ state }) => state === "pending");

/** What was looked at: `2 pending migrations (5 statements)`. */
export function scopeWords(report: Report): string {
  const pending = countOf(pendingOf(report).length, "pending migration");
  return `${pending} (${countOf(report.checked.statements, "statement")})`;
}

/** What it was compared with: `27 streams of connector shop and the subjects in ingestion/subjects`. */
export function againstWords({ checked }: Report): string {
  const { connectors, streams, registry } = checked;
  const named = connectors.length === 0 ? "" : ` of ${connectors.length === 1 ? "connector" : "connectors"} ${listOf(connectors)}`;
  return `${countOf(streams, "stream")}${named} and ${registry === null ? "the schemas before the migration (no registry was given)" : `the subjects of ${registry}`}`;
}

const placeKey = ({ path, start }: Span): string => `${path}:${start.offset}`;

/** Unknowns that no finding tells of already: a statement that was not understood is one thing, not two. */
export function untoldUnknowns({ findings, unknowns }: Report["verdict"]): readonly Unknown[] {
  const told = new Set(findings.flatMap(({ answer, span }) => (answer === "unknown" && span !== null ? [placeKey(span)] : [])));
  return unknowns.filter(({ span }) => span === null || !told.has(placeKey(span)));
}

/** `2 errors, 1 warning, 3 not understood`; empty when there is nothing. */
export function countWords({ verdict }: Report): string {
  const { findings, counts } = verdict;
  const of = (wanted: Severity): number => findings.filter(({ severity, answer }) => severity === wanted && answer !== "unknown").length;
  const unknown = findings.filter(({ answer }) => answer === "unknown").length + untoldUnknowns(verdict).length;
  const parts = [
    of("error") > 0 ? countOf(of("error"), "error") : "",
    of("warning") > 0 ? countOf(of("warning"), "warning") : "",
    of("note") > 0 ? countOf(of("note"), "note") : "",
    unknown > 0 ? `${unknown} not understood` : "",
    counts.suppressed > 0 ? `${counts.suppressed} accepted by you` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The verdict in one sentence. */
export function verdictSentence(report: Report): string {
  const counts = countWords(report);
  const scope = scopeWords(report);
  switch (report.verdict.outcome) {
    case "pass":
      if (pendingOf(report).length === 0) return "pass: no pending migration, so there is nothing to check";
      return `pass: ${scope} checked against ${againstWords(report)}; ${counts === "" ? "nothing breaks" : counts}`;
    case "fail":
      return `fail: ${counts} in ${scope}`;
    case "unknown":
      return `unknown: ${counts} in ${scope}; what is not understood is not called safe`;
    default:
      return report.verdict.outcome satisfies never;
  }
}

export interface UnknownGroup {
  readonly code: string;
  readonly reason: string;
  readonly unknowns: readonly Unknown[];
}

/** Unknowns with the same reason together. */
export function unknownGroups(unknowns: readonly Unknown[]): readonly UnknownGroup[] {
  const groups = groupBy(unknowns, ({ code, reason }) => `${code}\u0000${reason}`);
  return [...groups.values()].map((alike) => ({ code: alike[0].code, reason: alike[0].reason, unknowns: alike }));
}

/** Heads what breaks besides the registry's answer: "accepted" only where something was asked of it and taken. */
export function risksTitle({ subjects }: { readonly subjects: readonly SubjectImpact[] }): string {
  if (subjects.some(({ verdict }) => verdict.outcome === "refused")) return "What breaks besides";
  return subjects.some(({ verdict }) => taken.has(verdict.outcome)) ? "What breaks although it is accepted" : "What breaks all the same";
}

const taken: ReadonlySet<RegistryVerdict["outcome"]> = new Set(["accepted", "not-protected", "new-subject"]);

/** The topic's name, or both where the migration changes it. */
export function topicWords({
  topicBefore,
  topicAfter,
}: {
  readonly topicBefore: string | null;
  readonly topicAfter: string | null;
}): string {
  if (topicBefore !== null && topicAfter !== null && topicBefore !== topicAfter) return `${topicBefore} → ${topicAfter}`;
  return topicAfter ?? topicBefore ?? "(none)";
}
