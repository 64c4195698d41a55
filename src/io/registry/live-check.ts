import type { JsonValue } from "../../model/json.ts";
import type { CompatibilityLevel, LiveVerdict, SubjectVersion } from "../../model/subject.ts";
import type { Answer } from "./answer.ts";
import { objectIn } from "./answer.ts";
import type { RegistryHttp } from "./http.ts";
import type { Registry } from "./vendor.ts";

/** What the registry is asked. */
export interface Question {
  readonly subject: string;
  /** Text of an Avro schema. */
  readonly candidate: string;
  readonly level: CompatibilityLevel;
  /** Oldest first. */
  readonly versions: readonly SubjectVersion[];
}

/** More requests than these for one subject are not worth it. */
const maxVersions = 50;

/**
 * What registering would be told; null when the registry does not answer that question. Only Confluent's check of the whole subject follows
 * the level; Apicurio's looks at every version whatever the level, Karapace and Redpanda have none. Karapace's check of one version
 * looks at all of them where the level is transitive.
 */
export async function askLive(http: RegistryHttp, { vendor }: Registry, question: Question): Promise<LiveVerdict | null> {
  const { subject, candidate, level } = question;
  const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions`;
  const ask = async (version: string): Promise<Answer> => http.ask(`${path}${version}?verbose=true`, { schema: candidate });
  const isTransitive = level.endsWith("_TRANSITIVE");
  if (vendor === "apicurio") return toLive(candidate, await ask(isTransitive ? "" : "/latest"));
  if (vendor === "karapace") return toLive(candidate, await ask("/latest"));
  if (vendor !== "redpanda") {
    const whole = await ask("");
    if (whole.status !== 404 && whole.status !== 405) return toLive(candidate, whole);
  }
  return isTransitive ? eachVersion(question, ask) : toLive(candidate, await ask("/latest"));
}

/** Newest first, until the first no, as a transitive level does. */
async function eachVersion({ candidate, versions }: Question, ask: (version: string) => Promise<Answer>): Promise<LiveVerdict | null> {
  if (versions.length > maxVersions) return null;
  let verdict: LiveVerdict | null = null;
  for (const { version } of versions.toReversed()) {
    verdict = toLive(candidate, await ask(`/${version}`));
    if (verdict === null || !verdict.compatible) return verdict;
  }
  return verdict;
}

function toLive(candidate: string, answer: Answer): LiveVerdict | null {
  const { is_compatible: compatible, messages, reason, message, error_code: code } = objectIn(answer);
  if (answer.status === 422 && code === 42201) return { candidate, compatible: false, messages: textsOf([message ?? null]) };
  // Checking is a permission of its own, and not every registry can check: then we compute.
  if (answer.status !== 200 || typeof compatible !== "boolean") return null;
  // Confluent and Karapace give a list, Apicurio 2 a sentence, Apicurio 3 nothing.
  const texts = textsOf(Array.isArray(messages) ? messages : []);
  return { candidate, compatible, messages: texts.length > 0 ? texts : textsOf([reason ?? null]) };
}

const textsOf = (values: readonly JsonValue[]): readonly string[] =>
  values.flatMap((value) => (typeof value === "string" && value !== "" ? [value] : []));
