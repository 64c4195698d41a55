import { AnswerError } from "./wrong-answer.ts";
import type { RegistryClient } from "./client.ts";
import { fetchDefaults, fetchLevel } from "./fetch-subjects.ts";
import type { Defaults } from "./fetch-subjects.ts";
import type { WrittenConfig } from "./folder-form.ts";
import type { Level } from "./level.ts";
import { nothingListed, pullList } from "./pull-list.ts";
import type { Listed } from "./pull-list.ts";
import type { SubjectWriter } from "./write-folder.ts";

export interface PullOptions {
  /** Ask for versions that are there already, too. */
  readonly fresh: boolean;
  /** Which subjects; all by default. */
  readonly accept?: (subject: string) => boolean;
  readonly progress?: (done: number, all: number) => void;
}

export interface PullResult {
  readonly subjects: number;
  readonly versions: number;
  /** Versions that were not there, or were to be fetched again. */
  readonly fetched: number;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Subjects that could not be read, and why. */
  readonly unavailable: readonly (readonly [subject: string, reason: string])[];
}

/** Subjects under way at once; requests are limited further by the client. */
const atOnce = 10;

/**
 * Brings a folder up to date with a registry.
 *
 * Versions come from the registry's list of all of them where it has one to be trusted (listVersions), and a version is known by number and
 * id. Elsewhere each subject's numbers are asked for, and only new ones are fetched: a subject that was deleted for good and registered anew under
 * the same numbers is then only seen with `fresh`.
 *
 * Levels and modes are asked for subject by subject, each time: no registry lists them, none tells when one changed, and the level in force
 * (`defaultToGlobal`) does not tell where it is from. Where subjects have no mode of their own (Apicurio, Karapace) none is asked for.
 * What no registry lists cannot be had: a level or mode set for a subject that has no version yet. A later check calls it a new subject.
 * @throws UserError REGISTRY_…, OUTPUT_FAILED
 */
export async function pullSubjects(client: RegistryClient, writer: SubjectWriter, options: PullOptions): Promise<PullResult> {
  const defaults = await fetchDefaults(client);
  const all = await client.subjects();
  const wanted = all.filter(options.accept ?? (() => true));
  const config = { ...(defaults.level === null ? {} : { compatibilityLevel: defaults.level.level }), mode: defaults.mode };
  await writer.writeGlobal(config, { url: client.shown, ...(await client.registry()), newNames: await client.newNames() });
  // For some of the subjects the list of all would be a waste.
  const listed = options.accept === undefined ? await pullList(client, writer, new Set(wanted), options.fresh) : nothingListed;
  const counts = { versions: 0, fetched: 0 };
  const changed: string[] = [];
  const unavailable: [string, string][] = [];
  let done = 0;
  const queue = wanted.values();
  const worker = async (): Promise<void> => {
    for (const subject of queue) {
      const pulled = await pullSubject(client, writer, subject, { defaults, fresh: options.fresh, listed: listed.get(subject) ?? null });
      counts.versions += pulled.versions;
      counts.fetched += pulled.fetched;
      if (pulled.changed) changed.push(subject);
      if (pulled.unavailable !== null) unavailable.push([subject, pulled.unavailable]);
      options.progress?.((done += 1), wanted.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const removed = options.accept === undefined ? await writer.keepOnly(new Set(wanted)) : [];
  return { subjects: wanted.length, ...counts, changed: changed.toSorted(), removed: removed.toSorted(), unavailable };
}

interface Pulled {
  readonly versions: number;
  readonly fetched: number;
  readonly changed: boolean;
  readonly unavailable: string | null;
}

interface Asking {
  readonly defaults: Defaults;
  readonly fresh: boolean;
  readonly listed: Listed | null;
}

async function pullSubject(
  client: RegistryClient,
  writer: SubjectWriter,
  subject: string,
  { defaults, fresh, listed }: Asking,
): Promise<Pulled> {
  try {
    const config = await configOf(client, subject, defaults);
    if (listed !== null) {
      const entries = listed.entries.toSorted((a, b) => a.version - b.version);
      const changed = await writer.write(subject, config, entries);
      return { versions: entries.length, fetched: listed.fetched, changed: changed || listed.changed, unavailable: null };
    }
    const [numbers, known] = [await client.versionNumbers(subject), fresh ? new Map() : await writer.known(subject)];
    const versions = await Promise.all(numbers.map(async (number) => known.get(number) ?? (await client.version(subject, number))));
    const there = versions.filter((version) => version !== null);
    const changed = await writer.write(subject, config, there);
    return { versions: there.length, fetched: numbers.filter((number) => !known.has(number)).length, changed, unavailable: null };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    // Told in the folder, so that a later check calls it unknown and not a new subject.
    const changed = await writer.write(subject, { unavailable: error.message }, []);
    return { versions: 0, fetched: 0, changed, unavailable: error.message };
  }
}

async function configOf(client: RegistryClient, subject: string, defaults: Defaults): Promise<WrittenConfig | null> {
  const level = defaults.level === null ? await fetchLevel(client, subject, defaults) : await client.subjectLevel(subject);
  const mode = defaults.hasModes ? await client.subjectMode(subject) : null;
  if (level === null && mode === null) return null;
  return { ...(level === null ? {} : written(level)), ...(mode === null ? {} : { mode }) };
}

function written({ level, origin }: Level): WrittenConfig {
  return { compatibilityLevel: level, ...(origin === "subject" ? {} : { compatibilityOrigin: origin }) };
}
