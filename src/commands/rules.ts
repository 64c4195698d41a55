import { rules } from "../../rules/index.ts";
import { existsSync, readFileSync } from "node:fs";
import { nearestName } from "../model/near-name.ts";
import { UserError } from "../errors.ts";
import { writeStdout } from "../io/output.ts";
import type { CommonOptions } from "./options.ts";

export interface RulesOptions extends CommonOptions {
  readonly id: string | null;
  readonly format: string;
}

/** `driftgate rules [id]`. @returns the exit code */
export async function rulesCommand({ id, format }: RulesOptions): Promise<number> {
  const list = rules.map(({ id: ruleId, title, category, severity, since, requires }) => ({
    id: ruleId,
    title,
    category,
    severity,
    since,
    requires,
  }));
  if (id === null) {
    const width = Math.max(...list.map((rule) => rule.id.length));
    const lines = list.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.title}`);
    await writeStdout(format === "json" ? `${JSON.stringify(list, null, 2)}\n` : `${lines.join("\n")}\n`);
    return 0;
  }
  const rule = list.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    const near = nearestName(
      id,
      list.map((candidate) => candidate.id),
    );
    throw new UserError(
      "USAGE",
      `there is no rule "${id}"${near === null ? "" : `; did you mean "${near}"?`} ("driftgate rules" lists them)`,
    );
  }
  const page = pageOf(id);
  await writeStdout(
    format === "json"
      ? `${JSON.stringify({ ...rule, documentation: page }, null, 2)}\n`
      : (page ?? `${rule.id} (${rule.severity}): ${rule.title}\n`),
  );
  return 0;
}

/** The rule's README, beside its source or, in a build, in the copy that the build makes. */
function pageOf(id: string): string | null {
  for (const up of ["../../rules", "../../../rules"]) {
    const file = new URL(`${up}/${id}/README.md`, import.meta.url);
    // The marks around the generated table are for the page's writer.
    if (existsSync(file)) return readFileSync(file, "utf8").replaceAll(/<!-- \/?rule -->\n\n?/g, "");
  }
  return null;
}
