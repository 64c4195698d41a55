import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { DiscoveryProblem } from "../../src/model/migration.ts";

export const migrationOutOfOrder: Rule = {
  id: "migration-out-of-order",
  title: "A new migration sorts before one that is already applied, or has its number",
  category: "history",
  severity: "error",
  since: "0.1.0",
  requires: ["history"],
  check: ({ inputs }) => inputs.discoveryProblems.flatMap((problem) => judge(problem)),
};

function judge({ kind, path, detail, span }: DiscoveryProblem): readonly FindingDraft[] {
  if (kind !== "out-of-order" && kind !== "duplicate-version") return [];
  const duplicate = kind === "duplicate-version";
  return [
    {
      what: `${path} ${duplicate ? "has the version of another migration" : "sorts before a migration that is already applied"}${detail === "" ? "" : ` (${detail})`}.`,
      why: `Depending on the tool it is refused, never run, or run in another order than on a new database; what the stream then gets is not what was checked.`,
      remedy: `Give the file a version after the last one.`,
      answer: "history",
      place: { span, step: null },
      detail: `${kind} ${path}`,
    },
  ];
}
