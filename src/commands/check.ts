import { rules } from "../../rules/index.ts";
import type { Config } from "../config/parse.ts";
import { readTextFile } from "../io/files.ts";
import { writeTextFile } from "../io/output.ts";
import type { Inputs } from "../model/inputs.ts";
import type { Migration } from "../model/migration.ts";
import { spanAt } from "../model/position.ts";
import type { Report, Unknown } from "../model/report.ts";
import { check, projectAll } from "../pipeline.ts";
import type { ReportOptions } from "../report/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { emit, parseFormats } from "./emit.ts";
import { loadConsumers } from "./consumers.ts";
import { loadConnectors } from "./connectors.ts";
import { loadPast } from "./past.ts";
import { parseInputs, serializeInputs } from "./inputs-file.ts";
import type { CheckOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import { loadSubjects } from "./subjects.ts";
import { toolVersion } from "./version.ts";

/** The main job as a function: everything gathered and judged, nothing rendered or written but --save-inputs. */
export async function runCheck(options: CheckOptions): Promise<Checked & { readonly exitCode: number }> {
  const { report, failOn, notes } = options.inputs === null ? await fromProject(options) : await fromFile(options, options.inputs);
  return { report, failOn, notes, exitCode: report.verdict.outcome === "pass" || failOn === "never" ? exitCodes.pass : exitCodes.fail };
}

/** `driftgate check`. @returns the exit code */
export async function checkCommand(options: CheckOptions): Promise<number> {
  const outputs = parseFormats(options.formats);
  const { report, exitCode, failOn, notes } = await runCheck(options);
  if (!options.quiet) for (const note of notes) process.stderr.write(`driftgate: ${note}\n`);
  await emit(report, outputs, options.cwd, reportOptions(options, failOn));
  return exitCode;
}

/** How reports are rendered for these options; lines fit the terminal where there is one. */
export function reportOptions({ color, quiet, verbose }: CheckOptions, failOn: Inputs["failOn"]): ReportOptions {
  return { color, quiet, verbose, failOn, rules, width: Math.min(Math.max(process.stdout.columns ?? 120, 60), 140) };
}

interface Checked {
  readonly report: Report;
  readonly failOn: Inputs["failOn"];
  /** What is to be told beside the report. */
  readonly notes: readonly string[];
}

async function fromProject(options: CheckOptions): Promise<Checked> {
  const { config, discovery, result, postgresVersion, assumptions, comparisons, notes } = await prepare(options, "selected");
  const loaded = await loadConnectors(options, config);
  const { baseline, steps } = result;
  const projected = projectAll({ baseline, steps, connectors: loaded.connectors });
  const { subjects, registry, standIn } = await loadSubjects(options.cwd, options.registry, config, projected);
  const consumers = await loadConsumers(options.cwd, config);
  const past = await loadPast(discovery.migrations, baseline, projected, subjects);
  const inputs: Inputs = {
    toolVersion: toolVersion(),
    today: new Date().toISOString().slice(0, 10),
    failOn: options.failOn ?? config.failOn ?? "error",
    rules: ruleSettings(config),
    ignores: (config.ignore ?? []).map(({ rule, target, path, reason, expires }) => ({
      rule,
      target: target ?? null,
      path: path ?? null,
      reason,
      expires: expires ?? null,
    })),
    migrations: discovery.migrations,
    discoveryProblems: discovery.problems,
    syntaxProblems: result.syntaxProblems,
    baseline,
    steps,
    connectors: loaded.connectors,
    subjects,
    ...(consumers.length === 0 ? {} : { consumers }),
    ...(past.length === 0 ? {} : { past }),
    registry,
    unknowns: [...result.problems, ...discovery.migrations.filter(isBlank).map(blankUnknown)],
    assumptions: [...assumptions, ...loaded.assumptions],
    comparisons,
    postgresVersion,
  };
  if (options.saveInputs !== null) await writeTextFile(options.cwd, options.saveInputs, serializeInputs(inputs));
  return { report: check(inputs, rules, projected), failOn: inputs.failOn, notes: standIn === null ? notes : [...notes, standIn] };
}

async function fromFile(options: CheckOptions, path: string): Promise<Checked> {
  const inputs = parseInputs(await readTextFile(path, { cwd: options.cwd }), path);
  return { report: check(inputs, rules), failOn: options.failOn ?? inputs.failOn, notes: [] };
}

/** A pending file without a single character is more likely a lost file than a wish; one that holds a comment is meant. */
const isBlank = ({ state, text, pieces }: Migration): boolean => state === "pending" && pieces.length > 0 && text.trim() === "";

function blankUnknown({ id, path, text }: Migration): Unknown {
  const reason = `${path} is empty. If it is meant to do nothing, say so in a comment in it; else restore its text.`;
  return { code: "migration-empty", reason, span: spanAt(path, text, 0, text.length), migration: id };
}

function ruleSettings({ rules: severities = {} }: Config): Inputs["rules"] {
  return Object.fromEntries(Object.entries(severities).map(([id, severity]) => [id, { severity }]));
}
