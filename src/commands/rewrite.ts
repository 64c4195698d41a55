import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { Phase, Report } from "../model/report.ts";
import { runCheck } from "./check.ts";
import { exitCodes } from "./exit-codes.ts";
import type { SourceOptions } from "./options.ts";
import { planText } from "./rewrite-text.ts";

export interface RewriteOptions extends SourceOptions {
  readonly write: boolean;
  /** Only this phase; null: all. */
  readonly phase: Phase["name"] | null;
}

/** `driftgate rewrite`: prints the plan, or writes its files. @returns the exit code: 1 when something has no recipe */
export async function rewriteCommand(options: RewriteOptions): Promise<number> {
  const { report } = await runCheck({ ...options, formats: [], failOn: null, saveInputs: null, inputs: null });
  if (options.write) await writeAll(report, options.phase, options.cwd);
  await writeStdout(planText(report, options.write, options.phase));
  return Object.keys(report.noRewrite).length > 0 ? exitCodes.fail : exitCodes.pass;
}

async function writeAll({ rewrites }: Report, only: RewriteOptions["phase"], cwd: string): Promise<void> {
  const wanted = rewrites.flatMap(({ phases }) => phases.filter(({ name }) => only === null || name === only));
  const files = wanted.flatMap((phase) => phase.files);
  const originals = new Set(rewrites.map(({ replaces }) => replaces.path));
  const taken = files.find(({ path }) => !originals.has(path) && existsSync(resolve(cwd, path)));
  if (taken !== undefined) throw new UserError("OUTPUT_FAILED", `${taken.path} is there already; move it away, nothing was written`);
  for (const { path, sql } of files) await writeTextFile(cwd, path, sql);
}
