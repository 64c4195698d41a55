import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { DiscoveryProblem } from "../../src/model/migration.ts";
import { capitalized } from "../../src/model/words.ts";

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
  const reason = detail === "" ? "" : `${capitalized(detail)}. `;
  return [
    {
      what: `${path} ${duplicate ? "has the version of another migration" : "comes before a migration that is already applied"}.`,
      why: `${reason}What was checked is the order of a new database; one that has the later migration gets another, or nothing.`,
      remedy: `Give the file a version after the last one.`,
      answer: "history",
      place: { span, step: null },
      detail: `${kind} ${path}`,
    },
  ];
}
