import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { emptyConfig, parseConfig } from "../config/parse.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { readTextFile } from "../io/files.ts";
import type { CommonOptions } from "./options.ts";

const configNames = ["driftgate.yml", "driftgate.yaml", "driftgate.json"];

/** Reads the configuration that the options name, or the one in the working directory, or the empty one. */
export async function loadConfig({ cwd, config, registry = null }: CommonOptions & { readonly registry?: string | null }): Promise<Config> {
  const path = config ?? configNames.find((name) => existsSync(join(cwd, name))) ?? null;
  if (path === null) return emptyConfig;
  const text = await readConfigText(cwd, path);
  const given = registry === null ? null : /^https?:\/\//i.test(registry) ? "url" : "folder";
  // Only a text that may name rules has them loaded.
  const ruleIds = /\b(?:rules|ignore)\b/.test(text) ? (await import("../../rules/index.ts")).rules.map(({ id }) => id) : null;
  return parseConfig(text, path, process.env, given, ruleIds);
}

const maxConfigBytes = 4 * 1024 * 1024;

/** @throws UserError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_TOO_LARGE */
async function readConfigText(cwd: string, path: string): Promise<string> {
  try {
    return await readTextFile(path, { cwd, maxBytes: maxConfigBytes });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === "FILE_NOT_FOUND")
      throw new UserError(error.code, `the configuration ${path} does not exist; check --config and --cwd`, { cause: error });
    const code = error.code === "FILE_NOT_UTF8" ? "FILE_NOT_READABLE" : error.code;
    const detail = error.code === "FILE_NOT_UTF8" ? `${path} is not UTF-8` : error.message;
    throw new UserError(code, `the configuration ${detail}; mend the file, or name another one with --config`, { cause: error });
  }
}

/** A path as a report shows it, and as Source.path has it: relative to cwd, absolute when it is not below. */
export function shownPath(cwd: string, path: string): string {
  const top = realpathSync(cwd);
  const absolute = resolve(top, path);
  const short = relative(top, absolute);
  return (short.startsWith("..") ? absolute : short || ".").replaceAll("\\", "/");
}
