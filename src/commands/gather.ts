import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { emptyConfig, parseConfig } from "../config/parse.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { CommonOptions } from "./options.ts";

const configNames = ["driftgate.yml", "driftgate.yaml", "driftgate.json"];

/** Reads the configuration that the options name, or the one in the working directory, or the empty one. */
export async function loadConfig({ cwd, config, registry = null }: CommonOptions & { readonly registry?: string | null }): Promise<Config> {
  const path = config ?? configNames.find((name) => existsSync(join(cwd, name))) ?? null;
  if (path === null) return emptyConfig;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(resolve(cwd, path)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT")
      throw new UserError("FILE_NOT_FOUND", `the configuration ${path} does not exist; check --config and --cwd`, { cause: error });
    const detail = error instanceof TypeError ? "is not UTF-8" : `cannot be read${typeof code === "string" ? ` (${code})` : ""}`;
    throw new UserError("FILE_NOT_READABLE", `the configuration ${path} ${detail}; mend the file, or name another one with --config`, {
      cause: error,
    });
  }
  const given = registry === null ? null : /^https?:\/\//i.test(registry) ? "url" : "folder";
  // Only a text that may name rules has them loaded.
  const ruleIds = /\b(?:rules|ignore)\b/.test(text) ? (await import("../../rules/index.ts")).rules.map(({ id }) => id) : null;
  return parseConfig(text, path, process.env, given, ruleIds);
}

/** A path as a report shows it, and as Source.path has it: relative to cwd, absolute when it is not below. */
export function shownPath(cwd: string, path: string): string {
  const top = realpathSync(cwd);
  const absolute = resolve(top, path);
  const short = relative(top, absolute);
  return (short.startsWith("..") ? absolute : short || ".").replaceAll("\\", "/");
}
