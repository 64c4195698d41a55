import type { Source } from "../../model/migration.ts";
import type { Range } from "../layout.ts";
import { baseName, belowRoot, folderOf, lineEnd } from "../layout.ts";

/** How a runner marks the two ways of a migration that stand in one file. */
interface Marks {
  /** Null where the way forward begins with the file. */
  readonly up: RegExp | null;
  readonly down: RegExp;
  /** What stands above the first mark is not sent. */
  readonly headIsOurs: boolean;
}

const word = (words: string): RegExp =>
  new RegExp(
    String.raw`^[ \t]*(?:--|#|/\*)[^\w\n]*(?:migrat(?:e|ion)s?\W+)?(?:${words})(?:\W+(?:migration|section|script|part|statements?|sql))?[^\w\n]*$`,
    "gim",
  );

/**
 * sql-migrate and micrate, node-pg-migrate, rambler, shmig, tern, Play's evolutions (play: ApplicationEvolutions.scala, upsMarker), MyBatis
 * Migrations and dbdeploy, and last the bare words that runners of one's own have.
 */
const known: readonly Marks[] = [
  { up: /^--[ \t]*\+\w+[ \t]+Up\b.*$/gim, down: /^--[ \t]*\+\w+[ \t]+Down\b.*$/gim, headIsOurs: true },
  { up: /^[ \t]*--[ \t]*Up[ \t]+Migration\b.*$/gim, down: /^[ \t]*--[ \t]*Down[ \t]+Migration\b.*$/gim, headIsOurs: true },
  { up: /^--[ \t]*rambler[ \t]+up\b.*$/gim, down: /^--[ \t]*rambler[ \t]+down\b.*$/gim, headIsOurs: true },
  { up: /^--[ \t]*=+[ \t]*UP[ \t]*=+.*$/gm, down: /^--[ \t]*=+[ \t]*DOWN[ \t]*=+.*$/gm, headIsOurs: true },
  { up: null, down: /^----[ \t]*create above[^\n]*drop below[ \t]*----.*$/gim, headIsOurs: false },
  { up: /^(?:#|--).*!Ups.*$/gm, down: /^(?:#|--).*!Downs.*$/gm, headIsOurs: true },
  { up: null, down: /^--[ \t]*\/\/[ \t]*@UNDO\b.*$/gim, headIsOurs: false },
  { up: word("ups?|upgrade|forwards?"), down: word("downs?|downgrade|backwards?|undo|rollback|revert"), headIsOurs: false },
];

/** The parts of a file that go forward; null where it has no mark of a way back, so that all of it does. */
export function forward(text: string): readonly Range[] | null {
  for (const { up, down, headIsOurs } of known) {
    const backs = [...text.matchAll(down)];
    const forwards = up === null ? [] : [...text.matchAll(up)];
    if (forwards.length === 0 && (backs.length === 0 || headIsOurs)) continue;
    // The bare word "up" alone is a remark as well as a mark.
    if (backs.length === 0 && !headIsOurs) continue;
    return between(text, forwards, backs, !headIsOurs);
  }
  return null;
}

function between(text: string, ups: readonly RegExpExecArray[], downs: readonly RegExpExecArray[], withHead: boolean): readonly Range[] {
  const marks = [...ups.map((found) => ({ found, isUp: true })), ...downs.map((found) => ({ found, isUp: false }))].sort(
    (a, b) => a.found.index - b.found.index,
  );
  const sections: Range[] = [];
  let start = withHead ? 0 : null;
  for (const { found, isUp } of marks) {
    if (start !== null && found.index > start) sections.push({ start, end: found.index });
    start = isUp ? lineEnd(text, found.index) : null;
  }
  return start === null || start >= text.length ? sections : [...sections, { start, end: text.length }];
}

const words = "downs?|undo|rollbacks?|reverts?";
/** In a part of its own, between dots, or in a folder's name: nothing else is called so. */
const surely = new RegExp(String.raw`\.(?:${words})\.|(?:^|/)(?:${words})(?:[_-][^/]*)?/|(?:^|/)(?:${words})\.\w+$`, "i");
/** Last or first among other words it may as well be what the migration is about. */
const perhaps = new RegExp(String.raw`[_-](?:${words})\.\w+$|(?:^|/)(?:down|undo|rollback|revert)[_-][^/]*$`, "i");

/** Without the files that are the way back of others, by their names. */
export function withoutBacks(root: string, sources: readonly Source[]): readonly Source[] {
  const rest = sources.filter(({ path }) => !surely.test(belowRoot(root, path)));
  const forwards = new Set(rest.filter(({ path }) => !perhaps.test(path)).map(({ path }) => stem(path)));
  return rest.filter(({ path }) => !perhaps.test(path) || !forwards.has(stem(path)));
}

/** What a migration and its way back have in common: folder and number, or the name where there is none. */
function stem(path: string): string {
  const name = baseName(path)
    .replace(/\.\w+$/, "")
    .replace(new RegExp(String.raw`[_-](?:${words}|ups?)$|^(?:down|undo|rollback|revert|up)[_-]`, "i"), "");
  return `${folderOf(path)}/${/^\d+(?:[._-]\d+)*/.exec(name)?.[0] ?? name}`;
}
