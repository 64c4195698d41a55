import type { JsonValue } from "../model/json.ts";
import type { Subject, SubjectVersion } from "../model/subject.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import { readJson } from "./avro/json-text.ts";
import type { ParseResult } from "./avro/parse.ts";
import { parseAvro } from "./avro/parse.ts";

/** The registered schemas of one run, each read and parsed once. */
export interface StoredSchemas {
  readonly find: (subject: string) => Subject | undefined;
  /** The version as JSON; null when its text is none. */
  readonly json: (version: SubjectVersion) => JsonValue | null;
  readonly parse: (version: SubjectVersion) => ParseResult;
}

export function createStoredSchemas(subjects: readonly Subject[], avroLine: AvroLine): StoredSchemas {
  const byName = new Map(subjects.map((subject) => [subject.name, subject]));
  const trees = new Map<SubjectVersion, JsonValue | null>();
  const parsed = new Map<SubjectVersion, ParseResult>();
  const json = (version: SubjectVersion): JsonValue | null => {
    const known = trees.get(version);
    if (known !== undefined) return known;
    const tree = readOrNull(version.schema);
    trees.set(version, tree);
    return tree;
  };
  const parse = (version: SubjectVersion): ParseResult => {
    const known = parsed.get(version);
    if (known !== undefined) return known;
    const references = referencedTexts(version, byName, new Set());
    const result = Array.isArray(references)
      ? parseAvro(json(version) ?? version.schema, { strict: "stored", avroLine, references })
      : { ok: false as const, error: `it refers to ${String(references)}, which is not at hand` };
    parsed.set(version, result);
    return result;
  };
  return { find: (subject) => byName.get(subject), json, parse };
}

/** Stored schemas to which a run adds what it registers on its way. */
export interface GrowingSchemas extends StoredSchemas {
  /** The text becomes the newest version of the subject. */
  readonly register: (subject: string, schema: string) => void;
}

export function withRegistered(stored: StoredSchemas): GrowingSchemas {
  const added = new Map<string, SubjectVersion[]>();
  return {
    ...stored,
    find: (name) => {
      const subject = stored.find(name);
      const versions = added.get(name);
      // The registry was asked before these versions were there.
      return subject === undefined || versions === undefined
        ? subject
        : { ...subject, versions: [...subject.versions, ...versions], live: [] };
    },
    register: (name, schema) => {
      const versions = added.get(name) ?? [];
      const version = (versions.at(-1)?.version ?? stored.find(name)?.versions.at(-1)?.version ?? 0) + 1;
      added.set(name, [...versions, { version, id: null, schema, schemaType: "AVRO", references: [] }]);
    },
  };
}

function readOrNull(text: string): JsonValue | null {
  try {
    return readJson(text);
  } catch {
    return null;
  }
}

/** Texts a version refers to, each after what it refers to itself; a string names what is missing. */
function referencedTexts(version: SubjectVersion, subjects: ReadonlyMap<string, Subject>, seen: Set<SubjectVersion>): string[] | string {
  const texts: string[] = [];
  for (const reference of version.references) {
    const target = subjects.get(reference.subject)?.versions.find((one) => one.version === reference.version);
    if (target === undefined) return `version ${reference.version} of ${reference.subject}`;
    if (seen.has(target)) continue;
    seen.add(target);
    const inner = referencedTexts(target, subjects, seen);
    if (typeof inner === "string") return inner;
    texts.push(...inner, target.schema);
  }
  return texts;
}
