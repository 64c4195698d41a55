import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import { compatibilityLevelNamed } from "../../model/subject.ts";
import type { Subject, SubjectVersion } from "../../model/subject.ts";
import { readTextFile } from "../files.ts";
import type { Level } from "./level.ts";

interface FolderConfig {
  readonly level: Level | null;
  readonly mode: string | null;
}

/**
 * Reads a folder that stands for a registry: `<subject>/<version>.avsc`, the subject percent-encoded where a file name cannot hold it,
 * and `config.json` (`{"compatibilityLevel": "FULL"}`, `mode` too) for one subject and, at the top, for all. Symbolic
 * links in it are passed over, as the files of a pull request are not to be trusted.
 * @param names the subjects wanted; one that is not there comes back without versions. All by default.
 * @throws UserError REGISTRY_INVALID naming the folder or file that is not of this form; FILE_…  when one cannot be read
 */
export async function readSubjectFolder(dir: string, names?: readonly string[]): Promise<Subject[]> {
  const folders = await subjectFolders(dir);
  const global = await readConfig(dir, "global");
  if (folders.size === 0 && global === null) {
    throw new UserError(
      "REGISTRY_INVALID",
      `${dir} holds no subjects. A folder of subjects has the form <subject>/<version>.avsc, with config.json beside; give another folder.`,
    );
  }
  const wanted = names ?? [...folders.keys()].toSorted();
  const subjects: Subject[] = [];
  for (const name of wanted) subjects.push(await readSubject(name, folders.get(name), global));
  return subjects;
}

async function subjectFolders(dir: string): Promise<ReadonlyMap<string, string>> {
  const entries = await listFolder(dir);
  return new Map(entries.filter((entry) => entry.isDirectory()).map((entry) => [decode(entry.name), join(dir, entry.name)]));
}

async function listFolder(dir: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(dir);
  } catch (error) {
    throw new UserError("REGISTRY_INVALID", `The folder of subjects ${dir} cannot be read. Check the path and its permissions.`, {
      cause: error,
    });
  }
}

function readEntries(dir: string): Promise<{ readonly name: string; isDirectory(): boolean; isFile(): boolean }[]> {
  return readdir(dir, { withFileTypes: true });
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function readSubject(name: string, folder: string | undefined, global: FolderConfig | null): Promise<Subject> {
  const own = folder === undefined ? null : await readConfig(folder, "subject");
  const level = own?.level ?? global?.level ?? { level: "BACKWARD", origin: "default" };
  return {
    name,
    compatibility: level.level,
    compatibilityOrigin: level.origin,
    mode: own?.mode ?? global?.mode ?? "READWRITE",
    versions: folder === undefined ? [] : await readVersions(folder),
    live: [],
    unavailable: null,
  };
}

async function readVersions(folder: string): Promise<readonly SubjectVersion[]> {
  const numbers = (await listFolder(folder))
    .filter((entry) => entry.isFile())
    .flatMap((entry) => /^([1-9]\d*)\.avsc$/.exec(entry.name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
  const versions: SubjectVersion[] = [];
  for (const version of numbers) {
    const schema = await readTextFile(join(folder, `${version}.avsc`), { cwd: "." });
    versions.push({ version, id: null, schema, schemaType: "AVRO", references: [] });
  }
  return versions;
}

async function readConfig(folder: string, origin: "subject" | "global"): Promise<FolderConfig | null> {
  const entries = await listFolder(folder);
  if (!entries.some((entry) => entry.isFile() && entry.name === "config.json")) return null;
  const path = join(folder, "config.json");
  const config = parseConfig(await readTextFile(path, { cwd: "." }), path);
  const written = config["compatibilityLevel"] ?? config["compatibility"];
  const level = compatibilityLevelNamed(written);
  if (written !== undefined && level === null) {
    throw new UserError(
      "REGISTRY_INVALID",
      `${path}: ${JSON.stringify(written)} is no compatibility level; there are NONE, BACKWARD, FORWARD, FULL and the last three with _TRANSITIVE.`,
    );
  }
  const mode = config["mode"];
  return { level: level === null ? null : { level, origin }, mode: typeof mode === "string" ? mode : null };
}

function parseConfig(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    // Own keys of any object can be read; what they hold is checked where it is used.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UserError("REGISTRY_INVALID", `${path} is not JSON. It has the form {"compatibilityLevel": "BACKWARD"}.`, { cause: error });
  }
  throw new UserError("REGISTRY_INVALID", `${path} holds no object. It has the form {"compatibilityLevel": "BACKWARD"}.`);
}
