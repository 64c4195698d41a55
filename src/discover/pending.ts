import type { GitChange } from "../model/git-change.ts";
import type { DiscoveryProblem, MigrationState, MigrationTool } from "../model/migration.ts";
import { spanAt } from "../model/position.ts";
import type { Span } from "../model/span.ts";
import type { Draft } from "./layout.ts";
import { lineEnd } from "./layout.ts";
import { regionsOf } from "./sql-regions.ts";
import { whenDeleted, whenDuplicated, whenEdited, whenOutOfOrder, whenRenamed } from "./tool-behaviour.ts";

export interface Placed {
  readonly draft: Draft;
  readonly state: MigrationState;
  readonly id: string;
}

export interface Placement {
  /** In the order of application: the baseline first. */
  readonly placed: readonly Placed[];
  readonly problems: readonly DiscoveryProblem[];
}

const placedAs =
  (state: MigrationState) =>
  (draft: Draft): Placed => ({ draft, state, id: draft.id });

/** Pending are the drafts of the paths; all others are applied. */
export function byPath(current: readonly Draft[], paths: ReadonlySet<string>, tool: MigrationTool): Placement {
  const isPending = (draft: Draft): boolean => paths.has(draft.path);
  return {
    placed: [
      ...current.filter((draft) => !isPending(draft)).map(placedAs("baseline")),
      ...current.filter(isPending).map(placedAs("pending")),
    ],
    problems: outOfOrder(current, isPending, tool),
  };
}

/** Pending is what the base did not have, and repeatable migrations with a new text. The base is applied as it was. */
export function byHistory(
  current: readonly Draft[],
  base: readonly Draft[],
  changes: readonly GitChange[],
  tool: MigrationTool,
): Placement {
  const pairs = pair(current, base, tool);
  const known = new Map([...pairs].map(([old, now]) => [now, old]));
  const isChanged = (draft: Draft): boolean => {
    const old = known.get(draft);
    return old !== undefined && draft.repeatable && !sameText(old, draft);
  };
  const isPending = (draft: Draft): boolean => !known.has(draft) || isChanged(draft);
  const again = new Set(current.filter(isChanged).map((draft) => draft.id));
  return {
    placed: [
      ...base.map((old) => ({
        draft: old,
        state: "baseline" as const,
        id: again.has(old.id) ? `${old.id} (applied)` : (pairs.get(old) ?? old).id,
      })),
      ...current.filter(isPending).map(placedAs("pending")),
    ],
    problems: [
      ...base.flatMap((old) => historyProblems(old, pairs.get(old), changes, tool)),
      ...outOfOrder(current, (draft) => !known.has(draft), tool),
      ...moved(current, base, pairs, tool),
    ],
  };
}

/** Which draft of today each draft of the base became: same key and, where several have it, same path. */
function pair(current: readonly Draft[], base: readonly Draft[], tool: MigrationTool): ReadonlyMap<Draft, Draft> {
  const byKey = new Map<string, Draft[]>();
  for (const draft of current) byKey.set(draft.key, [...(byKey.get(draft.key) ?? []), draft]);
  const pairs = new Map<Draft, Draft>();
  const taken = new Set<Draft>();
  for (const old of base) {
    const same = byKey.get(old.key)?.find((draft) => draft.path === old.path && !taken.has(draft));
    if (same === undefined) continue;
    pairs.set(old, same);
    taken.add(same);
  }
  // A reworked change of Sqitch keeps its key under another file name, as does a renamed file of a tool that knows versions only.
  for (const old of base) {
    if (pairs.has(old) || (tool === "plain" && old.key === old.path)) continue;
    const same = byKey.get(old.key)?.find((draft) => !taken.has(draft));
    if (same === undefined) continue;
    pairs.set(old, same);
    taken.add(same);
  }
  return pairs;
}

function historyProblems(
  old: Draft,
  now: Draft | undefined,
  changes: readonly GitChange[],
  tool: MigrationTool,
): readonly DiscoveryProblem[] {
  if (now === undefined) return [gone(old, changes, tool)];
  const problems: DiscoveryProblem[] = [];
  if (now.path !== old.path && tool !== "sqitch") {
    problems.push({ kind: "renamed", path: now.path, detail: `was ${old.path}; ${whenRenamed[tool]}`, span: firstLine(now) });
  }
  const unreadable = changes.some((change) => change.kind === "modified" && change.path === now.path && change.before === null);
  if (now.repeatable || (sameText(old, now) && !unreadable)) return problems;
  const harmless = !unreadable && sameMeaning(old, now);
  const what = harmless ? "only white space or comments changed" : "its text changed";
  problems.push({ kind: "edited", path: now.path, detail: `${what} since the base; ${whenEdited[tool]}`, span: firstDifference(old, now) });
  return problems;
}

function gone(old: Draft, changes: readonly GitChange[], tool: MigrationTool): DiscoveryProblem {
  const rename = changes.find((change) => change.kind === "renamed" && change.from === old.path);
  if (rename === undefined) {
    const span = spanAt(old.path, "", 0, 0);
    const what = old.id.includes("::") ? `the changeset ${old.id} is gone; ` : "";
    return { kind: "deleted", path: old.path, detail: `${what}${whenDeleted[tool]}`, span };
  }
  const span = spanAt(rename.path, "", 0, 0);
  return { kind: "renamed", path: rename.path, detail: `was ${old.path}; ${whenRenamed[tool]}`, span };
}

function outOfOrder(current: readonly Draft[], isNew: (draft: Draft) => boolean, tool: MigrationTool): readonly DiscoveryProblem[] {
  const numbered = current.filter((draft) => !draft.repeatable);
  const last = numbered.findLastIndex((draft) => !isNew(draft));
  const latest = newest(numbered.filter((draft) => !isNew(draft)));
  return numbered.flatMap((draft, index): DiscoveryProblem[] => {
    if (!isNew(draft)) return [];
    const later = index < last ? numbered[last] : latest !== null && isOlder(draft, latest) ? latest : undefined;
    if (later === undefined) return [];
    const detail = `it ${index < last ? "sorts before" : "is dated before"} ${later.id}, which is already applied; ${whenOutOfOrder[tool]}`;
    return [{ kind: "out-of-order", path: draft.path, detail, span: firstLine(draft) }];
  });
}

const isOlder = (draft: Draft, other: Draft): boolean => draft.time !== null && other.time !== null && draft.time <= other.time;

function newest(drafts: readonly Draft[]): Draft | null {
  return drafts.reduce<Draft | null>(
    (latest, draft) => (draft.time !== null && (latest === null || !isOlder(draft, latest)) ? draft : latest),
    null,
  );
}

/** Applied migrations that changed places (a plan or journal that was reordered). */
function moved(
  current: readonly Draft[],
  base: readonly Draft[],
  pairs: ReadonlyMap<Draft, Draft>,
  tool: MigrationTool,
): readonly DiscoveryProblem[] {
  const places = new Map(current.map((draft, index) => [draft, index]));
  let highest: { readonly place: number; readonly draft: Draft } | null = null;
  const problems: DiscoveryProblem[] = [];
  for (const old of base) {
    const now = pairs.get(old);
    if (now === undefined || now.repeatable) continue;
    const place = places.get(now) ?? 0;
    if (highest !== null && place < highest.place) {
      const detail = `it now comes before ${highest.draft.id}, after which it was applied; ${whenOutOfOrder[tool]}`;
      problems.push({ kind: "out-of-order", path: now.path, detail, span: firstLine(now) });
    } else {
      highest = { place, draft: now };
    }
  }
  return problems;
}

/** Several migrations under one key of the tool's history. */
export function duplicates(current: readonly Draft[], tool: MigrationTool): readonly DiscoveryProblem[] {
  const first = new Map<string, Draft>();
  const problems: DiscoveryProblem[] = [];
  for (const draft of current) {
    const other = first.get(draft.key);
    if (other === undefined) first.set(draft.key, draft);
    else {
      const detail = `${other.id} has the same ${tool === "liquibase" ? "author and id" : `version ${draft.key}`}; ${whenDuplicated[tool]}`;
      problems.push({ kind: "duplicate-version", path: draft.path, detail, span: firstLine(draft) });
    }
  }
  return problems;
}

const extentText = (draft: Draft): string => draft.text.slice(draft.extent.start, draft.extent.end);

// What stands between the last changeset and the end of the file is white space that a new changeset may take along.
const sameText = (a: Draft, b: Draft): boolean => extentText(a).trimEnd() === extentText(b).trimEnd();

/** What is sent, as far as it means something. */
const meaning = (draft: Draft): string =>
  draft.sections.map((section) => significant(draft.text.slice(section.start, section.end))).join("\u0000");

/** The SQL that is sent is the same but for white space and comments, and so is how it is sent. */
function sameMeaning(a: Draft, b: Draft): boolean {
  return a.transactional === b.transactional && a.placeholders === b.placeholders && meaning(a) === meaning(b);
}

/** The tokens, each behind a control character: white space and comments gone, except that `E 'a'` is not `E'a'`. */
function significant(sql: string): string {
  const tokens: string[] = [];
  for (const region of regionsOf(sql)) {
    const text = sql.slice(region.start, region.end);
    if (region.kind === "text") {
      for (const token of text.matchAll(/[\w$\u0080-\uffff]+|[-+*/<>=~!@#%^&|`?:]+|\S/g)) tokens.push(token[0]);
    } else if (region.kind !== "line-comment" && region.kind !== "block-comment")
      tokens.push(/[\w&]/.test(sql[region.start - 1] ?? "") ? `+${text}` : text);
  }
  return tokens.join("\u0001");
}

function firstLine(draft: Draft): Span {
  return spanAt(draft.path, draft.text, draft.extent.start, Math.min(lineEnd(draft.text, draft.extent.start), draft.extent.end));
}

/** The first line of today's text that is not as it was. */
function firstDifference(old: Draft, now: Draft): Span {
  const [before, after] = [extentText(old), extentText(now)];
  let same = 0;
  while (same < after.length && before[same] === after[same]) same += 1;
  const offset = now.extent.start + Math.min(same, Math.max(after.length - 1, 0));
  const start = now.text.lastIndexOf("\n", offset - 1) + 1;
  return spanAt(now.path, now.text, start, lineEnd(now.text, offset));
}
