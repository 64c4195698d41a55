import type { Finding, Report, Severity } from "../model/report.ts";
import { streamsOf, topicNameOf } from "./groups.ts";
import type { Stream } from "./groups.ts";
import { countOf, listOf, untoldUnknowns } from "./words.ts";

/** One of the answers that a report keeps apart, in a line. */
export interface HeadAnswer {
  readonly label: string;
  readonly text: string;
}

const maxNames = 4;

/** What the registry stops, what it takes although somebody breaks, the history, what is not understood: those that there are, most urgent first. */
export function headAnswers(report: Report): readonly HeadAnswer[] {
  const { verdict } = report;
  const streams = streamsOf(report);
  const registry = report.checked.registry === null ? "a registry at the usual level" : "the registry";
  const refusing = streams.filter(({ subjects }) => subjects.some((subject) => subject.verdict.outcome === "refused"));
  const risky = streams.filter((stream) => !refusing.includes(stream) && isSerious(stream));
  const history = verdict.findings.filter(({ answer, severity }) => answer === "history" && severity !== "note");
  const unknown = verdict.findings.filter(({ answer }) => answer === "unknown").length + untoldUnknowns(verdict).length;
  return [
    ...(refusing.length === 0 ? [] : [{ label: "The stream stops:", text: `${registry} refuses the new schema of ${topicsOf(refusing)}` }]),
    ...(risky.length === 0
      ? []
      : [{ label: "Silent risk:", text: `nothing refuses the change, and yet it breaks somebody: ${topicsOf(risky)}` }]),
    ...(history.length === 0 ? [] : [{ label: "Migration history:", text: filesOf(history) }]),
    ...(unknown === 0 ? [] : [{ label: "Not understood:", text: `${countOf(unknown, "place")}, told below` }]),
  ];
}

const serious: ReadonlySet<Severity> = new Set(["error", "warning"]);
const isSerious = ({ risks }: Stream): boolean => risks.some(({ severity }) => serious.has(severity));

const topicsOf = (streams: readonly Stream[]): string => named("topic", streams.map(topicNameOf));

const filesOf = (findings: readonly Finding[]): string =>
  `${named(
    "file",
    findings.flatMap(({ span, migration }) => span?.path ?? migration ?? []),
  )} will not be applied as it was checked`;

function named(noun: string, all: readonly string[]): string {
  const names = [...new Set(all)];
  const shown = names.length > maxNames ? [...names.slice(0, maxNames - 1), `${names.length - maxNames + 1} more`] : names;
  return `${noun}${names.length === 1 ? "" : "s"} ${listOf(shown)}`;
}
