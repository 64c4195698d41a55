import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { UserError } from "../errors.ts";
import type { Source } from "../model/migration.ts";
import { decodeText } from "./utf8.ts";

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
  /** Is told of each wanted file of a folder that is passed over: a link that leads out or nowhere, a pipe. */
  readonly passedOver?: (path: string) => void;
}

const defaultLimit = 64 * 1024 * 1024;
// Other people's code and copies made by a build: passed over unless they are named.
const skipped = new Set([".git", ".hg", ".svn", "node_modules", "vendor", ".venv", "target", "build", "dist"]);

/**
 * Reads files, and folders with all below them but for dependencies and build output, sorted by path (code units). Symbolic links that lead out of cwd are refused when named
 * and passed over when met in a folder, as the files of a pull request are not to be trusted; `passedOver` is told.
 * One call of the system after the other: for thousands of small files, promises would cost several times what the reading does.
 * @throws UserError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_UTF8 or FILE_TOO_LARGE, naming the file.
 */
export async function readSources(options: ReadSourcesOptions): Promise<Source[]> {
  const top = realpathSync(options.cwd);
  const found = new Map<string, string>();
  for (const path of options.paths) {
    const absolute = resolve(top, path);
    if (kindOf(absolute, path, top) === "folder") {
      walk(absolute, shown(top, absolute), {
        top,
        accept: options.accept ?? (() => true),
        passedOver: options.passedOver ?? (() => undefined),
        found,
      });
    } else found.set(shown(top, absolute), absolute);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, absolute]) => ({ path, text: readAs(absolute, path, options.maxBytes ?? defaultLimit) }));
}

/** Reads one text file. @throws UserError as readSources. */
export async function readTextFile(path: string, options: ReadOptions): Promise<string> {
  const absolute = resolve(realpathSync(options.cwd), path);
  if (kindOf(absolute, path, null) === "folder") throw new UserError("FILE_NOT_READABLE", `${path} is a folder, not a file`);
  return readAs(absolute, path, options.maxBytes ?? defaultLimit);
}

/** The path as a user would write it: relative to cwd, with forward slashes; absolute when it is not below cwd. */
function shown(top: string, absolute: string): string {
  const path = relative(top, absolute);
  return (path.startsWith("..") ? absolute : path).split(sep).join("/");
}

function kindOf(absolute: string, path: string, within: string | null): "file" | "folder" {
  try {
    if (within !== null && !staysWithin(absolute, within)) {
      throw new UserError("FILE_NOT_READABLE", `${path} is a symbolic link that leads out of the working directory; it is not followed`);
    }
    const status = statSync(absolute);
    if (status.isDirectory()) return "folder";
    if (status.isFile()) return "file";
  } catch (error) {
    throw asUserError(error, path);
  }
  throw neitherFileNorFolder(path);
}

const neitherFileNorFolder = (path: string): UserError => new UserError("FILE_NOT_READABLE", `${path} is neither a file nor a folder`);

/** A path written by the user may lie anywhere; only links below cwd may not lead out of it. */
function staysWithin(absolute: string, top: string): boolean {
  if (absolute !== top && !absolute.startsWith(top + sep)) return true;
  const real = realpathSync(absolute);
  return real === top || real.startsWith(top + sep);
}

interface Walk {
  readonly top: string;
  readonly accept: (path: string) => boolean;
  readonly passedOver: (path: string) => void;
  /** Absolute path by the path that is shown. */
  readonly found: Map<string, string>;
}

function walk(folder: string, shownFolder: string, of: Walk): void {
  for (const entry of list(folder, shownFolder)) {
    const absolute = join(folder, entry.name);
    const path = shownFolder === "" ? entry.name : `${shownFolder}/${entry.name}`;
    if (entry.isSymbolicLink()) followLink(absolute, path, of);
    else if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) walk(absolute, path, of);
    } else if (of.accept(path)) {
      if (entry.isFile()) of.found.set(path, absolute);
      else of.passedOver(path);
    }
  }
}

function list(folder: string, path: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw asUserError(error, path);
  }
}

/** Links to files inside cwd are read; links to folders are not followed, as they may form a ring. */
function followLink(absolute: string, path: string, { top, accept, passedOver, found }: Walk): void {
  if (!accept(path)) return;
  try {
    const target = realpathSync(absolute);
    const status = lstatSync(target);
    if (target.startsWith(top + sep) && status.isFile()) found.set(path, target);
    else if (!status.isDirectory()) passedOver(path);
  } catch {
    // It leads nowhere, or in a ring.
    passedOver(path);
  }
}

/** Opened once and then judged by what was opened; without blocking, should it have become a pipe meanwhile. */
function readAs(absolute: string, path: string, maxBytes: number): string {
  let file: number | null = null;
  try {
    file = openSync(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    if (!status.isFile()) throw neitherFileNorFolder(path);
    if (status.size > maxBytes) {
      throw new UserError(
        "FILE_TOO_LARGE",
        `${path} has ${megabytes(status.size)} and the limit is ${megabytes(maxBytes)}; leave it out, or split it`,
      );
    }
    return decodeText(readAll(file, status.size), path);
  } catch (error) {
    throw asUserError(error, path);
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** The kernel's own files say that they have no size. */
function readAll(file: number, size: number): Uint8Array {
  if (size === 0) return readFileSync(file);
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = readSync(file, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
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
