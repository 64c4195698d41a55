import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { DiscoveryProblem } from "../../src/model/migration.ts";
import { capitalized } from "../../src/model/words.ts";

export const migrationNotRun: Rule = {
  id: "migration-not-run",
  title: "The migration tool stops before the pending migrations, or never runs one of them",
  category: "history",
  severity: "error",
  since: "0.1.0",
  requires: ["history"],
  check: ({ inputs }) => inputs.discoveryProblems.flatMap((problem) => judge(problem)),
};

interface Words {
  readonly what: (path: string) => string;
  readonly why: string;
  readonly remedy: string;
}

const words: Readonly<Partial<Record<DiscoveryProblem["kind"], Words>>> = {
  "run-refused": {
    what: (path) => `The migration tool will not run the pending migrations of this database, because of ${path}.`,
    why: "What was checked is what happens once this is mended; until then a deployment fails, and the application meets the old tables.",
    remedy: "Mend it in the files or in the history, as the tool's documentation says, before the deployment.",
  },
  "run-failed": {
    what: (path) => `An earlier run of ${path} failed on this database.`,
    why: "What ran before the failure may be in the tables already, and what was checked begins with the tables as they are.",
    remedy: "Find out what of it is in the database, undo or complete it, and tell the tool (repair, force, resolve).",
  },
  "never-run": {
    what: (path) => `The migration tool never runs ${path} on this database.`,
    why: "It was not checked: new databases get what it does, and this one does not, so that their streams differ.",
    remedy: "Give it a version after the last applied one.",
  },
};

function judge({ kind, path, detail, span }: DiscoveryProblem): readonly FindingDraft[] {
  const text = words[kind];
  if (text === undefined) return [];
  return [
    {
      what: text.what(path),
      why: `${capitalized(detail)}. ${text.why}`,
      remedy: text.remedy,
      answer: "history",
      // A history entry without a file has no place.
      place: span.end.offset === 0 ? null : { span, step: null },
      detail: `${kind} ${path}`,
    },
  ];
}
