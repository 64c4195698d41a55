import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { compatibilityLevelNamed } from "../../model/subject.ts";
import type { CompatibilityLevel, Subject, SubjectVersion } from "../../model/subject.ts";
import { readTextFile } from "../files.ts";
import { hasFile, listFolder, topOf } from "./folder-entries.ts";
import { decodedName, versionFile } from "./folder-form.ts";
import type { VersionEntry } from "./folder-form.ts";
import { sourceOf } from "./folder-source.ts";
import { fallbackLevel } from "./level.ts";
import type { Level } from "./level.ts";

/** A folder's subjects, and what it stands for. */
export interface SubjectFolder {
  readonly subjects: readonly Subject[];
  /** URL of the registry that it was pulled from, without credentials; null for a folder made by hand. */
  readonly pulledFrom: string | null;
}

interface FolderConfig {
  readonly level: Level | null;
  readonly mode: string | null;
  readonly unavailable: string | null;
}

/**
 * Reads a folder that stands for a registry: `<subject>/<version>.avsc`, the subject percent-encoded where a file name cannot hold it,
 * and `config.json` (`{"compatibilityLevel": "FULL"}`, `mode` too) for one subject and, at the top, for all; or the folder that `driftgate
 * pull` wrote, which has all that in `registry`, and ids, formats and references in `<subject>/versions.json`. Symbolic links in it are passed
 * over, as the files of a pull request are not to be trusted.
 * @param names the subjects wanted, those they refer to come along; one that is not there comes back without versions. All by default.
 * @throws UserError REGISTRY_INVALID naming the folder or file that is not of this form; FILE_…  when one cannot be read
 */
export async function readSubjectFolder(dir: string, names?: readonly string[]): Promise<SubjectFolder> {
  const top = await topOf(dir);
  const folders = await subjectFolders(top);
  const global = await readConfig(top, "global");
  if (folders.size === 0 && global === null) {
    throw new UserError(
      "REGISTRY_INVALID",
      `${dir} holds no subjects. A folder of subjects has the form <subject>/<version>.avsc, with config.json beside; give another folder.`,
    );
  }
  const source = await sourceOf(top);
  const newNames = source?.newNames === undefined || source.newNames === null ? {} : { newNames: source.newNames };
  const subjects = new Map<string, Subject>();
  let wanted = [...(names ?? [...folders.keys()].toSorted())];
  while (wanted.length > 0) {
    for (const name of wanted) subjects.set(name, { ...(await readSubject(name, folders.get(name), global)), ...newNames });
    const referred = wanted.flatMap((name) => subjects.get(name)?.versions.flatMap(({ references }) => references) ?? []);
    wanted = [...new Set(referred.map(({ subject }) => subject))].filter((name) => !subjects.has(name));
  }
  return { subjects: [...subjects.values()], pulledFrom: source?.url ?? null };
}

async function subjectFolders(dir: string): Promise<ReadonlyMap<string, string>> {
  const entries = await listFolder(dir);
  return new Map(entries.filter((entry) => entry.isDirectory()).map((entry) => [decodedName(entry.name), join(dir, entry.name)]));
}

async function readSubject(name: string, folder: string | undefined, global: FolderConfig | null): Promise<Subject> {
  const own = folder === undefined ? null : await readConfig(folder, "subject");
  const level = own?.level ?? global?.level ?? fallbackLevel;
  return {
    name,
    compatibility: level.level,
    compatibilityOrigin: level.origin,
    mode: own?.mode ?? global?.mode ?? "READWRITE",
    versions: folder === undefined ? [] : await readVersions(folder),
    live: [],
    unavailable: own?.unavailable ?? null,
  };
}

async function readVersions(folder: string): Promise<readonly SubjectVersion[]> {
  const entries = (await hasFile(folder, "versions.json")) ? await readEntriesFile(join(folder, "versions.json")) : await avroFiles(folder);
  const versions: SubjectVersion[] = [];
  for (const { version, id, schemaType = "AVRO", references = [] } of entries.toSorted((a, b) => a.version - b.version)) {
    const schema = await readTextFile(join(folder, versionFile(version, schemaType)), { cwd: "." });
    versions.push({ version, id, schema, schemaType, references });
  }
  return versions;
}

async function avroFiles(folder: string): Promise<readonly VersionEntry[]> {
  return (await listFolder(folder))
    .filter((entry) => entry.isFile())
    .flatMap((entry) => /^([1-9]\d*)\.avsc$/.exec(entry.name)?.[1] ?? [])
    .map((number) => ({ version: Number(number), id: null }));
}

const isEntry = (item: unknown): item is VersionEntry =>
  typeof item === "object" && item !== null && "version" in item && Number.isInteger(item.version) && "id" in item;

async function readEntriesFile(path: string): Promise<readonly VersionEntry[]> {
  const value = parseJson(await readTextFile(path, { cwd: "." }), path, '[{"version": 1, "id": 1}]');
  if (Array.isArray(value) && value.every(isEntry)) return value;
  throw new UserError("REGISTRY_INVALID", `${path} is not what "driftgate pull" writes; pull again, or remove it.`);
}

async function readConfig(folder: string, place: "subject" | "global"): Promise<FolderConfig | null> {
  if (!(await hasFile(folder, "config.json"))) return null;
  const path = join(folder, "config.json");
  const config = asObject(parseJson(await readTextFile(path, { cwd: "." }), path, '{"compatibilityLevel": "BACKWARD"}'), path);
  const written = config["compatibilityLevel"] ?? config["compatibility"];
  const level = levelWritten(written);
  if (written !== undefined && level === null) {
    throw new UserError(
      "REGISTRY_INVALID",
      `${path}: ${JSON.stringify(written)} is no compatibility level; there are NONE, BACKWARD, FORWARD, FULL and the last three with _TRANSITIVE.`,
    );
  }
  const { mode, unavailable, compatibilityOrigin: found } = config;
  const origin = found === "default" || found === "global" ? found : place;
  return {
    level: level === null ? null : { level, origin },
    // Glue's DISABLED takes no further version.
    mode: written === "DISABLED" ? "READONLY" : typeof mode === "string" ? mode : null,
    unavailable: typeof unavailable === "string" ? unavailable : null,
  };
}

/** The level as Confluent names it; AWS Glue says _ALL for all versions, and Azure writes Backward. */
function levelWritten(written: unknown): CompatibilityLevel | null {
  if (typeof written !== "string") return null;
  if (written === "DISABLED") return "NONE";
  return compatibilityLevelNamed(written.toUpperCase().replace(/_ALL$/, "_TRANSITIVE"));
}

function parseJson(text: string, path: string, form: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError("REGISTRY_INVALID", `${path} is not JSON. It has the form ${form}.`, { cause: error });
  }
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  // Own keys of any object can be read; what they hold is checked where it is used.
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new UserError("REGISTRY_INVALID", `${path} holds no object. It has the form {"compatibilityLevel": "BACKWARD"}.`);
}
