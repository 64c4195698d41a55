import { checkCompatibility } from "../compare/check-compatibility.ts";
import type { Compatibility } from "../compare/check-compatibility.ts";
import { UserError } from "../errors.ts";
import { readTextFile } from "../io/files.ts";
import { writeStdout } from "../io/output.ts";
import { compatibilityLevels } from "../model/subject.ts";
import type { CompatibilityLevel, LiveVerdict } from "../model/subject.ts";
import { answerFor } from "./compat-subject.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConfig } from "./gather.ts";
import type { CommonOptions } from "./options.ts";
import { subjectNamed } from "./subjects.ts";

export interface CompatOptions extends CommonOptions {
  /** READER and WRITER, or one SCHEMA with `subject`. */
  readonly schemas: readonly string[];
  readonly subject: string | null;
  readonly registry: string | null;
  readonly level: string | null;
  readonly format: string;
}

/** `driftgate compat`. @returns the exit code: 1 when they are not compatible */
export async function compatCommand(options: CompatOptions): Promise<number> {
  return options.subject === null ? comparePair(options) : compareWithSubject(options, options.subject);
}

async function comparePair({ schemas, cwd, format, level }: CompatOptions): Promise<number> {
  const [reader, writer] = schemas;
  if (reader === undefined || writer === undefined || schemas.length > 2) {
    throw new UserError("USAGE", "compat takes two schemas, READER and WRITER, or one SCHEMA with --subject");
  }
  const [newer, older] = [await readSchema(cwd, reader), await readSchema(cwd, writer)];
  const results = directions(level).map((direction) =>
    direction === "backward" ? checkCompatibility(newer, older) : checkCompatibility(older, newer),
  );
  const result: Compatibility = {
    compatible: results.every(({ compatible }) => compatible),
    incompatibilities: results.flatMap(({ incompatibilities }) => incompatibilities),
  };
  const exception = results.find((one) => one.exception !== undefined)?.exception;
  const lines = result.incompatibilities.map(({ type, path, message }) => `  ${type} at ${path}: ${message}`);
  const verdict = result.compatible ? `${reader} can read what ${writer} wrote` : `${reader} cannot read what ${writer} wrote`;
  await print(format, exception === undefined ? result : { ...result, exception }, [
    verdict,
    ...lines,
    ...(exception === undefined ? [] : [`  ${exception}`]),
  ]);
  return result.compatible ? exitCodes.pass : exitCodes.fail;
}

/** FORWARD turns the question round, FULL asks both; the forward faults come first, as the registry lists them. */
function directions(level: string | null): readonly ("backward" | "forward")[] {
  const name = level === null ? "BACKWARD" : levelNamed(level);
  if (name === "NONE") return [];
  if (name.startsWith("FULL")) return ["forward", "backward"];
  return name.startsWith("FORWARD") ? ["forward"] : ["backward"];
}

async function compareWithSubject({ schemas, cwd, registry, level, format, ...common }: CompatOptions, name: string): Promise<number> {
  const [path] = schemas;
  if (path === undefined || schemas.length > 1) throw new UserError("USAGE", "compat --subject takes one schema");
  const candidate = await readSchema(cwd, path);
  const found = await subjectNamed(cwd, registry, await loadConfig({ ...common, cwd }), name, candidate);
  const answer = answerFor(candidate, path, found, level === null ? null : levelNamed(level));
  const { own, live, fault, compatible } = answer;
  const incompatibilities = own.failures.flatMap((failure) => failure.incompatibilities);
  const versions = found.subject.versions.length;
  const value = { compatible, level: answer.level, incompatibilities, failures: own.failures, live, levels: answer.levels };
  await print(format, value, [
    `${path} is ${compatible ? "" : "not "}compatible with ${name} at ${answer.level} (${versions} ${versions === 1 ? "version" : "versions"})`,
    ...(fault === null ? [] : [`  ${fault}; Confluent's registry refuses that from 8.0.7 on, as Karapace does`]),
    ...(live === null ? [] : liveLines(live, own.compatible)),
    ...own.failures.flatMap((failure) => failure.messages.map((message) => `  ${live === null ? "" : "computed: "}${message}`)),
    `  ${answer.levels.map((one) => `${one.level} ${one.compatible ? "yes" : "no"}`).join(", ")}`,
  ]);
  return compatible ? exitCodes.pass : exitCodes.fail;
}

function liveLines(live: LiveVerdict, computed: boolean): readonly string[] {
  const differs = live.compatible === computed ? "" : `, and by Avro's rules it is ${computed ? "" : "not "}compatible`;
  return [
    `  the registry says: ${live.compatible ? "compatible" : "not compatible"}${differs}`,
    ...live.messages.map((message) => `  the registry says: ${message}`),
  ];
}

function levelNamed(level: string): CompatibilityLevel {
  const found = compatibilityLevels.find((name) => name === level.toUpperCase());
  if (found === undefined) throw new UserError("USAGE", `unknown level "${level}"; there are ${compatibilityLevels.join(", ")}`);
  return found;
}

async function readSchema(cwd: string, path: string): Promise<string> {
  return readTextFile(path, { cwd });
}

async function print(format: string, value: object, lines: readonly string[]): Promise<void> {
  await writeStdout(format === "json" ? `${JSON.stringify(value, null, 2)}\n` : `${lines.join("\n")}\n`);
}
