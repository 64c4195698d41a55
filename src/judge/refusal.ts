import type { Change, RegistryVerdict, RowIncompatibility, SubjectImpact } from "../model/impact.ts";
import { listOf, quote, typeWords } from "./words.ts";

type Refusal = Extract<RegistryVerdict, { outcome: "refused" }>;

/** Without a registry the level is a guess, and the sentence says so. */
export const refusing = ({ level, origin }: Refusal): string =>
  isAssumed(origin) ? `A registry at level ${level}, the usual one, refuses` : `The registry refuses at level ${level} (${origin})`;

const isAssumed = (origin: string): boolean => origin.startsWith("default: no registry");

/** What the level protects, for those who have never set one. */
export function asks({ level }: Refusal): string {
  if (level.startsWith("FULL")) return "The level asks that old and new schema can read each other's events.";
  return level.startsWith("FORWARD")
    ? "The level asks that consumers with the old schema can read new events."
    : "The level asks that consumers with the new schema can read old events.";
}

/** A field that keeps the schemas apart, and in words why. */
export interface Culprit {
  readonly field: string;
  /** attnum of its column. */
  readonly position: number | null;
  readonly words: string;
}

/** The inner reasons of the directions that the level asks for, by field: the envelope hides them from the registry's own answer. */
export function culpritsOf({ verdict, backward, forward, changes }: SubjectImpact): readonly Culprit[] {
  if (verdict.outcome !== "refused") return [];
  const asksBackward = !verdict.level.startsWith("FORWARD");
  const asksForward = !verdict.level.startsWith("BACKWARD");
  const found = [
    ...(asksBackward ? backward.flatMap((one) => culprit(one, changes, "events already in the topic do not have it")) : []),
    ...(asksForward ? forward.flatMap((one) => culprit(one, changes, "new events no longer have it")) : []),
  ];
  return found.filter(({ field }, index) => found.findIndex((other) => other.field === field) === index);
}

function culprit({ type, field, position, message }: RowIncompatibility, changes: readonly Change[], missing: string): readonly Culprit[] {
  if (field === null) return [];
  const name = quote(field);
  if (type === "READER_FIELD_MISSING_DEFAULT_VALUE") {
    return [{ field, position, words: `${name} must have a value and has no default, and ${missing}` }];
  }
  const own = changes.filter((change) => change.position === position || change.path === field);
  return [
    {
      field,
      position,
      words: own.map((change) => wordsOf(field, change)).find((words) => words !== null) ?? otherWords(name, message),
    },
  ];
}

/** For a field whose column is another one than before, so that no change of it is known. */
const otherWords = (name: string, message: string): string =>
  message.endsWith("writer type: NULL") ? `${name} could be empty and no longer can` : `${name} differs: ${message}`;

/** The change in words, where it is of a kind that keeps two schemas of one field apart. */
function wordsOf(field: string, { kind, before, after }: Change): string | null {
  const name = quote(field);
  if (kind === "field-renamed" && typeof before === "string" && after === field)
    return `${name} is now the name of what was ${quote(before)}`;
  if (kind === "made-required") return `${name} could be empty and no longer can`;
  if (kind === "made-optional") return `${name} always had a value and may now be empty`;
  if (kind !== "type-changed" || before === null || after === null || typeof before === "string" || typeof after === "string") return null;
  return `${name} was ${typeWords(before)} and is now ${typeWords(after)}`;
}

/** Why, in one clause. */
export function reasons(culprits: readonly Culprit[], verdict: Refusal): string {
  if (culprits.length > 0) return listOf(culprits.map(({ words }) => words));
  const against = verdict.version === null ? "the schema sent so far" : `version ${verdict.version}`;
  const said = verdict.messages[0];
  return said === undefined ? `it does not go with ${against}` : `it does not go with ${against}: ${said.replace(/\.$/, "")}`;
}
