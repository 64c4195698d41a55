import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../errors.ts";
import type { SubjectVersion } from "../../model/subject.ts";
import { folderName, spreadJson, decodedName, versionFile } from "./folder-form.ts";
import type { VersionEntry, WrittenConfig } from "./folder-form.ts";
import type { WrittenSource } from "./folder-source.ts";

/** A folder of subjects that is brought up to date: a file is written only when its text changes, so that it diffs well. */
export interface SubjectWriter {
  /** What is there of a subject already, by version. */
  readonly known: (subject: string) => Promise<ReadonlyMap<number, VersionEntry>>;
  /** Writes the texts of versions, which `write` names later. @returns whether any was another one, or none. */
  readonly put: (subject: string, versions: readonly SubjectVersion[]) => Promise<boolean>;
  /** @param config null: nothing of its own. @returns whether anything changed. */
  readonly write: (subject: string, config: WrittenConfig | null, versions: readonly (VersionEntry | SubjectVersion)[]) => Promise<boolean>;
  readonly writeGlobal: (config: WrittenConfig, source: WrittenSource) => Promise<void>;
  /** Removes the subjects that are not among the names. @returns those removed. */
  readonly keepOnly: (subjects: ReadonlySet<string>) => Promise<readonly string[]>;
}

/** @throws UserError OUTPUT_FAILED for the folder, and in every call */
export async function openSubjectWriter(dir: string): Promise<SubjectWriter> {
  await attempt(dir, () => mkdir(dir, { recursive: true }));
  const folderOf = (subject: string): string => join(dir, folderName(subject));
  return {
    known: (subject) => knownVersions(folderOf(subject)),
    put: (subject, versions) => attempt(folderOf(subject), () => putVersions(folderOf(subject), versions)),
    write: (subject, config, versions) => attempt(folderOf(subject), () => writeSubject(folderOf(subject), config, versions)),
    writeGlobal: async (config, source) => {
      await attempt(dir, () => writeIfOther(join(dir, "config.json"), jsonText(config)));
      await attempt(dir, () => writeIfOther(join(dir, "source.json"), jsonText(source)));
    },
    keepOnly: (subjects) => attempt(dir, () => removeOthers(dir, subjects)),
  };
}

async function knownVersions(folder: string): Promise<ReadonlyMap<number, VersionEntry>> {
  const text = await textOf(join(folder, "versions.json"));
  const files = new Set(await namesIn(folder));
  try {
    const entries: unknown = JSON.parse(text ?? "[]");
    // Written by writeSubject; another form, or one without its file, only costs that the version is fetched again.
    const list = Array.isArray(entries) ? (entries as readonly VersionEntry[]) : [];
    const there = list.filter(({ version, schemaType }) => files.has(versionFile(version, schemaType ?? "AVRO")));
    return new Map(there.map((entry) => [entry.version, entry]));
  } catch {
    return new Map();
  }
}

async function putVersions(folder: string, versions: readonly SubjectVersion[]): Promise<boolean> {
  if (versions.length === 0) return false;
  await mkdir(folder, { recursive: true });
  let changed = false;
  for (const one of versions) {
    if (await writeIfOther(join(folder, versionFile(one.version, one.schemaType)), textOfVersion(one))) changed = true;
  }
  return changed;
}

const textOfVersion = ({ schemaType, schema }: SubjectVersion): string => (schemaType === "PROTOBUF" ? schema : spreadJson(schema));

async function writeSubject(
  folder: string,
  config: WrittenConfig | null,
  versions: readonly (VersionEntry | SubjectVersion)[],
): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const texts = new Map<string, string | null>([
    ...versions.map((one): [string, string | null] => [
      versionFile(one.version, one.schemaType ?? "AVRO"),
      "schema" in one ? textOfVersion(one) : null,
    ]),
    ["versions.json", `[${versions.map((one) => `\n  ${JSON.stringify(entryOf(one))}`).join(",")}\n]\n`],
    ...(config === null ? [] : [["config.json", jsonText(config)] as [string, string]]),
  ]);
  let changed = false;
  for (const [name, text] of texts) if (text !== null && (await writeIfOther(join(folder, name), text))) changed = true;
  for (const name of await namesIn(folder)) {
    if (texts.has(name) || !/^(\d+\.(avsc|json|proto)|config\.json)$/.test(name)) continue;
    await rm(join(folder, name));
    changed = true;
  }
  return changed;
}

/** What `versions.json` says of a version. */
export function entryOf({ version, id, schemaType = "AVRO", references = [] }: VersionEntry | SubjectVersion): VersionEntry {
  return {
    version,
    id,
    ...(schemaType === "AVRO" ? {} : { schemaType }),
    ...(references.length === 0 ? {} : { references }),
  };
}

async function removeOthers(dir: string, subjects: ReadonlySet<string>): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await namesIn(dir)) {
    // Only what a pull wrote is a pull's to remove.
    if (subjects.has(decodedName(name)) || !(await namesIn(join(dir, name))).includes("versions.json")) continue;
    await rm(join(dir, name), { recursive: true });
    removed.push(decodedName(name));
  }
  return removed;
}

const jsonText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

async function writeIfOther(path: string, text: string): Promise<boolean> {
  if ((await textOf(path)) === text) return false;
  await writeFile(path, text);
  return true;
}

const textOf = (path: string): Promise<string | null> => readFile(path, "utf8").catch(() => null);
const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

async function attempt<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    throw new UserError("OUTPUT_FAILED", `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
