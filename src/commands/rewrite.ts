import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { Phase, Report, Rewrite } from "../model/report.ts";
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
  const only = (rewrite: Rewrite): Rewrite =>
    options.phase === null ? rewrite : { ...rewrite, phases: rewrite.phases.filter(({ name }) => name === options.phase) };
  const plan = { ...report, rewrites: report.rewrites.map(only) };
  if (options.write) await writeAll(plan, options.cwd);
  await writeStdout(planText(plan, options.write));
  return Object.keys(report.noRewrite).length > 0 ? exitCodes.fail : exitCodes.pass;
}

async function writeAll({ rewrites }: Report, cwd: string): Promise<void> {
  const files = rewrites.flatMap(({ phases }) => phases.flatMap((phase) => phase.files));
  const originals = new Set(rewrites.map(({ replaces }) => replaces.path));
  const taken = files.find(({ path }) => !originals.has(path) && existsSync(resolve(cwd, path)));
  if (taken !== undefined) throw new UserError("OUTPUT_FAILED", `${taken.path} is there already; move it away, nothing was written`);
  for (const { path, sql } of files) await writeTextFile(cwd, path, sql);
}
