import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { Consumer } from "../../src/model/consumer.ts";
import { nearestName } from "../../src/model/near-name.ts";
import { namePattern } from "../../src/model/pattern.ts";

export const consumerReadsNothing: Rule = {
  id: "consumer-reads-nothing",
  title: "A consumer named in driftgate.yml reads a subject that no captured table sends to",
  category: "registry",
  severity: "warning",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: ({ inputs, subjectsSent }) =>
    subjectsSent === null ? [] : (inputs.consumers ?? []).flatMap((consumer) => judge(consumer, subjectsSent)),
};

function judge({ name, subjects }: Consumer, sent: readonly string[]): readonly FindingDraft[] {
  const idle = subjects.filter((subject) => !sent.some((one) => namePattern(subject).test(one)));
  if (idle.length === 0) return [];
  const near = idle.map((subject) => likely(subject, sent)).find((one) => one !== null) ?? null;
  return [
    {
      what: `Consumer ${quote(name)} reads ${listOf(idle.map(quote))}, and no captured table sends there, neither before the migrations nor after.`,
      why: `A subject is named by topic.prefix, schema and table: where one of these is another now, the consumer waits for events that go elsewhere. What it reads there is not checked.`,
      remedy: `${near === null ? "Correct" : `Did you mean ${quote(near)}? Else correct`} the consumer's subjects in driftgate.yml, or give the connector that sends to them as well.`,
      answer: "risk",
      place: null,
      detail: [name, ...idle].join("\n"),
    },
  ];
}

/** The subject of the same table under another topic.prefix, else a name that is nearly the same. */
function likely(subject: string, sent: readonly string[]): string | null {
  const table = /\.([^.]+\.[^.]+)$/.exec(subject)?.[1];
  return sent.find((one) => table !== undefined && one.endsWith(`.${table}`)) ?? nearestName(subject, sent);
}
