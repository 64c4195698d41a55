import { capitalized } from "../../model/words.ts";
import type { LevelVerdict, RegistryVerdict, SubjectImpact } from "../../model/impact.ts";
import { driftWords } from "../drift-words.ts";
import { fieldRows } from "../fields.ts";
import type { FieldRow, FieldSide, FieldState } from "../fields.ts";
import { isEnded, isHarmless, isNewStream, newTopics } from "../groups.ts";
import type { Stream } from "../groups.ts";
import {
  countOf,
  hiddenWords,
  levelWords,
  messagesOf,
  outcomeWords,
  risksTitle,
  shortWords,
  subjectName,
  topicWords,
  verdictWords,
} from "../words.ts";
import { markup, nothing, when } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Numbered } from "./numbers.ts";

/** Per topic: the fields before and after, what the registry says, and what breaks besides. */
export function streamsPart(streams: readonly Stream[], numbers: Numbered): Markup {
  if (streams.length === 0) return nothing;
  const harmless = streams.filter(isHarmless);
  const ended = streams.filter((stream) => !isNewStream(stream) && isEnded(stream));
  const changed = streams.filter((stream) => !isNewStream(stream) && ![harmless, ended].some((list) => list.includes(stream)));
  return markup`<h2 id="topics">What happens to the stream</h2>
${changed.map((stream) => streamView(stream, numbers))}${when(ended.length > 0, () => markup`<h3>Topics that fall silent</h3><p>No registry is asked; what that breaks is told with the statement.</p>${ended.map((stream) => endedView(stream, numbers))}`)}${when(harmless.length > 0, () => markup`<h3>Topics that change harmlessly</h3><p>A new version is registered for each, which no compatibility level would stop.</p>${harmless.map((stream) => markup`<details><summary><code>${topicWords(stream)}</code></summary>${fieldTable(stream)}</details>`)}`)}${newTopics(streams).map(({ streams: fresh, words }) => markup`<h3>New topics</h3><p>${capitalized(words)}.</p>${fresh.map((stream) => markup`<details><summary><code>${topicWords(stream)}</code></summary>${fieldTable(stream)}</details>`)}`)}`;
}

function endedView(stream: Stream, numbers: Numbered): Markup {
  return markup`<details><summary><code>${topicWords(stream)}</code> <span class="soft">${stream.subjects.slice(0, 1).map(verdictWords).join("")}</span></summary>${streamView(stream, numbers)}</details>
`;
}

function streamView(stream: Stream, numbers: Numbered): Markup {
  const { subjects, risks, table, impact } = stream;
  const anchors = new Map(numbers.findings.map(({ finding, anchor }) => [finding, anchor]));
  return markup`<section><h3>Topic <code>${topicWords(stream)}</code></h3>
<p class="soft">Table <code>${table}</code>, connector ${impact.connector}</p>
${fieldTable(stream)}
${when(subjects.length > 0, () => markup`<h4>What the registry says</h4>${subjects.map(subjectView)}`)}${when(risks.length > 0, () => markup`<h4>${risksTitle(stream)}</h4><ul>${risks.map((finding) => markup`<li><a href="#${anchors.get(finding) ?? "findings"}">${shortWords(finding)}</a></li>`)}</ul>`)}</section>
`;
}

const stateWords: Readonly<Record<FieldState, string>> = {
  same: "",
  added: "added",
  removed: "removed",
  renamed: "renamed",
  changed: "changed",
  hidden: "no longer sent",
  shown: "now sent",
};

function fieldTable({ impact, table }: Stream): Markup {
  const rows = fieldRows(impact);
  const changed = rows.filter(({ state }) => state !== "same");
  const same = rows.filter(({ state }) => state === "same");
  if (rows.length === 0) return nothing;
  const isNew = changed.every(({ before }) => before === null) && same.length === 0;
  return markup`${when(changed.length > 0, () => tableOf(changed, isNew ? "Fields" : "Fields that change", table))}${when(changed.length === 0, () => markup`<p>No field changes.</p>`)}${when(same.length > 0, () => markup`<details><summary>${countOf(same.length, "field")} unchanged</summary>${tableOf(same, "Unchanged fields", table)}</details>`)}`;
}

function tableOf(rows: readonly FieldRow[], caption: string, table: string): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${`${caption} of ${table}`}"><table><caption>${caption}</caption><thead><tr><th scope="col"></th><th scope="col">Field</th><th scope="col">PostgreSQL type</th><th scope="col">What consumers read</th><th scope="col">May be null</th><th scope="col">Default</th></tr></thead><tbody>${rows.map(fieldRow)}</tbody></table></div>`;
}

const sent = (side: FieldSide, text: string): string => (side.field === null ? "–" : text);

function fieldRow({ state, before, after }: FieldRow): Markup {
  const cell = (of: (side: FieldSide) => string): Markup => {
    const [old, now] = [before === null ? null : of(before), after === null ? null : of(after)];
    if (old === now || before === null || after === null)
      return before !== null && after === null ? markup`<del>${old ?? ""}</del>` : markup`${now ?? old ?? ""}`;
    return markup`<del>${old ?? ""}</del><br><ins>${now ?? ""}</ins>`;
  };
  return markup`<tr><td>${when(state !== "same", () => markup`<span class="badge ${state}">${stateWords[state]}</span>`)}</td><td>${cell(({ field, column, inKey }) => `${field ?? column}${inKey ? " (key)" : ""}`)}</td><td>${cell(({ type }) => type)}</td><td class="wide">${cell((side) => side.words ?? `not sent${side.omitted === null ? "" : `: ${side.omitted}`}`)}</td><td>${cell((side) => sent(side, side.optional ? "yes" : "no"))}</td><td>${cell((side) => sent(side, side.default ?? "none"))}</td></tr>
`;
}

function subjectView(subject: SubjectImpact): Markup {
  const { verdict, part, levels, drift } = subject;
  return markup`<p><span class="badge ${verdict.outcome}">${outcomeWords[verdict.outcome]}</span> ${part} subject <code>${subjectName(subject)}</code>: ${verdictWords(subject)}</p>
${messagesView(subject)}${when(levels.length > 0 && verdict.outcome !== "unchanged", () => levelList(levels, verdict))}${drift === null ? nothing : markup`<p><strong>Drift:</strong> ${driftWords(drift)}</p>`}`;
}

function messagesView(subject: SubjectImpact): Markup {
  const { verdict } = subject;
  if (verdict.outcome !== "refused" || verdict.messages.length === 0) return nothing;
  const { reasons, context } = messagesOf(verdict.messages);
  const words = hiddenWords(reasons, subject);
  return markup`<details open><summary>Why it is refused</summary>${messageBlock(reasons)}${when(words !== null, () => markup`<p class="soft">${words ?? ""}</p>`)}${when(context.length > 0, () => markup`<details><summary>What the registry adds to that</summary>${messageBlock(context)}</details>`)}</details>
`;
}

const messageBlock = (messages: readonly string[]): Markup =>
  markup`<div class="code"><pre class="plain" tabindex="0"><code>${messages.join("\n")}</code></pre></div>`;

function levelList(levels: readonly LevelVerdict[], verdict: RegistryVerdict): Markup {
  if (levels.every(({ compatible }) => compatible)) return markup`<p class="soft">No compatibility level would stop it.</p>`;
  const inForce = "level" in verdict ? verdict.level : null;
  const items = levels.map(
    ({ level, compatible }) =>
      markup`<li><span class="badge ${compatible ? "accepted" : "refused"}" title="${levelWords[level]}">${level}: ${compatible ? "takes it" : "stops it"}${level === inForce ? " (in force)" : ""}</span></li>`,
  );
  return markup`<p class="soft">What each compatibility level would do:</p><ul class="levels">${items}</ul>`;
}
