import type { Finding, Report, Severity } from "../model/report.ts";
import { nameOf, streamsOf, topicNameOf } from "./groups.ts";
import type { Stream } from "./groups.ts";
import { listOf } from "../model/words.ts";
import { countOf, untoldUnknowns } from "./words.ts";

/** One of the answers that a report keeps apart, in a line. */
export interface HeadAnswer {
  readonly label: string;
  readonly text: string;
}

const maxNames = 4;

/** What stops the stream, what nobody stops although somebody breaks, the history, what is not understood: those that there are, most urgent first. */
export function headAnswers(report: Report): readonly HeadAnswer[] {
  const { verdict } = report;
  const streams = streamsOf(report);
  const registry = report.checked.registry === null ? "a registry at the usual level" : "the registry";
  const refusing = streams.filter(({ subjects }) => subjects.some((subject) => subject.verdict.outcome === "refused"));
  const refused = new Set(refusing.map(({ table }) => table));
  const stops = verdict.findings.filter(({ answer, relation }) => answer === "registry" && (relation === null || !refused.has(relation)));
  const [sure, unsure] = [stops.filter(({ severity }) => severity === "error"), stops.filter(({ severity }) => severity === "warning")];
  const stopped = new Set(sure.map(({ relation }) => relation));
  const risky = streams.filter((stream) => !refusing.includes(stream) && !stopped.has(stream.table) && isSerious(stream));
  const history = verdict.findings.filter(({ answer, severity }) => answer === "history" && severity !== "note");
  const unknown = verdict.findings.filter(({ answer }) => answer === "unknown").length + untoldUnknowns(verdict).length;
  return [
    ...(refusing.length === 0 ? [] : [{ label: "The stream stops:", text: `${registry} refuses the new schema of ${topicsOf(refusing)}` }]),
    ...(sure.length === 0 ? [] : [{ label: "The stream stops:", text: stoppedBy(report, sure) }]),
    ...(unsure.length === 0 ? [] : [{ label: "The stream may stop:", text: stoppedBy(report, unsure) }]),
    ...(risky.length === 0
      ? []
      : [{ label: "Silent risk:", text: `no registry refuses the change, and yet it breaks somebody: ${topicsOf(risky)}` }]),
    ...(history.length === 0 ? [] : [{ label: "Migration history:", text: filesOf(history) }]),
    ...(unknown === 0 ? [] : [{ label: "Not understood:", text: `${countOf(unknown, "place")}, told below` }]),
  ];
}

/** Whose stream it is: of topics where the finding is of a table, else of connectors. */
function stoppedBy({ impacts }: Report, findings: readonly Finding[]): string {
  const topics = new Map(
    impacts.map((impact) => [nameOf(impact), impact.projectionBefore?.topic ?? impact.projectionAfter?.topic ?? nameOf(impact)]),
  );
  const of = findings.flatMap(({ relation }) => (relation === null ? [] : [topics.get(relation) ?? relation]));
  const connectors = findings.flatMap(({ relation, connector }) => (relation === null && connector !== null ? [connector] : []));
  const whose = [...(of.length === 0 ? [] : [named("topic", of)]), ...(connectors.length === 0 ? [] : [named("connector", connectors)])];
  return whose.length === 0 ? "see below" : `${whose.join(", ")}, told below`;
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
