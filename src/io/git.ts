import { simpleGit } from "simple-git";
import type { SimpleGit } from "simple-git";
import { UserError } from "../errors.ts";
import type { GitChange } from "../model/git-change.ts";
import { decodeText } from "./utf8.ts";

export interface GitOptions {
  readonly cwd: string;
  /** Branch, tag or commit the change is to be merged into. */
  readonly base: string;
  /** Which files matter; all by default. Gets the path relative to cwd. Only their old texts are read. */
  readonly accept?: (path: string) => boolean;
}

export interface GitChanges {
  /** Full commit id. */
  readonly mergeBase: string;
  /** By path (code units). Only what lies below cwd. */
  readonly changes: readonly GitChange[];
}

interface RawChange {
  readonly status: string;
  readonly similarity: number;
  readonly blob: string;
  readonly mode: string;
  readonly from: string;
  readonly path: string;
}

// The checkout may be hostile: nothing that its settings name is run. simple-git removes GIT_* variables by itself.
const hardening = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never", "submodule.recurse=false"];

/**
 * What the working tree has that the merge base of HEAD and `base` has not: commits, staged and unstaged changes, and untracked files that
 * are not ignored.
 * @throws UserError GIT_FAILED saying what to do: no repository, unknown base, shallow clone.
 */
export async function changesSinceMergeBase(options: GitOptions): Promise<GitChanges> {
  const accept = options.accept ?? (() => true);
  const first = openRepository(options.cwd);
  await requireRepository(first);
  const git = openRepository(options.cwd, { config: await withoutFilters(first) });
  const mergeBase = await findMergeBase(git, options.base);
  const raw = (await diff(git, mergeBase)).filter((change) => accept(change.path) || accept(change.from));
  const untracked = (await run(git, ["ls-files", "--others", "--exclude-standard", "-z"]))
    .split("\u0000")
    .filter((path) => path !== "" && accept(path));
  const texts = await readBlobs(options.cwd, raw);
  const changes = [...raw.map((change) => toChange(change, texts)), ...untracked.map((path): GitChange => ({ kind: "added", path }))];
  return { mergeBase, changes: changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
}

/** Settings that empty every filter driver: a `.gitattributes` could otherwise have one run on the files that are compared. */
async function withoutFilters(git: SimpleGit): Promise<readonly string[]> {
  const names = ((await attempt(git, ["config", "--null", "--name-only", "--get-regexp", "^filter\\."])) ?? "").split("\u0000");
  const drivers = new Set(names.map((name) => /^filter\.(.+)\.[^.]+$/s.exec(name)?.[1]).filter((name) => name !== undefined));
  return [...drivers].flatMap((name) => [`filter.${name}.clean=`, `filter.${name}.process=`, `filter.${name}.required=false`]);
}

function openRepository(cwd: string, extra: { readonly config?: readonly string[]; readonly input?: string } = {}): SimpleGit {
  const { config = [], input } = extra;
  try {
    return simpleGit({
      baseDir: cwd,
      config: [...hardening, ...config],
      maxConcurrentProcesses: 2,
      timeout: { block: 60_000 },
      unsafe: {
        allowUnsafeFilter: true,
        allowUnsafeFsMonitor: true,
        allowUnsafeHooksPath: true,
        allowUnsafePager: true,
        allowUnsafeProtocolOverride: true,
      },
      ...(input === undefined ? {} : { input: () => input }),
    });
  } catch (error) {
    throw new UserError("GIT_FAILED", `git cannot be run in ${cwd}: ${textOf(error)}`, { cause: error });
  }
}

async function requireRepository(git: SimpleGit): Promise<void> {
  const inside = await run(git, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.trim() !== "true")
    throw new UserError("GIT_FAILED", "--base needs a git working tree, and this is not one; name the pending files with --pending");
}

async function findMergeBase(git: SimpleGit, base: string): Promise<string> {
  if (!/^[^-\s:?*[\\\p{Cc}][^\s:?*[\\\p{Cc}]*$/u.test(base) || base.includes("..")) {
    throw new UserError("GIT_FAILED", `"${base}" is not the name of a branch, tag or commit; give --base one, for example origin/main`);
  }
  const shallow = (await run(git, ["rev-parse", "--is-shallow-repository"])).trim() === "true";
  const deepen = "The clone is shallow: fetch the whole history first (fetch-depth: 0 in actions/checkout, or git fetch --unshallow).";
  const commit = (await commitOf(git, base)) ?? (await commitOf(git, `origin/${base}`));
  if (commit === null) {
    const remedy = shallow ? deepen : `Fetch it first (git fetch origin ${base}), or give another name.`;
    throw new UserError("GIT_FAILED", `git knows no commit "${base}". ${remedy}`);
  }
  if ((await commitOf(git, "HEAD")) === null)
    throw new UserError("GIT_FAILED", "the branch that is checked out has no commit yet; --base needs one");
  const found = await attempt(git, ["merge-base", commit, "HEAD"]);
  if (found !== null && found.trim() !== "") return found.trim();
  throw new UserError(
    "GIT_FAILED",
    `HEAD and "${base}" have no common commit. ${shallow ? deepen : "Is it the right repository and branch?"}`,
  );
}

async function commitOf(git: SimpleGit, name: string): Promise<string | null> {
  const id = (await attempt(git, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`]))?.trim() ?? "";
  return /^[0-9a-f]{40,64}$/.test(id) ? id : null;
}

/** Differences of the working tree from the commit, in `--raw -z` form (manual page git-diff, "Raw output format"). */
async function diff(git: SimpleGit, commit: string): Promise<readonly RawChange[]> {
  const flags = [
    "--raw",
    "-z",
    "--no-abbrev",
    "--relative",
    "--find-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=all",
  ];
  const fields = (await run(git, ["--no-optional-locks", "diff", ...flags, commit, "--", "."])).split("\u0000");
  const changes: RawChange[] = [];
  for (let i = 0; i + 1 < fields.length;) {
    const header = /^:(\d+) \d+ ([0-9a-f]+) [0-9a-f]+ ([A-Z])(\d*)$/.exec(fields[i] ?? "");
    if (header === null)
      throw new UserError("GIT_FAILED", `git diff answered in a form that is not understood: ${(fields[i] ?? "").slice(0, 80)}`);
    const [, mode = "", blob = "", status = "", score = ""] = header;
    const twoPaths = status === "R" || status === "C";
    const from = fields[i + 1] ?? "";
    const path = twoPaths ? (fields[i + 2] ?? "") : from;
    i += twoPaths ? 3 : 2;
    if (mode !== "160000") changes.push({ status, similarity: Number(score === "" ? 100 : score), blob, mode, from, path });
  }
  return changes;
}

/** Old texts by blob id, all with one process; what is not there, is no regular file or is no UTF-8 text is left out. */
async function readBlobs(cwd: string, changes: readonly RawChange[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(changes.filter((change) => change.status !== "A" && change.mode.startsWith("100")).map((change) => change.blob));
  if (wanted.size === 0) return new Map();
  const answer: unknown = await openRepository(cwd, { input: `${[...wanted].join("\n")}\n` }).binaryCatFile(["--batch"]);
  if (!(answer instanceof Uint8Array)) throw new UserError("GIT_FAILED", "git cat-file gave no answer");
  const texts = new Map<string, string>();
  for (let position = 0; position < answer.length;) {
    const lineEnd = answer.indexOf(10, position);
    if (lineEnd === -1) break;
    const [id = "", kind = "", size = ""] = new TextDecoder().decode(answer.subarray(position, lineEnd)).split(" ");
    position = lineEnd + 1;
    if (kind !== "blob") continue;
    const text = decodeOrNull(answer.subarray(position, position + Number(size)));
    if (text !== null) texts.set(id, text);
    position += Number(size) + 1;
  }
  return texts;
}

function decodeOrNull(bytes: Uint8Array): string | null {
  try {
    return decodeText(bytes, "");
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function toChange(change: RawChange, texts: ReadonlyMap<string, string>): GitChange {
  const before = texts.get(change.blob) ?? null;
  const { path, from, similarity } = change;
  switch (change.status) {
    case "A":
    case "C":
      return { kind: "added", path };
    case "D":
      return { kind: "deleted", path, before };
    case "R":
      return { kind: "renamed", path, from, similarity, before };
    default:
      return { kind: "modified", path, before };
  }
}

async function attempt(git: SimpleGit, command: readonly string[]): Promise<string | null> {
  return git.raw([...command]).catch(() => null);
}

async function run(git: SimpleGit, command: readonly string[]): Promise<string> {
  try {
    return await git.raw([...command]);
  } catch (error) {
    const text = textOf(error);
    if (/ENOENT/.test(text))
      throw new UserError("GIT_FAILED", "--base needs git, and there is no git program on the PATH", { cause: error });
    if (/not a git repository/i.test(text)) {
      throw new UserError(
        "GIT_FAILED",
        "--base needs a git repository, and this folder is in none; name the pending files with --pending",
        { cause: error },
      );
    }
    if (/dubious ownership/i.test(text)) {
      throw new UserError(
        "GIT_FAILED",
        "git does not trust this folder because another user owns it; run git config --global --add safe.directory with its path",
        { cause: error },
      );
    }
    throw new UserError("GIT_FAILED", `git ${command[0] ?? ""} failed: ${text.split("\n")[0] ?? ""}`, { cause: error });
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();
