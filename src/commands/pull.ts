import { join } from "node:path";
import { toSnapshot } from "../catalog/snapshot.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { PullResult } from "../io/registry/pull.ts";
import { withoutSecrets } from "../project/secrets.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConfig } from "./gather.ts";
import type { CommonOptions } from "./options.ts";
import { clientOptions } from "./registry-options.ts";
import { isUrl } from "./subjects.ts";
import { namePattern } from "../model/subject-name.ts";

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
 * `driftgate pull`: saves what later checks need into a folder: `registry` for --registry, `connectors/NAME.json` for --connector and
 * `catalog.json` for --baseline. Reads only.
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
  for (const worker of workers) await writeStdout(await pullConnectors(worker, options));
  if (options.databaseUrl !== null) await writeStdout(await pullCatalog(options.databaseUrl, options));
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

async function pullConnectors(url: string, { cwd, dir }: PullOptions): Promise<string> {
  const { fetchConnectors } = await import("../io/connect.ts");
  const connectors = await fetchConnectors(url);
  for (const { name, config } of connectors) {
    const sorted = Object.fromEntries(Object.entries(withoutSecrets(config)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    await writeTextFile(
      cwd,
      join(dir, "connectors", `${encodeURIComponent(name)}.json`),
      `${JSON.stringify({ name, config: sorted }, null, 2)}\n`,
    );
  }
  return `${join(dir, "connectors")}: ${connectors.length} connectors, secrets left out\n`;
}

async function pullCatalog(url: string, { cwd, dir }: PullOptions): Promise<string> {
  const { Database } = await import("../io/postgres/database.ts");
  const { readLiveCatalog } = await import("../io/postgres/live-catalog.ts");
  const database = await Database.open(url);
  try {
    const catalog = await readLiveCatalog(database);
    await writeTextFile(cwd, join(dir, "catalog.json"), `${JSON.stringify(toSnapshot(catalog), null, 2)}\n`);
    return `${join(dir, "catalog.json")}: ${catalog.relations.length} tables and views of ${database.shown}\n`;
  } finally {
    await database.close();
  }
}
