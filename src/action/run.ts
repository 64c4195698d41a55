import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as core from "@actions/core";
import { reportOptions, runCheck } from "../commands/check.ts";
import { emit, parseFormats } from "../commands/emit.ts";
import { exitCodes } from "../commands/exit-codes.ts";
import { UserError } from "../errors.ts";
import { isFork, secretNames } from "./event.ts";
import { readEvent, readInputs } from "./inputs.ts";
import type { ActionInputs } from "./inputs.ts";

/** `driftgate check` as a step of a workflow: annotations, summary, outputs, and the exit code of the command line. */
export async function runAction(): Promise<void> {
  try {
    const event = readEvent();
    const inputs = readInputs(event);
    if (isFork(event)) for (const name of secretNames(process.env)) delete process.env[name];
    await check(inputs);
  } catch (error) {
    fail(error);
  }
}

async function check({ check: options, pathPrefix, annotations, summary }: ActionInputs): Promise<void> {
  const extra = parseFormats(options.formats);
  const { report, exitCode, failOn, notes } = await runCheck(options);
  for (const note of notes) core.info(`driftgate: ${note}`);
  const rendering = { ...reportOptions(options, failOn), pathPrefix };
  await inGroup("driftgate report", () => emit(report, [{ format: "text", file: null }], options.cwd, rendering));
  if (annotations) await emit(report, [{ format: "github", file: null }], options.cwd, rendering);
  const files = reportFiles();
  const summaryFile = process.env.GITHUB_STEP_SUMMARY ?? "";
  const summaries: Outputs = summary && summaryFile !== "" ? [{ format: "markdown", file: summaryFile }] : [];
  await emit(report, [...files, ...summaries, ...extra], options.cwd, rendering);
  core.setOutput("verdict", report.verdict.outcome);
  core.setOutput("findings", report.verdict.findings.length);
  core.setOutput("errors", report.verdict.counts.error);
  core.setOutput("unknowns", report.verdict.counts.unknown);
  for (const { format, file } of files) core.setOutput(`report-${format}`, file);
  if (exitCode === exitCodes.pass) return;
  core.setFailed(`driftgate: ${report.verdict.outcome}; the annotations and the job summary say why`);
  process.exitCode = exitCode;
}

type Outputs = ReturnType<typeof parseFormats>;

function reportFiles(): Outputs {
  const folder = join(process.env.RUNNER_TEMP ?? tmpdir(), `driftgate-${randomUUID()}`);
  return (["json", "sarif", "html"] as const).map((format) => ({ format, file: join(folder, `report.${format}`) }));
}

/**
 * Prints into a group of the log in which no line is a command: the report quotes names and SQL that anybody may have written.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#stopping-and-starting-workflow-commands
 */
async function inGroup(title: string, print: () => Promise<void>): Promise<void> {
  const token = randomUUID();
  core.startGroup(title);
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    await print();
  } finally {
    process.stdout.write(`\n::${token}::\n`);
    core.endGroup();
  }
}

function fail(error: unknown): void {
  const isUser = error instanceof UserError;
  const detail = error instanceof Error ? error.message : String(error);
  core.setFailed(
    isUser
      ? `driftgate: ${detail} [${error.code}]`
      : `driftgate: internal error: ${detail}. This is a fault of driftgate itself; please report it.`,
  );
  process.exitCode = exitCodes.cannotRun;
}
