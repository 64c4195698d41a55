import type { SubjectImpact } from "../../model/impact.ts";
import { driftWords } from "../drift-words.ts";
import { groupBy } from "../group-by.ts";
import type { Stream } from "../groups.ts";
import { alike, isEnded, isHarmless, isNewStream, newTopics } from "../groups.ts";
import { visible } from "../visible.ts";
import { listOf } from "../../model/words.ts";
import {
  hiddenWords,
  levelsWords,
  messagesOf,
  outcomeWords,
  refusedWords,
  risksTitle,
  shortWords,
  subjectName,
  topicWords,
  unfitFields,
  verdictWords,
} from "../words.ts";
import { heading, labelled } from "./layout.ts";
import type { Page } from "./layout.ts";

/** Per touched topic: what the registry says, and apart from it what breaks although it is accepted. */
export function streamsLines(page: Page, streams: readonly Stream[]): readonly string[] {
  const short = page.options.verbose ? [] : streams.filter(isHarmless);
  const ended = page.options.verbose ? [] : streams.filter(isEnded);
  const unknown = page.options.verbose ? [] : streams.filter(isUnknown);
  const told = streams.filter((stream) => !isNewStream(stream) && ![short, ended, unknown].some((list) => list.includes(stream)));
  const said = new Set<string>();
  return [
    ...told.flatMap((stream) => ["", ...streamLines(page, stream, said)]),
    ...[...groupBy(unknown, unknownWords)].flatMap(([words, same]) =>
      listLines(
        page,
        same,
        ["Topic of which it is not known what the registry says", "Topics of which it is not known what the registry says"],
        words,
      ),
    ),
    ...[...groupBy(ended, silentWords)].flatMap(([words, same]) =>
      listLines(page, same, ["Topic that falls silent", "Topics that fall silent"], words),
    ),
    ...listLines(page, short, ["Topic that changes harmlessly", "Topics that change harmlessly"], harmlessWords(short)),
    ...newTopics(streams).flatMap((fresh) => listLines(page, fresh.streams, ["New topic", "New topics"], fresh.words)),
  ];
}

const silentWords = ({ subjects, risks }: Stream): string =>
  `${subjects.slice(0, 1).map(verdictWords).join("")}, so no registry is asked${risks.length === 0 ? "" : "; what that breaks is told above"}`;

/** Nothing is known of it, for one reason, and nothing else is found. */
const isUnknown = ({ subjects, risks }: Stream): boolean =>
  risks.length === 0 &&
  subjects.length > 0 &&
  subjects.every(({ verdict, drift }) => verdict.outcome === "unknown" && drift === null) &&
  new Set(subjects.map(verdictWords)).size === 1;

const unknownWords = ({ subjects }: Stream): string => subjects.slice(0, 1).map(verdictWords).join("");

const harmlessWords = (streams: readonly Stream[]): string =>
  streams.some(({ subjects }) => subjects.some(({ levels }) => levels.length > 0))
    ? "a new version is registered, which no level would stop"
    : "a new version is registered";

function listLines(page: Page, streams: readonly Stream[], titles: readonly [string, string], words: string): readonly string[] {
  if (streams.length === 0) return [];
  const topics = streams.map(({ topicAfter, topicBefore }) => visible(topicAfter ?? topicBefore ?? ""));
  const shown = page.options.verbose ? topics : topics.slice(0, 8);
  const more = topics.length > shown.length ? ` and ${topics.length - shown.length} more` : "";
  return [
    "",
    heading(page, titles[streams.length === 1 ? 0 : 1]),
    ...labelled(page, "  ", "", `${shown.join(", ")}${more}: ${words.replace(/\.$/, "")}.`),
  ];
}

/** @param said explanations that stand above already; grows */
function streamLines(page: Page, stream: Stream, said: Set<string>): readonly string[] {
  const { subjects, risks } = stream;
  const says = alike(subjects).flatMap((group) => subjectLines(page, group, said));
  const breaks = risks.flatMap((finding) => labelled(page, "    ", "- ", shortWords(finding)));
  return [
    heading(page, `Topic ${visible(topicWords(stream))}`) +
      page.paint.dim(`  table ${visible(stream.table)}, connector ${visible(stream.impact.connector)}`),
    ...(says.length === 0 ? [] : ["  What the registry says", ...says]),
    ...(breaks.length === 0 ? [] : [`  ${risksTitle(stream)}`, ...breaks]),
  ];
}

function subjectLines(page: Page, subjects: readonly [SubjectImpact, ...SubjectImpact[]], said: Set<string>): readonly string[] {
  const [subject] = subjects;
  const { verdict, levels, drift } = subject;
  const { paint, options } = page;
  const style = {
    refused: paint.bad,
    unknown: paint.doubtful,
    silent: paint.doubtful,
    accepted: paint.good,
    "not-protected": paint.doubtful,
    "new-subject": paint.good,
    unchanged: paint.dim,
  }[verdict.outcome];
  const refused = verdict.outcome === "refused";
  const stops = levelsWords(levels);
  const inner = options.verbose ? [...subject.backward, ...subject.forward] : [];
  return [
    `    ${paint.dim(
      subjects
        .map(({ part }) => part)
        .join(" and ")
        .padEnd(5),
    )} ${visible(listOf(subjects.map(subjectName)))}: ${style(outcomeWords[verdict.outcome])}`,
    ...labelled(page, "          ", "", firstOrShort(said, verdictWords(subject), shortVerdict(verdict))),
    ...(refused ? messageLines(page, subject, verdict.messages, said) : []),
    ...(stops !== null && (refused || verdict.outcome === "accepted" || options.verbose)
      ? labelled(page, "          ", "Levels: ", stops)
      : []),
    ...(drift === null ? [] : labelled(page, "          ", "Drift: ", driftWords(drift))),
    ...inner.flatMap(({ type, path, message }) => labelled(page, "          ", "Detail: ", `${type} at ${path}: ${message}`)),
  ];
}

function shortVerdict(verdict: SubjectImpact["verdict"]): string | null {
  if (verdict.outcome === "refused") return refusedWords(verdict);
  return verdict.outcome === "unknown" ? "for the reason above" : null;
}

/** The words in full the first time, the short ones after that. */
function firstOrShort(said: Set<string>, full: string, short: string | null): string {
  const known = said.has(full);
  said.add(full);
  return known && short !== null ? short : full;
}

/** The registry's own words are not wrapped, so that they can be searched for; what it adds to them, the old schema, is long. */
function messageLines(page: Page, subject: SubjectImpact, messages: readonly string[], said: Set<string>): readonly string[] {
  const { paint, options } = page;
  const { reasons, context } = messagesOf(messages);
  const shown = options.verbose ? [...reasons, ...context] : reasons.slice(0, 4);
  const known = shown.every((message) => said.has(message)) && !options.verbose;
  for (const message of shown) said.add(message);
  const title = "Why it is refused:";
  const more = reasons.length > shown.length ? [`            ${paint.dim(`… ${reasons.length - shown.length} more (--verbose)`)}`] : [];
  const words = hiddenWords(reasons, subject);
  const fields = words === null ? [] : unfitFields(subject).map((field) => visible(`"${field}"`));
  if (known) return [`          ${paint.dim(`${title} the same as above${fields.length === 0 ? "" : `, about ${listOf(fields)}`}`)}`];
  return [
    `          ${paint.dim(title)}`,
    ...shown.map((message) => `            ${visible(message)}`),
    ...more,
    ...(words === null ? [] : labelled(page, "          ", "That is: ", words)),
  ];
}
