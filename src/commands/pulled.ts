import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Surroundings } from "../catalog/surroundings.ts";
import { UserError } from "../errors.ts";
import { readTextFile } from "../io/files.ts";
import { shownUrl } from "../io/postgres/database.ts";
import { decodedName } from "../io/registry/folder-form.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Live } from "./live.ts";

/** `connectors/NAME.json` as `pull` writes it, beside Kafka Connect's own `name` and `config`. */
export interface PulledConnector {
  readonly name: string;
  /** Without secrets. */
  readonly config: Readonly<Record<string, string>>;
  readonly pulled: {
    /** URL of the worker, without credentials. */
    readonly from: string;
    /** Of the worker's plugin; null where it does not say. */
    readonly debeziumVersion: string | null;
  };
}

/** Where `pull` writes the connectors of a worker, below its folder. */
export const connectorsFolder = "connectors";

/** Path of a connector's file; its name percent-encoded where a file's cannot hold it. */
export const connectorFile = (dir: string, name: string): string => join(dir, connectorsFolder, `${encodeURIComponent(name)}.json`);

/**
 * The connectors in a folder that `pull` wrote, by name as a worker's are; null where the place is no folder.
 * Symbolic links are passed over, as the files of a pull request are not to be trusted.
 * @throws UserError CONNECTOR_INVALID for a folder without any
 */
export function pulledConnectors(cwd: string, place: string): readonly string[] | null {
  const folder = resolve(cwd, place, connectorsFolder);
  if (!isFolder(resolve(cwd, place))) return null;
  const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()) : [];
  const names = files.flatMap(({ name }) => (name.endsWith(".json") ? [decodedName(name.slice(0, -".json".length))] : []));
  if (names.length === 0) {
    throw new UserError(
      "CONNECTOR_INVALID",
      `the folder ${place} holds no connectors that "driftgate pull" wrote; give a connector's file, or pull them with --connector URL`,
    );
  }
  return names.toSorted().map((name) => connectorFile(place, name));
}

/** Where `pull` writes a database, below its folder. */
export const databaseFile = "database.json";

const format = "driftgate-database";

/** What a check takes of a live database. */
export interface PulledDatabase {
  /** Its URL without password. */
  readonly shown: string;
  readonly catalog: Catalog;
  readonly surroundings: Surroundings;
  /** Tables of migration tools, as `schema.name`. */
  readonly ofTools: readonly string[];
}

/** The text of `database.json`: no secret, no time stamp. */
export function databaseText({ shown, catalog, surroundings, ofTools }: Live): string {
  const pulled: PulledDatabase = { shown, catalog, surroundings, ofTools: [...ofTools].toSorted() };
  return `${JSON.stringify({ format, ...pulled }, null, 1)}\n`;
}

/**
 * The database in a folder that `pull` wrote; null where the place is no folder.
 * @throws UserError BASELINE_FAILED for a folder without it, FILE_… when it cannot be read
 */
export async function pulledDatabase(cwd: string, place: string): Promise<PulledDatabase | null> {
  if (!isFolder(resolve(cwd, place))) return null;
  const path = join(place, databaseFile);
  const remedy = 'pull it with "driftgate pull --database-url", or give a .sql file, a .json file or a database\'s URL';
  if (!existsSync(resolve(cwd, path))) throw new UserError("BASELINE_FAILED", `the folder ${place} holds no ${databaseFile}; ${remedy}`);
  const pulled = parsed(await readTextFile(path, { cwd }));
  if (pulled === null) throw new UserError("BASELINE_FAILED", `${path} is not what "driftgate pull" writes; ${remedy}`);
  return pulled;
}

function parsed(text: string): PulledDatabase | null {
  try {
    // Only `pull` writes this format.
    const value = JSON.parse(text) as PulledDatabase & { readonly format?: string };
    if (value.format !== format || typeof value.shown !== "string" || !URL.canParse(value.shown)) return null;
    // Anybody may have written it into a pull request: what a report shows is a URL, and without password.
    return { ...value, shown: shownUrl(value.shown) };
  } catch {
    return null;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
