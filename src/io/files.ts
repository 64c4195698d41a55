import { lstat, readFile, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { UserError } from "../errors.ts";
import type { Source } from "../model/migration.ts";

export interface ReadOptions {
  readonly cwd: string;
  /** Bytes a file may have; 64 MiB by default. */
  readonly maxBytes?: number;
}

export interface ReadSourcesOptions extends ReadOptions {
  /** Files and folders, relative to cwd or absolute. A file that is named is always read. */
  readonly paths: readonly string[];
  /** Which files of a folder are wanted; all by default. Gets the path as it will stand in Source. */
  readonly accept?: (path: string) => boolean;
}

const defaultLimit = 64 * 1024 * 1024;
// Other people's code and copies made by a build: passed over unless they are named.
const skipped = new Set([".git", ".hg", ".svn", "node_modules", "vendor", ".venv", "target", "build", "dist"]);

/**
 * Reads files, and folders with all below them but for dependencies and build output, sorted by path (code units). Symbolic links that lead out of cwd are refused when named
 * and passed over when met in a folder, as the files of a pull request are not to be trusted.
 * @throws UserError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_UTF8 or FILE_TOO_LARGE, naming the file.
 */
export async function readSources(options: ReadSourcesOptions): Promise<Source[]> {
  const top = await realpath(options.cwd);
  const found = new Map<string, string>();
  for (const path of options.paths) {
    const absolute = resolve(top, path);
    if ((await kindOf(absolute, path, top)) === "folder") await walk(absolute, top, options.accept ?? (() => true), found);
    else found.set(shown(top, absolute), absolute);
  }
  const sources: Source[] = [];
  for (const [path, absolute] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sources.push({ path, text: await readAs(absolute, path, options.maxBytes ?? defaultLimit) });
  }
  return sources;
}

/** Reads one text file. @throws UserError as readSources. */
export async function readTextFile(path: string, options: ReadOptions): Promise<string> {
  const top = await realpath(options.cwd);
  const absolute = resolve(top, path);
  if ((await kindOf(absolute, path, null)) === "folder") throw new UserError("FILE_NOT_READABLE", `${path} is a folder, not a file`);
  return readAs(absolute, path, options.maxBytes ?? defaultLimit);
}

/**
 * UTF-8 bytes as text, byte order mark removed.
 * @throws UserError FILE_NOT_UTF8 with line and column of the first byte that is no text.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  const zero = bytes.indexOf(0);
  if (zero !== -1) throw notText(bytes, zero, path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(bytes, firstBadByte(bytes), path);
  }
}

/** The path as a user would write it: relative to cwd, with forward slashes; absolute when it is not below cwd. */
function shown(top: string, absolute: string): string {
  const path = relative(top, absolute);
  return (path.startsWith("..") ? absolute : path).split(sep).join("/");
}

async function kindOf(absolute: string, path: string, within: string | null): Promise<"file" | "folder"> {
  try {
    if (within !== null && !(await staysWithin(absolute, within))) {
      throw new UserError("FILE_NOT_READABLE", `${path} is a symbolic link that leads out of the working directory; it is not followed`);
    }
    const status = await stat(absolute);
    if (status.isDirectory()) return "folder";
    if (status.isFile()) return "file";
  } catch (error) {
    throw asUserError(error, path);
  }
  throw new UserError("FILE_NOT_READABLE", `${path} is neither a file nor a folder`);
}

/** A path written by the user may lie anywhere; only links below cwd may not lead out of it. */
async function staysWithin(absolute: string, top: string): Promise<boolean> {
  if (absolute !== top && !absolute.startsWith(top + sep)) return true;
  const real = await realpath(absolute);
  return real === top || real.startsWith(top + sep);
}

async function walk(folder: string, top: string, accept: (path: string) => boolean, found: Map<string, string>): Promise<void> {
  const entries = await list(folder, top);
  for (const entry of entries) {
    const absolute = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      await followLink(absolute, top, accept, found);
    } else if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) await walk(absolute, top, accept, found);
    } else if (entry.isFile() && accept(shown(top, absolute))) {
      found.set(shown(top, absolute), absolute);
    }
  }
}

async function list(folder: string, top: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw asUserError(error, shown(top, folder));
  }
}

/** Links to files inside cwd are read; links to folders are not followed, as they may form a ring. */
async function followLink(absolute: string, top: string, accept: (path: string) => boolean, found: Map<string, string>): Promise<void> {
  const path = shown(top, absolute);
  if (!accept(path)) return;
  const target = await realpath(absolute).catch(() => null);
  if (target === null || !target.startsWith(top + sep)) return;
  if ((await lstat(target)).isFile()) found.set(path, target);
}

async function readAs(absolute: string, path: string, maxBytes: number): Promise<string> {
  try {
    const { size } = await stat(absolute);
    if (size > maxBytes) {
      throw new UserError(
        "FILE_TOO_LARGE",
        `${path} has ${megabytes(size)} and the limit is ${megabytes(maxBytes)}; leave it out, or split it`,
      );
    }
    return decodeText(await readFile(absolute), path);
  } catch (error) {
    throw asUserError(error, path);
  }
}

const megabytes = (bytes: number): string => `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;

function asUserError(error: unknown, path: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const code = "code" in error ? error.code : null;
  if (code === "ENOENT" || code === "ENOTDIR") return new UserError("FILE_NOT_FOUND", `${path} does not exist`, { cause: error });
  const why =
    code === "EACCES" || code === "EPERM"
      ? "permission denied"
      : code === "ELOOP"
        ? "its symbolic links form a ring"
        : String(code ?? error.message);
  return new UserError("FILE_NOT_READABLE", `${path} cannot be read: ${why}`, { cause: error });
}

function notText(bytes: Uint8Array, offset: number, path: string): UserError {
  const before = bytes.subarray(0, offset);
  let [line, lineStart] = [1, 0];
  for (let at = before.indexOf(10); at !== -1; at = before.indexOf(10, at + 1)) [line, lineStart] = [line + 1, at + 1];
  const column = new TextDecoder("utf-8").decode(before.subarray(lineStart)).length + 1;
  const byte = `0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")}`;
  return new UserError("FILE_NOT_UTF8", `${path}:${line}:${column}: the byte ${byte} is not UTF-8 text. ${encodingHint(bytes, offset)}`);
}

function encodingHint(bytes: Uint8Array, offset: number): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16) return "The file looks like UTF-16: save it as UTF-8.";
  if (bytes[offset] === 0) return "The file looks like a binary file: is it a migration at all?";
  return "The file looks like Latin-1 or Windows-1252: save it as UTF-8.";
}

/** Offset of the first byte that does not continue a valid UTF-8 text (Unicode Standard, table 3-7). */
function firstBadByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return 0;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  for (let i = 1; i < length; i += 1) {
    const next = bytes[at + i] ?? 0;
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return 0;
  }
  return length;
}
