import { UserError } from "../errors.ts";
import { writeStdout } from "../io/output.ts";
import type { RegistryClient } from "../io/registry/client.ts";
import { openRegistry } from "../io/registry/client.ts";
import { openWriter } from "../io/registry/register.ts";
import { projectAll } from "../pipeline.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConnectors } from "./connectors.ts";
import type { SourceOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import { neededSchemas } from "./register-plan.ts";
import type { Needed } from "./register-plan.ts";
import { clientOptions } from "./registry-options.ts";
import { isUrl, loadSubjects } from "./subjects.ts";

export interface RegisterOptions extends SourceOptions {
  /** false: a dry run. */
  readonly yes: boolean;
  readonly format: string;
}

/** One line of the report. */
interface Entry extends Needed {
  readonly state: "registered" | "present" | "wanted" | "refused" | "failed" | "not tried";
  readonly version: number | null;
  readonly id: number | null;
}

/**
 * `driftgate register`: registers the schemas that the pending migrations lead to, or tells which. Nothing is registered when one of them
 * is refused or not known for sure; no level is ever changed.
 * @returns the exit code: 1 when something cannot be registered
 */
export async function registerCommand(options: RegisterOptions): Promise<number> {
  const { config, result } = await prepare(options, "selected");
  const url = options.registry ?? config.registry?.url ?? null;
  if (url === null || !isUrl(url)) {
    throw new UserError("USAGE", "register writes to a live registry: give its URL with --registry, or as registry.url in driftgate.yml");
  }
  const { connectors } = await loadConnectors(options, config);
  const { baseline, steps } = result;
  const projected = projectAll({ baseline, steps, connectors });
  const { subjects } = await loadSubjects(options.cwd, url, config, projected);
  const needed = neededSchemas({ baseline, connectors, subjects, projected, lastStep: steps.length - 1 });
  const problems = [...result.problems.map(({ reason }) => reason), ...result.syntaxProblems.map(({ message }) => message)];
  const settings = await clientOptions(options.cwd, config);
  const client = openRegistry(url, settings);
  try {
    const planned = await lookUpAll(client, needed);
    const isSafe = problems.length === 0 && planned.every(({ state }) => state !== "refused");
    const entries = isSafe && options.yes ? await registerAll(client, openWriter(url, settings), planned) : planned;
    await writeStdout(
      options.format === "json" ? jsonOf(client.shown, options, entries, problems) : textOf(client.shown, options, entries, problems),
    );
    const isDone = entries.every(({ state }) => state === "present" || state === "registered" || (state === "wanted" && !options.yes));
    return isSafe && isDone ? exitCodes.pass : exitCodes.fail;
  } finally {
    await client.close();
  }
}

async function lookUpAll(client: RegistryClient, needed: readonly Needed[]): Promise<readonly Entry[]> {
  return Promise.all(
    needed.map(async (one): Promise<Entry> => {
      const nothing = { ...one, version: null, id: null };
      if (!one.isTaken) return { ...nothing, state: "refused" };
      const found = await client.lookUp(one.subject, one.schema);
      return found === null ? { ...nothing, state: "wanted" } : { ...one, ...found, state: "present" };
    }),
  );
}

/** One after the other, as a later one may be checked against an earlier; stops at the first that fails. */
async function registerAll(
  client: RegistryClient,
  writer: ReturnType<typeof openWriter>,
  planned: readonly Entry[],
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let failed = false;
  try {
    for (const one of planned) {
      if (one.state !== "wanted") entries.push(one);
      else if (failed) entries.push({ ...one, state: "not tried" });
      else {
        const entry = await registerOne(client, writer, one);
        failed = entry.state === "failed";
        entries.push(entry);
      }
    }
  } finally {
    await writer.close();
  }
  return entries;
}

async function registerOne(client: RegistryClient, writer: ReturnType<typeof openWriter>, one: Entry): Promise<Entry> {
  const { subject, schema } = one;
  try {
    const id = await writer.register({ subject, schema, configured: await client.configuredLevel(subject) });
    const found = await client.lookUp(subject, schema);
    return { ...one, state: "registered", version: found?.version ?? null, id };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...one, state: "failed", words: error.message };
  }
}

function textOf(shown: string, { yes, verbose }: RegisterOptions, entries: readonly Entry[], problems: readonly string[]): string {
  const lines = [
    `${yes ? "Registering at" : "Dry run against"} ${shown}`,
    ...entries.flatMap((entry) => [`  ${entry.subject}: ${stateWords(entry, yes)}`, ...(verbose ? [`    ${entry.schema}`] : [])]),
    ...problems.map((problem) => `  unknown: ${problem}`),
    conclusion(entries, problems, yes),
  ];
  return `${lines.join("\n")}\n`;
}

function stateWords({ state, version, id, words }: Entry, yes: boolean): string {
  const as = `${version === null ? "" : ` as version ${version}`}${id === null ? "" : ` (id ${id})`}`;
  switch (state) {
    case "present":
      return `is registered already${as}`;
    case "registered":
      return `registered${as}; ${words}`;
    case "wanted":
      return yes ? `not registered; ${words}` : `would be registered; ${words}`;
    case "refused":
      return `cannot be registered: ${words}`;
    case "failed":
      return `failed: ${words}`;
    case "not tried":
      return "not tried, as one before it failed";
    default:
      return state satisfies never;
  }
}

function conclusion(entries: readonly Entry[], problems: readonly string[], yes: boolean): string {
  const of = (state: Entry["state"]): number => entries.filter((entry) => entry.state === state).length;
  if (entries.length === 0 && problems.length === 0) return "The pending migrations need no new schema.";
  if (of("refused") > 0 || problems.length > 0) {
    return `Nothing was registered: ${problems.length > 0 ? "the migrations are not understood as a whole" : "what is refused has to be changed first"}. "driftgate check" tells more.`;
  }
  if (yes) return `${schemas(of("registered"))} registered, ${of("present")} there already${of("failed") > 0 ? ", and one failed" : ""}.`;
  const wanted = of("wanted");
  return wanted === 0 ? "Everything is registered already." : `Nothing was registered. --yes registers ${schemas(wanted)}.`;
}

const schemas = (count: number): string => `${count} ${count === 1 ? "schema" : "schemas"}`;

function jsonOf(registry: string, { yes }: RegisterOptions, entries: readonly Entry[], problems: readonly string[]): string {
  const list = entries.map(({ subject, part, state, version, id, words, schema }) => ({
    subject,
    part,
    state,
    version,
    id,
    reason: words,
    schema,
  }));
  return `${JSON.stringify({ registry, dryRun: !yes, schemas: list, unknowns: problems }, null, 2)}\n`;
}
