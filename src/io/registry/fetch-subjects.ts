import type { Subject, SubjectVersion } from "../../model/subject.ts";
import type { RegistryClient } from "./client.ts";
import type { Level } from "./level.ts";
import { hasRareName, isRareSubject } from "./new-names.ts";
import { fallbackLevel } from "./level.ts";
import { AnswerError } from "./wrong-answer.ts";

/**
 * Reads subjects with their versions, level and mode, and asks for the verdict on each candidate. A subject that may not be read, or is
 * answered wrongly, comes back `unavailable`; one that does not exist without versions. Subjects that those refer to are read too.
 * @throws UserError REGISTRY_UNREACHABLE, REGISTRY_UNAUTHORIZED, REGISTRY_INVALID when the registry as a whole cannot be used
 */
export async function fetchSubjects(
  client: RegistryClient,
  names: readonly string[],
  candidates: ReadonlyMap<string, string>,
): Promise<Subject[]> {
  if (names.length === 0) return [];
  const defaults = await fetchDefaults(client);
  const subjects = new Map<string, Subject>();
  let wanted: readonly string[] = [...new Set(names)];
  while (wanted.length > 0) {
    const found = await Promise.all(wanted.map((name) => fetchSubject(client, name, candidates.get(name), defaults)));
    for (const subject of found) subjects.set(subject.name, subject);
    const referred = found.flatMap(({ versions }) => versions.flatMap(({ references }) => references.map(({ subject }) => subject)));
    wanted = [...new Set(referred)].filter((name) => !subjects.has(name));
  }
  const isRare = [...candidates.values()].some(hasRareName) || names.some(isRareSubject);
  const newNames = isRare ? await client.newNames() : null;
  return [...subjects.values()].map((subject) => (newNames === null ? subject : { ...subject, newNames }));
}

/** What holds for a subject that has nothing of its own. */
export interface Defaults {
  readonly level: Level | null;
  readonly mode: string;
  /** False: no subject has a mode of its own. */
  readonly hasModes: boolean;
}

/** @throws UserError as fetchSubjects */
export async function fetchDefaults(client: RegistryClient): Promise<Defaults> {
  const level = await orNull(client.globalLevel());
  const { vendor } = await client.registry();
  // Apicurio 2 has no modes, and 3 goes on registering whatever the mode says.
  const mode = vendor === "apicurio" ? null : await orNull(client.globalMode());
  // Karapace answers the global mode for every subject.
  return { level, mode: mode ?? "READWRITE", hasModes: vendor !== "apicurio" && vendor !== "karapace" };
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

async function fetchSubject(client: RegistryClient, name: string, candidate: string | undefined, defaults: Defaults): Promise<Subject> {
  try {
    const own = await fetchLevel(client, name, defaults);
    const mode = await fetchMode(client, name, defaults);
    const versions = await fetchVersions(client, name);
    const level = own ?? fallbackLevel;
    const ask = candidate !== undefined && versions.length > 0;
    const live = ask ? await orNull(client.check({ subject: name, candidate, level: level.level, versions })) : null;
    return toSubject(name, level, { mode, versions, live: live === null ? [] : [live] });
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return toSubject(name, defaults.level ?? fallbackLevel, { unavailable: error.message });
  }
}

export async function fetchLevel(client: RegistryClient, name: string, defaults: Defaults): Promise<Level | null> {
  return (await client.subjectLevel(name)) ?? defaults.level ?? (await client.effectiveLevel(name));
}

async function fetchMode(client: RegistryClient, name: string, { mode, hasModes }: Defaults): Promise<string> {
  return hasModes ? ((await orNull(client.subjectMode(name))) ?? mode) : mode;
}

async function fetchVersions(client: RegistryClient, name: string): Promise<readonly SubjectVersion[]> {
  const numbers = await client.versionNumbers(name);
  const versions = await Promise.all(numbers.map((number) => client.version(name, number)));
  return versions.filter((version) => version !== null);
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
