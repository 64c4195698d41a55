import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { readTextFile } from "../io/files.ts";
import { writeStdout } from "../io/output.ts";
import type { Projection } from "../model/projection.ts";
import { parseVersion } from "../project/version.ts";
import { project } from "../project/project.ts";
import { againstText } from "../report/schema/against.ts";
import { schemaPage } from "../report/schema/schemas.ts";
import { loadConnectors } from "./connectors.ts";
import { exitCodes } from "./exit-codes.ts";
import { prepare } from "./prepare.ts";
import { isNamed, isUnknown, terminalWidth, wantedOf } from "./schema-rows.ts";
import type { SchemaOptions } from "./schema-rows.ts";
import { parsed, savedSchemas } from "./schema-saved.ts";
import { compareSides, schemasOf } from "./subject-schemas.ts";
import type { SubjectSchema } from "./subject-schemas.ts";
import { subjectsOfStreams } from "./subjects.ts";

/** The two sides, the earlier first. */
interface Sides {
  readonly before: readonly SubjectSchema[];
  readonly after: readonly SubjectSchema[];
  /** In words. */
  readonly from: string;
  readonly to: string;
  readonly unknown: boolean;
}

/** `driftgate schema --against`: what differs, subject by subject. @returns the exit code: 1 when something could not be predicted */
export async function againstCommand(options: SchemaOptions, against: string): Promise<number> {
  const { before, after, from, to, unknown } = await sidesOf(options, against);
  const differences = compareSides(before, after);
  const text = options.formats.includes("json")
    ? `${JSON.stringify(differences, null, 2)}\n`
    : againstText(differences, from, to, schemaPage(options.color, terminalWidth()));
  await writeStdout(text);
  return unknown ? exitCodes.fail : exitCodes.pass;
}

async function sidesOf(options: SchemaOptions, against: string): Promise<Sides> {
  const path = resolve(options.cwd, against);
  const isFile = existsSync(path) && statSync(path).isFile();
  if (!isFile && /^v?\d+\.\d+(\.\w+)*$/.test(against) && parseVersion(against) !== null) return versions(options, against);
  const now = await present(options);
  const { projections } = now;
  const own = schemasOf(projections);
  const rest = { after: own, to: "what the migrations lead to", unknown: now.unknown };
  if (isFile) return { ...rest, before: savedSchemas(await readTextFile(against, { cwd: options.cwd }), against, own), from: against };
  const named = own.filter(({ subject }) => subject === against);
  if (against === "registry" || named.length > 0) {
    const registered = await latestVersions(options, now.config, projections);
    const isAsked = ({ subject }: SubjectSchema): boolean => against === "registry" || subject === against;
    return { ...rest, after: own.filter(isAsked), before: registered.filter(isAsked), from: "the latest versions in the registry" };
  }
  return since(options, against);
}

/** An upgrade: the same migrations with another version of Debezium. */
async function versions(options: SchemaOptions, version: string): Promise<Sides> {
  const { config, result } = await prepare(options, "none");
  const [now, then] = [
    await loadConnectors(options, config),
    await loadConnectors({ ...options, debeziumVersion: version.replace(/^v/, "") }, config),
  ];
  const [before, after] = [now, then].map(({ connectors }) =>
    wantedOf(
      connectors.flatMap((connector) => project(result.catalog, connector)),
      options.tables,
    ),
  );
  const words = (connectors: typeof now.connectors): string => [...new Set(connectors.map((one) => one.version))].join(", ");
  return {
    before: schemasOf(before ?? []),
    after: schemasOf(after ?? []),
    from: `Debezium ${words(now.connectors)}`,
    to: `Debezium ${words(then.connectors)}`,
    unknown: [...(before ?? []), ...(after ?? [])].some(isUnknown),
  };
}

interface Present {
  readonly config: Config;
  readonly projections: readonly Projection[];
  readonly unknown: boolean;
}

async function present(options: SchemaOptions): Promise<Present> {
  const { config, result } = await prepare(options, "none");
  const { connectors } = await loadConnectors(options, config);
  const all = connectors.flatMap((connector) => project(result.catalog, connector));
  const projections = wantedOf(all, options.tables);
  return { config, projections, unknown: projections.some(isUnknown) || result.problems.length > 0 };
}

/** The state at the merge base of a git ref, as `check --base` takes it. */
async function since(options: SchemaOptions, base: string): Promise<Sides> {
  const { config, result } = await prepare({ ...options, base }, "selected");
  const { connectors } = await loadConnectors(options, config);
  const [before, after] = [result.baseline, result.catalog].map((catalog) =>
    connectors.flatMap((connector) => project(catalog, connector)),
  );
  const isWanted = (one: Projection): boolean => options.tables.length === 0 || options.tables.some((table) => isNamed(one, table));
  const [old, now] = [(before ?? []).filter(isWanted), (after ?? []).filter(isWanted)];
  if (old.length + now.length === 0 && options.tables.length > 0) wantedOf([], options.tables);
  return {
    before: schemasOf(old),
    after: schemasOf(now),
    from: `the migrations at ${base}`,
    to: "those in the working directory",
    unknown: [...old, ...now].some(isUnknown) || result.problems.length > 0,
  };
}

async function latestVersions(
  options: SchemaOptions,
  config: Config,
  projections: readonly Projection[],
): Promise<readonly SubjectSchema[]> {
  const { subjects, registry } = await subjectsOfStreams(options.cwd, options.registry, config, projections);
  if (registry === null) throw new UserError("USAGE", "--against a subject needs a registry: give --registry URL or --registry FOLDER");
  const latest = new Map(subjects.map(({ name, versions: all }) => [name, all.at(-1)?.schema ?? null]));
  for (const { name, unavailable } of subjects) {
    if (unavailable !== null)
      throw new UserError("REGISTRY_INVALID", `the registry could not be asked about subject ${name}: ${unavailable}`);
  }
  return schemasOf(projections).flatMap((one) => {
    const text = latest.get(one.subject) ?? null;
    return text === null ? [] : [{ ...one, avro: parsed(text, `the latest version of ${one.subject}`) }];
  });
}
