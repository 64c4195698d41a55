import type { JsonValue } from "../../model/json.ts";
import type { CompatibilityLevel, LiveVerdict, NewNames, SubjectVersion } from "../../model/subject.ts";
import { parseAddresses } from "./address.ts";
import type { Answer } from "./answer.ts";
import { hasErrorCode, objectIn } from "./answer.ts";
import { refuseOtherApis } from "./foreign-api.ts";
import type { RegistryHttp } from "./http.ts";
import { createHttp } from "./http.ts";
import { configuredLevel, effectiveLevel, globalLevel, modeIn, subjectLevel } from "./level.ts";
import type { Level } from "./level.ts";
import type { Question } from "./live-check.ts";
import { listVersions } from "./list-versions.ts";
import type { ListedVersion } from "./list-versions.ts";
import { askLive } from "./live-check.ts";
import { askNewNames } from "./new-names.ts";
import type { RegistryOptions } from "./options.ts";
import type { Registry, Vendor } from "./vendor.ts";
import { detectVendor } from "./vendor.ts";
import { versionOf } from "./version-answer.ts";
import { wrongAnswer } from "./wrong-answer.ts";

/** How a registry is reached and read. */
export interface ClientOptions extends RegistryOptions {
  /** Told by asking where it is not given. */
  readonly vendor?: Vendor;
  /** Context of the subjects, `.lab`; they are named without it. */
  readonly context?: string;
}

/** Read-only access to a live registry: Confluent's REST interface, which Karapace, Apicurio (ccompat) and Redpanda have too. */
export interface RegistryClient {
  /** Its URL without credentials. */
  readonly shown: string;
  readonly registry: () => Promise<Registry>;
  /** Which names it takes in new schemas; null where that is not known. */
  readonly newNames: () => Promise<NewNames | null>;
  /** Names of all subjects of the context. */
  readonly subjects: () => Promise<readonly string[]>;
  readonly globalLevel: () => Promise<Level | null>;
  /** Null where the registry has no modes. */
  readonly globalMode: () => Promise<string | null>;
  /** The level set for the subject; null without one. */
  readonly subjectLevel: (subject: string) => Promise<Level | null>;
  /** What `GET /config/{subject}` says, whatever the vendor means by it; null for 404. */
  readonly configuredLevel: (subject: string) => Promise<CompatibilityLevel | null>;
  /** The level in force for it, wherever it comes from. */
  readonly effectiveLevel: (subject: string) => Promise<Level | null>;
  readonly subjectMode: (subject: string) => Promise<string | null>;
  /** Rising, soft-deleted ones left out; empty when there is no such subject. */
  readonly versionNumbers: (subject: string) => Promise<readonly number[]>;
  /** Null for a version deleted meanwhile. */
  readonly version: (subject: string, number: number) => Promise<SubjectVersion | null>;
  /** Every version of every subject in few requests; false where the registry has no list to be trusted (listVersions). */
  readonly listVersions: (take: (page: readonly ListedVersion[]) => Promise<void>) => Promise<boolean>;
  /** What registering would be told; null when the registry does not answer that question. */
  readonly check: (question: Question) => Promise<LiveVerdict | null>;
  /** The version that holds exactly this schema; null when none does. */
  readonly lookUp: (subject: string, schema: string) => Promise<{ readonly version: number; readonly id: number | null } | null>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a registry; nothing is sent yet.
 * @param url may hold user and password, and be a list separated by commas
 * @throws UserError REGISTRY_INVALID when it is no URL, or one of a service without Confluent's interface
 */
export function openRegistry(url: string, options: ClientOptions = {}): RegistryClient {
  const addresses = parseAddresses(url);
  refuseOtherApis(addresses);
  const http = createHttp(addresses, options);
  const shown = addresses.map((address) => address.shown).join(", ");
  const full = (subject: string): string => qualified(subject, options.context);
  const segment = (subject: string): string => encodeURIComponent(full(subject));
  let detected: Promise<Registry> | null = null;
  let names: Promise<NewNames | null> | null = null;
  const registry = (): Promise<Registry> => (detected ??= detectVendor(http, addresses, options.vendor ?? null));
  return {
    shown,
    registry,
    newNames: async () => (names ??= askNewNames(http, await registry(), full("driftgate.is.this.a.name"))),
    subjects: async () => subjectNames(http, options.context),
    globalLevel: () => globalLevel(http, shown),
    globalMode: async () => modeIn(await http.get("/mode")),
    subjectLevel: async (subject) => subjectLevel(http, await registry(), full(subject)),
    configuredLevel: async (subject) => configuredLevel(http, full(subject)),
    effectiveLevel: (subject) => effectiveLevel(http, full(subject)),
    subjectMode: async (subject) => modeIn(await http.get(`/mode/${segment(subject)}`)),
    versionNumbers: (subject) => versionNumbers(http, `/subjects/${segment(subject)}/versions`),
    version: async (subject, number) => toVersion(await http.get(`/subjects/${segment(subject)}/versions/${number}`)),
    listVersions: async (take) => listVersions(http, (await registry()).vendor, prefixOf(options.context), take),
    check: async (question) => askLive(http, await registry(), { ...question, subject: full(question.subject) }),
    lookUp: async (subject, schema) => lookUp(await http.ask(`/subjects/${segment(subject)}`, { schema })),
    close: () => http.close(),
  };
}

/** `:.context:subject`; a subject that names a context already keeps it. */
export function qualified(subject: string, context: string | undefined): string {
  return context === undefined || context === "." || subject.startsWith(":.") ? subject : `:${context}:${subject}`;
}

const prefixOf = (context: string | undefined): string => (context === undefined || context === "." ? "" : `:${context}:`);

async function subjectNames(http: RegistryHttp, context: string | undefined): Promise<readonly string[]> {
  const prefix = prefixOf(context);
  const query = prefix === "" ? "" : `subjectPrefix=${encodeURIComponent(prefix)}`;
  const names = await pages(http, "/subjects", query, (answer) => expectList(answer, "the list of subjects", isText));
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .toSorted();
}

async function versionNumbers(http: RegistryHttp, path: string): Promise<readonly number[]> {
  const numbers = await pages(http, path, "", (answer) =>
    answer.status === 404 && hasErrorCode(answer) ? [] : expectList(answer, "the list of versions", isNumber),
  );
  return numbers.toSorted((a, b) => a - b);
}

/** No operator is expected to set smaller pages. */
const smallestPage = 100;

/** All pages of a list. An operator may have lowered the page size; a registry without pages gives the same list again. */
async function pages<Item>(
  http: RegistryHttp,
  path: string,
  query: string,
  read: (answer: Answer) => readonly Item[],
): Promise<readonly Item[]> {
  const items = new Set<Item>();
  for (let before = -1; items.size > before;) {
    before = items.size;
    const parts = [query, before === 0 ? "" : `offset=${before}`].filter((part) => part !== "").join("&");
    const list = read(await http.get(parts === "" ? path : `${path}?${parts}`));
    for (const item of list) items.add(item);
    if (list.length < smallestPage) break;
  }
  return [...items];
}

const isText = (item: JsonValue): item is string => typeof item === "string";
const isNumber = (item: JsonValue): item is number => typeof item === "number";

function expectList<Item extends JsonValue>(answer: Answer, what: string, is: (item: JsonValue) => item is Item): readonly Item[] {
  const { status, body } = answer;
  if (status === 200 && Array.isArray(body) && body.every(is)) return body;
  throw wrongAnswer(what, answer);
}

function toVersion(answer: Answer): SubjectVersion | null {
  if (answer.status === 404) return null;
  const version = versionOf(answer.body);
  if (version === null) throw wrongAnswer("a version", answer);
  return version;
}

function lookUp(answer: Answer): { readonly version: number; readonly id: number | null } | null {
  const { version, id } = objectIn(answer);
  if (answer.status === 404 || (answer.status === 200 && typeof version !== "number")) return null;
  if (answer.status !== 200 || typeof version !== "number") throw wrongAnswer("whether the schema is registered", answer);
  return { version, id: typeof id === "number" ? id : null };
}
