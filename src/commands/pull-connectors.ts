import { readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../config/parse.ts";
import { readTextFile } from "../io/files.ts";
import { writeTextFile } from "../io/output.ts";
import { withoutSecrets } from "../project/secrets.ts";
import { connectOptions } from "./connectors.ts";
import { connectorFile, connectorsFolder } from "./pulled.ts";
import type { PulledConnector } from "./pulled.ts";

/**
 * Writes what a Kafka Connect worker has into `connectors/NAME.json` below `dir`, secrets left out, and removes what an earlier pull from the same
 * URL wrote of connectors that are gone.
 * @returns what was done, for the user
 * @throws UserError CONNECT_UNREACHABLE, OUTPUT_FAILED
 */
export async function pullConnectors(url: string, cwd: string, dir: string, config: Config): Promise<string> {
  const { fetchConnectors, withoutCredentials } = await import("../io/connect.ts");
  const connectors = await fetchConnectors(url, await connectOptions(cwd, config));
  const from = withoutCredentials(url);
  for (const { name, config: settings, debeziumVersion } of connectors) {
    const sorted = Object.fromEntries(Object.entries(withoutSecrets(settings)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const written: PulledConnector = { name, config: sorted, pulled: { from, debeziumVersion } };
    await writeTextFile(cwd, connectorFile(dir, name), `${JSON.stringify(written, null, 2)}\n`);
  }
  const removed = await removeGone(resolve(cwd, dir, connectorsFolder), from, new Set(connectors.map(({ name }) => name)));
  const words = removed === 0 ? "" : `; ${removed} removed`;
  return `${join(dir, connectorsFolder)}: ${connectors.length} connectors, secrets left out${words}\n`;
}

async function removeGone(folder: string, from: string, names: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json")) continue;
    const path = join(folder, entry.name);
    const written = parsed(await readTextFile(path, { cwd: "." }));
    // Only what was pulled from there is that pull's to remove.
    if (written?.pulled?.from !== from || written.name === undefined || names.has(written.name)) continue;
    rmSync(path);
    removed += 1;
  }
  return removed;
}

function parsed(text: string): { readonly name?: string; readonly pulled?: { readonly from?: unknown } } | null {
  try {
    // A file of another form has none of the two keys that are looked at.
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return null;
  }
}
