import { join } from "node:path";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { writeStdout } from "../io/output.ts";
import type { PullResult } from "../io/registry/pull.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConfig } from "./gather.ts";
import type { CommonOptions } from "./options.ts";
import { clientOptions } from "./registry-options.ts";
import { pullConnectors } from "./pull-connectors.ts";
import { pullDatabase } from "./pull-database.ts";
import { isUrl } from "./subjects.ts";
import { namePattern } from "../model/pattern.ts";

export interface PullOptions extends CommonOptions {
  readonly dir: string;
  readonly registry: string | null;
  /** Kafka Connect URLs. */
  readonly connectors: readonly string[];
  readonly databaseUrl: string | null;
  readonly fresh: boolean;
  /** Names of subjects, `*` for any part; empty: all. */
  readonly subjects: readonly string[];
}

/**
 * `driftgate pull`: saves what later checks need into a folder, which is then given as --registry, --connector and --baseline: `registry/`,
 * `connectors/NAME.json`, `database.json`. Reads only.
 * @returns the exit code: 1 when a subject could not be read
 */
export async function pullCommand(options: PullOptions): Promise<number> {
  const config = await loadConfig(options);
  const url = options.registry ?? config.registry?.url ?? null;
  if (url !== null && !isUrl(url)) throw new UserError("USAGE", `pull reads a live registry, and "${url}" is no URL`);
  const workers = options.connectors.length > 0 ? options.connectors : (config.connectors ?? []).filter(isUrl);
  if (url === null && workers.length === 0 && options.databaseUrl === null) {
    throw new UserError("USAGE", "there is nothing to pull: give --registry URL, --connector URL of Kafka Connect, or --database-url URL");
  }
  const notUrl = workers.find((worker) => !isUrl(worker));
  if (notUrl !== undefined) throw new UserError("USAGE", `pull reads connectors from Kafka Connect, and "${notUrl}" is no URL`);
  const dir = join(options.cwd, options.dir);
  let exitCode: number = exitCodes.pass;
  if (url !== null) {
    const result = await pullRegistry(url, dir, options, config);
    await writeStdout(resultText(result, join(options.dir, "registry")));
    if (result.unavailable.length > 0) exitCode = exitCodes.fail;
  }
  for (const worker of workers) await writeStdout(await pullConnectors(worker, options.cwd, options.dir, config));
  if (options.databaseUrl !== null) await writeStdout(await pullDatabase(options.databaseUrl, options.cwd, options.dir, config));
  return exitCode;
}

async function pullRegistry(url: string, dir: string, options: PullOptions, config: Config): Promise<PullResult> {
  const { openRegistry } = await import("../io/registry/client.ts");
  const { pullSubjects } = await import("../io/registry/pull.ts");
  const { openSubjectWriter } = await import("../io/registry/write-folder.ts");
  const client = openRegistry(url, await clientOptions(options.cwd, config));
  const progress = progressLine(options.quiet);
  try {
    const writer = await openSubjectWriter(join(dir, "registry"));
    return await pullSubjects(client, writer, { fresh: options.fresh, progress: progress.show, ...accepting(options.subjects) });
  } finally {
    progress.clear();
    await client.close();
  }
}

function accepting(patterns: readonly string[]): { readonly accept?: (subject: string) => boolean } {
  if (patterns.length === 0) return {};
  const fits = patterns.map(namePattern);
  return { accept: (subject) => fits.some((pattern) => pattern.test(subject)) };
}

/** On a terminal, one line that counts; nothing elsewhere. */
function progressLine(quiet: boolean): { readonly show: (done: number, all: number) => void; readonly clear: () => void } {
  const { stderr } = process;
  if (quiet || stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shownAt = 0;
  return {
    show: (done, all) => {
      if (performance.now() - shownAt < 100 && done < all) return;
      shownAt = performance.now();
      stderr.write(`\r${done} of ${all} subjects`);
    },
    clear: () => void stderr.write("\r\u001B[2K"),
  };
}

function resultText({ subjects, versions, fetched, changed, removed, unavailable }: PullResult, place: string): string {
  const lines = [
    `${place}: ${subjects} subjects with ${versions} versions, ${fetched} of them fetched; ${changed.length} changed, ${removed.length} removed`,
    ...unavailable.map(([subject, reason]) => `  unknown: ${subject}: ${reason}`),
  ];
  return `${lines.join("\n")}\n`;
}
