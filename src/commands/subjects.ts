import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { registrationText } from "../compare/avro/registration-text.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { readSubjectFolder } from "../io/registry/folder.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";
import type { Subject } from "../model/subject.ts";
import type { Projected } from "../pipeline.ts";
import { clientOptions } from "./registry-options.ts";

/** Subjects of the streams that the pending migrations touch, and where they came from. */
export interface LoadedSubjects {
  readonly subjects: readonly Subject[];
  /** In words, without secrets; null when no registry was given. A pulled folder is named as the registry that it was pulled from. */
  readonly registry: string | null;
  /** Set when a pulled folder stood for the registry: said beside the report, which is the same as a live one. */
  readonly standIn: string | null;
}

const none: LoadedSubjects = { subjects: [], registry: null, standIn: null };

/**
 * Reads the subjects from the folder or the live registry that the options or the configuration name.
 * @throws UserError REGISTRY_UNREACHABLE, REGISTRY_INVALID
 */
export async function loadSubjects(cwd: string, given: string | null, config: Config, projected: Projected): Promise<LoadedSubjects> {
  const place = given ?? config.registry?.url ?? config.registry?.directory ?? null;
  return place === null ? none : readFrom(cwd, place, config, ...asked(projected));
}

/** One subject, and those it refers to. */
export interface NamedSubject {
  readonly subject: Subject;
  readonly all: readonly Subject[];
}

/** One subject by name, with the live verdict on `candidate` where the registry is live. @throws UserError as loadSubjects */
export async function subjectNamed(
  cwd: string,
  given: string | null,
  config: Config,
  name: string,
  candidate: string,
): Promise<NamedSubject> {
  const place = given ?? config.registry?.url ?? config.registry?.directory ?? null;
  if (place === null) throw new UserError("USAGE", "--subject needs a registry: give --registry URL or --registry FOLDER");
  const { subjects } = await readFrom(cwd, place, config, new Set([name]), new Map([[name, candidate]]));
  const subject = subjects.find((one) => one.name === name);
  if (subject === undefined || (subject.versions.length === 0 && subject.unavailable === null)) {
    throw new UserError("REGISTRY_INVALID", `the registry has no subject "${name}"`);
  }
  return { subject, all: subjects };
}

/** Subjects of streams as they are, without asking for a verdict. @throws UserError as loadSubjects */
export async function subjectsOfStreams(
  cwd: string,
  given: string | null,
  config: Config,
  streams: readonly Projection[],
): Promise<LoadedSubjects> {
  const place = given ?? config.registry?.url ?? config.registry?.directory ?? null;
  if (place === null) return none;
  const names = new Set(streams.flatMap(({ keySubject, valueSubject }) => [keySubject, valueSubject]).filter((name) => name !== null));
  return readFrom(cwd, place, config, names, new Map());
}

export const isUrl = (place: string): boolean => /^https?:\/\//.test(place);

/** @param candidates texts that a live registry is asked about, by subject */
async function readFrom(
  cwd: string,
  place: string,
  config: Config,
  names: ReadonlySet<string>,
  candidates: ReadonlyMap<string, string>,
): Promise<LoadedSubjects> {
  if (isUrl(place)) return live(cwd, place, config, names, candidates);
  const folder = resolve(cwd, place);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(
      "REGISTRY_INVALID",
      `the registry "${place}" is neither a URL nor a folder of subjects; check --registry or registry: in driftgate.yml`,
    );
  }
  const { subjects, pulledFrom } = await readSubjectFolder(folder, [...names]);
  if (pulledFrom === null) return { subjects, registry: `the folder ${place}`, standIn: null };
  const standIn = `the registry ${pulledFrom} was not asked: ${place}, which "driftgate pull" wrote, stands for it`;
  return { subjects, registry: pulledFrom, standIn };
}

async function live(
  cwd: string,
  url: string,
  config: Config,
  names: ReadonlySet<string>,
  candidates: ReadonlyMap<string, string>,
): Promise<LoadedSubjects> {
  const { openRegistry } = await import("../io/registry/client.ts");
  const { fetchSubjects } = await import("../io/registry/fetch-subjects.ts");
  const client = openRegistry(url, await clientOptions(cwd, config));
  try {
    return { subjects: await fetchSubjects(client, [...names], candidates), registry: client.shown, standIn: null };
  } finally {
    await client.close();
  }
}

function asked(projected: Projected): readonly [ReadonlySet<string>, ReadonlyMap<string, string>] {
  const candidates = candidatesOf(projected);
  const between = projected.states
    .flatMap(({ projection }) => [projection.keySubject, projection.valueSubject])
    .filter((name) => name !== null);
  return [new Set([...candidates.keys(), ...between]), candidates];
}

/** Every subject of a touched stream with the text that would be registered after the migrations (before them, where it then is silent). */
function candidatesOf({ before, after, causes }: Projected): ReadonlyMap<string, string> {
  const touched = new Set(causes.map(({ change }) => change.relation));
  for (const { change } of causes) if (change.kind === "relation-recreated") touched.add(change.previous);
  const same = new Map(before.map((projection) => [keyOf(projection), JSON.stringify(projection.streaming)]));
  for (const projection of after)
    if (same.get(keyOf(projection)) !== JSON.stringify(projection.streaming)) touched.add(projection.relation.oid);
  const candidates = new Map<string, string>();
  for (const projection of [...before, ...after]) {
    if (!touched.has(projection.relation.oid)) continue;
    const schemas = projection.streaming ?? projection.snapshot;
    if (schemas === null) continue;
    put(candidates, projection.keySubject, schemas.keyAvro);
    put(candidates, projection.valueSubject, schemas.valueAvro);
  }
  return candidates;
}

const keyOf = (projection: Projection): string => `${projection.connector}\n${projection.relation.oid}`;

function put(candidates: Map<string, string>, subject: string | null, schema: JsonValue | null): void {
  if (subject !== null && schema !== null) candidates.set(subject, registrationText(schema));
}
