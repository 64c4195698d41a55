import { UserError } from "../../errors.ts";
import type { JsonValue } from "../../model/json.ts";
import type { LiveVerdict, SchemaReference, Subject, SubjectVersion } from "../../model/subject.ts";
import type { RegistryAddress } from "./address.ts";
import { parseAddresses } from "./address.ts";
import type { Answer, RegistryOptions } from "./http.ts";
import { createHttp } from "./http.ts";
import { levelOf } from "./level.ts";
import type { Level } from "./level.ts";

export type { RegistryOptions } from "./http.ts";

/** Read-only access to a live registry: Confluent's REST interface, which Karapace, Apicurio (ccompat) and Redpanda have too. */
export interface RegistryClient {
  /** Its URL without credentials. */
  readonly shown: string;
  readonly globalLevel: () => Promise<Level | null>;
  readonly globalMode: () => Promise<string>;
  /** The level set for the subject; null without one. */
  readonly subjectLevel: (subject: string) => Promise<Level | null>;
  /** The level in force for it, wherever it comes from. */
  readonly effectiveLevel: (subject: string) => Promise<Level | null>;
  readonly subjectMode: (subject: string) => Promise<string | null>;
  /** Oldest first, soft-deleted ones left out; empty when there is no such subject. */
  readonly versions: (subject: string) => Promise<readonly SubjectVersion[]>;
  /** What registering would be told; null when the registry does not answer that question. */
  readonly check: (subject: string, candidate: string, isTransitive: boolean) => Promise<LiveVerdict | null>;
  readonly close: () => Promise<void>;
}

/** The registry answered, and not with what was asked for. */
class AnswerError extends Error {
  override readonly name = "AnswerError";
}

/**
 * Opens a registry; nothing is sent yet.
 * @param url may hold user and password, and be a list separated by commas
 * @throws UserError REGISTRY_INVALID when it is no URL
 */
export function openRegistry(url: string, options: RegistryOptions = {}): RegistryClient {
  const addresses = parseAddresses(url);
  const http = createHttp(addresses, options);
  const get = async (path: string): Promise<Answer> => http.send("GET", path);
  const segment = encodeURIComponent;
  return {
    shown: addresses.map((address) => address.shown).join(", "),
    globalLevel: async () => globalLevel(await get("/config"), addresses),
    globalMode: async () => modeIn(await get("/mode")) ?? "READWRITE",
    subjectLevel: async (subject) => subjectLevel(subject, get),
    effectiveLevel: async (subject) => levelIn(await get(`/config/${segment(subject)}?defaultToGlobal=true`), "global"),
    subjectMode: async (subject) => modeIn(await get(`/mode/${segment(subject)}`)),
    versions: async (subject) => {
      const numbers = await versionNumbers(subject, get);
      const versions = await Promise.all(
        numbers.map(async (number) => toVersion(await get(`/subjects/${segment(subject)}/versions/${number}`))),
      );
      return versions.filter((version) => version !== null);
    },
    check: async (subject, candidate, isTransitive) => {
      const path = `/compatibility/subjects/${segment(subject)}/versions`;
      const body = { schema: candidate };
      const whole = await http.send("POST", `${path}?verbose=true`, body);
      if (whole.status !== 404 && whole.status !== 405) return toLive(candidate, whole);
      // Karapace has no check of the whole subject; elsewhere this one looks at the latest version only.
      const latest = toLive(candidate, await http.send("POST", `${path}/latest?verbose=true`, body));
      return latest?.compatible === true && isTransitive ? null : latest;
    },
    close: () => http.close(),
  };
}

/**
 * Reads subjects with their versions, level and mode, and asks for the verdict on each candidate. A subject that may not be read, or is
 * answered wrongly, comes back `unavailable`; one that does not exist without versions.
 * @throws UserError REGISTRY_UNREACHABLE, REGISTRY_INVALID when the registry as a whole cannot be used
 */
export async function fetchSubjects(
  client: RegistryClient,
  names: readonly string[],
  candidates: ReadonlyMap<string, string>,
): Promise<Subject[]> {
  if (names.length === 0) return [];
  const level = await orNull(client.globalLevel());
  const mode = (await orNull(client.globalMode())) ?? "READWRITE";
  return Promise.all(names.map((name) => fetchSubject(client, name, candidates.get(name), { level, mode })));
}

/** A wrong answer about the whole is no obstacle yet: the subjects may still be readable. */
async function orNull<Result>(answer: Promise<Result>): Promise<Result | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AnswerError) return null;
    throw error;
  }
}

/** What a registry takes that was never told. */
const fallback: Level = { level: "BACKWARD", origin: "default" };

interface Defaults {
  readonly level: Level | null;
  readonly mode: string;
}

async function fetchSubject(client: RegistryClient, name: string, candidate: string | undefined, defaults: Defaults): Promise<Subject> {
  try {
    const level = (await client.subjectLevel(name)) ?? defaults.level ?? (await client.effectiveLevel(name)) ?? fallback;
    const mode = (await orNull(client.subjectMode(name))) ?? defaults.mode;
    const versions = await client.versions(name);
    const ask = candidate !== undefined && versions.length > 0;
    const live = ask ? await orNull(client.check(name, candidate, level.level.endsWith("_TRANSITIVE"))) : null;
    return toSubject(name, level, { mode, versions, live: live === null ? [] : [live] });
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return toSubject(name, defaults.level ?? fallback, { unavailable: error.message });
  }
}

function toSubject(name: string, { level, origin }: Level, more: Partial<Subject>): Subject {
  return {
    name,
    compatibility: level,
    compatibilityOrigin: origin,
    mode: "READWRITE",
    versions: [],
    live: [],
    unavailable: null,
    ...more,
  };
}

/** The first answer tells whether there is a registry at all. */
function globalLevel(answer: Answer, addresses: readonly RegistryAddress[]): Level | null {
  const isRegistry = answer.status === 200 ? levelIn(answer, "global") !== null : answer.status !== 404 || hasErrorCode(answer);
  if (isRegistry) return levelIn(answer, "global");
  const shown = addresses.map((address) => address.shown).join(", ");
  throw new UserError(
    "REGISTRY_INVALID",
    `There is no schema registry at ${shown}: /config gives no compatibility level (HTTP ${answer.status}). Check the URL and its path, or give a folder of subjects.`,
  );
}

/** A registry's own errors carry a code; a gateway's or a web server's do not. */
function hasErrorCode(answer: Answer): boolean {
  return typeof objectIn(answer)["error_code"] === "number";
}

async function subjectLevel(subject: string, get: (path: string) => Promise<Answer>): Promise<Level | null> {
  const path = `/config/${encodeURIComponent(subject)}`;
  const own = await get(path);
  const level = levelIn(own, "subject");
  if (level !== null) return level;
  // In a context of its own the global level is the context's; and a configuration without a level does not take the global one.
  const hasOther = own.status === 200;
  if (!hasOther && !subject.startsWith(":.")) return null;
  return levelIn(await get(`${path}?defaultToGlobal=true`), hasOther ? "default" : "global");
}

async function versionNumbers(subject: string, get: (path: string) => Promise<Answer>): Promise<readonly number[]> {
  const path = `/subjects/${encodeURIComponent(subject)}/versions`;
  const numbers = new Set<number>();
  // An operator may have lowered the page size; a registry without pages gives the same list again.
  for (let before = -1; numbers.size > before;) {
    before = numbers.size;
    const answer = await get(before === 0 ? path : `${path}?offset=${before}`);
    if (answer.status === 404 && hasErrorCode(answer)) break;
    const list = expectList(answer);
    for (const number of list) numbers.add(number);
    if (list.length < smallestPage) break;
  }
  return [...numbers].toSorted((a, b) => a - b);
}

/** No operator is expected to set smaller pages. */
const smallestPage = 100;

function expectList(answer: Answer): readonly number[] {
  const { status, body } = answer;
  if (status === 200 && Array.isArray(body) && body.every((item) => typeof item === "number")) return body;
  throw wrongAnswer("the list of versions", answer);
}

/** Null for a version deleted meanwhile. */
function toVersion(answer: Answer): SubjectVersion | null {
  if (answer.status === 404) return null;
  const { version, id, schema, schemaType, references } = objectIn(answer);
  if (typeof version !== "number" || typeof schema !== "string") throw wrongAnswer("a version", answer);
  const format = schemaType === "JSON" || schemaType === "PROTOBUF" ? schemaType : "AVRO";
  return { version, id: typeof id === "number" ? id : null, schema, schemaType: format, references: toReferences(references) };
}

function toReferences(value: JsonValue | undefined): readonly SchemaReference[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue): readonly SchemaReference[] => {
    const { name, subject, version } = asObject(item);
    return typeof name === "string" && typeof subject === "string" && typeof version === "number" ? [{ name, subject, version }] : [];
  });
}

function toLive(candidate: string, answer: Answer): LiveVerdict | null {
  // Checking is a permission of its own, and not every registry can check: then we compute.
  if (answer.status !== 200) return null;
  const { is_compatible: compatible, messages } = objectIn(answer);
  if (typeof compatible !== "boolean") return null;
  const texts = Array.isArray(messages) ? messages.filter((message: JsonValue) => typeof message === "string") : [];
  return { candidate, compatible, messages: texts };
}

function levelIn(answer: Answer, origin: Level["origin"]): Level | null {
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw wrongAnswer("the compatibility level", answer);
  const { compatibilityLevel, compatibility } = objectIn(answer);
  const level = levelOf(compatibilityLevel ?? compatibility);
  return level === null ? null : { level, origin };
}

/** Null where none is set, where the registry has no modes, and where they may not be read. */
function modeIn(answer: Answer): string | null {
  if (answer.status !== 200) return null;
  const { mode } = objectIn(answer);
  return typeof mode === "string" ? mode : null;
}

function objectIn({ body }: Answer): Readonly<Record<string, JsonValue>> {
  return asObject(body);
}

function asObject(value: JsonValue): Readonly<Record<string, JsonValue>> {
  // Array.isArray does not narrow readonly arrays away.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, JsonValue>>) : {};
}

function wrongAnswer(what: string, answer: Answer): AnswerError {
  const { message, error_code: code } = objectIn(answer);
  const detail = typeof message === "string" ? `: ${message}${typeof code === "number" ? ` (error code ${code})` : ""}` : "";
  if (answer.status === 403) return new AnswerError(`${what} may not be read with these credentials (HTTP 403)${detail}`);
  return new AnswerError(`${what} cannot be read (HTTP ${answer.status})${detail}`);
}

/** Turns a failure of the whole registry into one unknown per subject. Other errors are thrown again. */
export function subjectsWithout(error: unknown, names: readonly string[]): Subject[] {
  if (!(error instanceof UserError) || !error.code.startsWith("REGISTRY_")) throw error;
  return names.map((name) => toSubject(name, fallback, { unavailable: error.message }));
}
