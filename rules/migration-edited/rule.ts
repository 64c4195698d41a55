import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { DiscoveryProblem } from "../../src/model/migration.ts";
import { capitalized } from "../../src/model/words.ts";

export const migrationEdited: Rule = {
  id: "migration-edited",
  title: "A migration that is already applied was edited, deleted or renamed",
  category: "history",
  severity: "error",
  since: "0.1.0",
  requires: ["history"],
  check: ({ inputs }) => inputs.discoveryProblems.flatMap((problem) => judge(problem)),
};

function judge({ kind, path, detail, span }: DiscoveryProblem): readonly FindingDraft[] {
  if (kind !== "edited" && kind !== "deleted" && kind !== "renamed") return [];
  // discover says so where nothing but comments differ; only a tool with checksums then minds.
  const harmless = detail.startsWith("only white space or comments") && !/refuses/.test(detail);
  return [
    {
      what: `${path} was ${kind} although it is already applied.`,
      why: `${detail === "" ? "" : `${capitalized(detail)}. `}The verdict rests on the migrations as they are now, so it may not be about the tables that a database really has.`,
      remedy: kind === "edited" ? `Restore the file and put the change into a new migration.` : `Restore the file under its old name.`,
      answer: "history",
      severity: harmless ? "warning" : "error",
      place: { span, step: null },
      detail: `${kind} ${path}`,
    },
  ];
}
