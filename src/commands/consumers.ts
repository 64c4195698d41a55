import { parseAvro } from "../compare/avro/parse.ts";
import type { Config } from "../config/parse.ts";
import { globMatcher } from "../discover/glob.ts";
import { UserError } from "../errors.ts";
import { readSources, readTextFile } from "../io/files.ts";
import type { Consumer, ReaderSchema } from "../model/consumer.ts";

/**
 * Reads the schemas of the consumers that driftgate.yml names.
 * @throws UserError CONFIG_INVALID when a glob fits no file, SCHEMA_INVALID when one is no Avro schema, FILE_… when one cannot be read
 */
export async function loadConsumers(cwd: string, { consumers = [], path }: Config): Promise<readonly Consumer[]> {
  const loaded: Consumer[] = [];
  for (const { name, subjects, schemas } of consumers) {
    const readers: ReaderSchema[] = [];
    for (const pattern of schemas) {
      const found = await filesOf(cwd, pattern);
      if (found.length === 0) {
        throw new UserError("CONFIG_INVALID", `${path ?? "driftgate.yml"}: the schemas of consumer "${name}": no file fits "${pattern}"`);
      }
      readers.push(...found);
    }
    for (const reader of readers) refuseInvalid(name, reader);
    loaded.push({ name, subjects, readers });
  }
  return loaded;
}

async function filesOf(cwd: string, pattern: string): Promise<readonly ReaderSchema[]> {
  if (!/[*?[{]/.test(pattern)) return [{ path: pattern, schema: await readTextFile(pattern, { cwd }) }];
  // Only the folders above the first wildcard are looked through.
  const folder = pattern.slice(0, pattern.search(/[*?[{]/)).replace(/[^/]*$/, "");
  const fits = globMatcher(pattern);
  const sources = await readSources({ cwd, paths: [folder === "" ? "." : folder], accept: fits });
  return sources.filter(({ path }) => fits(path)).map(({ path, text }) => ({ path, schema: text }));
}

function refuseInvalid(name: string, { path, schema }: ReaderSchema): void {
  const parsed = parseAvro(schema, { strict: "stored", avroLine: "1.12" });
  if (parsed.ok) return;
  throw new UserError(
    "SCHEMA_INVALID",
    `${path}, of consumer "${name}", is not a valid Avro schema: ${parsed.error}. Mend it, or take it out of consumers.`,
  );
}
