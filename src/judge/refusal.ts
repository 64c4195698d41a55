import type { Change, InnerReason, RegistryVerdict, RowIncompatibility, SubjectImpact } from "../model/impact.ts";
import { listOf, quote, typeWords } from "./words.ts";

type Refusal = Extract<RegistryVerdict, { outcome: "refused" }>;

/** Without a registry the level is a guess, and the sentence says so. */
export function refusing({ level, origin, cause }: Refusal): string {
  if (cause !== undefined) return "The registry refuses";
  // It takes anything as the first version; that may be a row of before the migration.
  if (origin === "default: the registry has no such subject")
    return `The registry has no such subject yet; once it has what the table sends today, it refuses at level ${level}`;
  return isAssumed(origin) ? `A registry at level ${level}, the usual one, refuses` : `The registry refuses at level ${level} (${origin})`;
}

const isAssumed = (origin: string): boolean => origin.startsWith("default: no registry");

/** What the level protects, for those who have never set one. */
export function asks({ level, cause }: Refusal): string {
  if (cause === "mode") return "In that mode the subject keeps the versions it has, and no level lets another in.";
  if (cause === "schema") return "A schema has to be well formed before any level is looked at.";
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
    ...(asksBackward ? backward.flatMap((one) => culprit(one, changes, "backward")) : []),
    ...(asksForward ? forward.flatMap((one) => culprit(one, changes, "forward")) : []),
  ];
  return found.filter(({ field }, index) => found.findIndex((other) => other.field === field) === index);
}

type Direction = "backward" | "forward";

const missing: Readonly<Record<Direction, string>> = {
  backward: "must have a value and has no default, and events already in the topic do not have it",
  forward: "must have a value and has no default, and new events no longer have it",
};

function culprit(one: RowIncompatibility, changes: readonly Change[], direction: Direction): readonly Culprit[] {
  const { type, field, position } = one;
  if (field === null) return [];
  if (type === "READER_FIELD_MISSING_DEFAULT_VALUE" && one.inner === undefined) {
    return [{ field, position, words: `${quote(field)} ${missing[direction]}` }];
  }
  const own = changes.filter((change) => change.position === position || change.path === field);
  const words = own.map((change) => wordsOf(field, change)).find((found) => found !== null);
  return [{ field, position, words: words ?? otherWords(field, one, direction) }];
}

/** For a field of which no change is known that tells it: its column is another one than before, or it differs inside. */
function otherWords(field: string, { inner, message }: RowIncompatibility, direction: Direction): string {
  if (inner === undefined) return `${quote(field)} differs: ${message}`;
  const place = insideWords(field, inner.place);
  const isBackward = direction === "backward";
  switch (inner.kind) {
    case "null":
      return isBackward ? `${place} could be empty and no longer can` : `${place} always had a value and may now be empty`;
    case "missing":
      return `${place} ${missing[direction]}`;
    case "type":
      return isBackward
        ? `${place} was ${inner.writer} and is now ${inner.reader}`
        : `${place} was ${inner.reader} and is now ${inner.writer}`;
    default:
      return inner satisfies never;
  }
}

/** `"b" in each item of "a"`. */
function insideWords(field: string, place: InnerReason["place"]): string {
  return place.reduce((around, inside) => {
    if (inside.kind === "field") return `${quote(inside.name)} in ${around}`;
    return `${inside.kind === "items" ? "each item" : "each value"} of ${around}`;
  }, quote(field));
}

/** The change in words, where it is of a kind that keeps two schemas of one field apart. */
function wordsOf(field: string, { kind, before, after }: Change): string | null {
  const name = quote(field);
  if (kind === "field-renamed" && typeof before === "string" && after === field)
    return `${name} is now the name of what was ${quote(before)}`;
  if (kind === "made-required") return `${name} could be empty and no longer can`;
  if (kind === "made-optional") return `${name} always had a value and may now be empty`;
  if (kind !== "type-changed" || before === null || after === null || typeof before === "string" || typeof after === "string") return null;
  const [was, is] = [typeWords(before), typeWords(after)];
  return was === is ? null : `${name} was ${was} and is now ${is}`;
}

/** Fields of which the same is to be said in one clause. */
function together(culprits: readonly Culprit[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { field, words } of culprits) {
    const name = quote(field);
    const rest = words.startsWith(`${name} `) ? words.slice(name.length + 1) : null;
    // What is said of a part of the field names it in another place.
    const key = rest ?? words;
    groups.set(key, [...(groups.get(key) ?? []), ...(rest === null ? [] : [name])]);
  }
  return [...groups].map(([rest, names]) => (names.length === 0 ? rest : `${listOf(names)} ${names.length === 1 ? rest : plural(rest)}`));
}

/** Semicolons between clauses that have an "and" of their own; many are counted, as names are. */
function clauses(all: readonly string[]): string {
  return all.length > 6 ? `${all.slice(0, 5).join("; ")}; and ${all.length - 5} more` : all.join("; ");
}

const plural = (words: string): string =>
  words
    .replace(/^was (.*) and is now /s, "were $1 and are now ")
    .replace("and has no default", "and have no default")
    .replace(/ have it$/, " have them");

/** Why, in one clause. */
export function reasons(culprits: readonly Culprit[], verdict: Refusal): string {
  const said = verdict.messages[0];
  if (verdict.cause !== undefined) return said?.replace(/\.$/, "") ?? "it is not taken";
  if (culprits.length > 0) return clauses(together(culprits));
  const against = verdict.version === null ? "the schema sent so far" : `version ${verdict.version}`;
  return said === undefined ? `it does not go with ${against}` : `it does not go with ${against}: ${said.replace(/\.$/, "")}`;
}
