import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { DiscoveryProblem } from "../../src/model/migration.ts";

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
  return [
    {
      what: `${path} was ${kind} although it is already applied${detail === "" ? "" : ` (${detail})`}.`,
      why: `Databases that ran it do not run it again, so they and new databases no longer have the same tables; tools that keep checksums refuse to go on. The verdict rests on the text as it is now.`,
      remedy: kind === "edited" ? `Restore the file and put the change into a new migration.` : `Restore the file under its old name.`,
      answer: "history",
      place: { span, step: null },
      detail: `${kind} ${path}`,
    },
  ];
}
