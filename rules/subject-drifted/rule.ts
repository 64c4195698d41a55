import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Drift, DriftSource, RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import { capitalized } from "../../src/model/words.ts";

export const subjectDrifted: Rule = {
  id: "subject-drifted",
  title: "The registry's latest schema is not the one that the migrations so far lead to",
  category: "registry",
  severity: "warning",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
};

function judge(context: RuleContext, impact: RelationImpact, { drift, subjectBefore, changes }: SubjectImpact): readonly FindingDraft[] {
  // Where the pending migrations change nothing, the verdict does not hang on the subject.
  if (drift === null || subjectBefore === null || (impact.causes.length === 0 && changes.length === 0)) return [];
  const cause = impact.causes.at(-1);
  const relation = impact.before ?? impact.after;
  return [
    {
      ...wordsFor(drift, `Version ${drift.version} of the subject ${quote(subjectBefore)}`),
      // Of these it is only the registry that is another one than it looks.
      answer: drift.source?.kind === "behind" || drift.source?.kind === "ahead" ? "registry" : "risk",
      place: cause === undefined ? null : context.placeOfCause(cause),
      relation: relation === null ? null : `${relation.schema}.${relation.name}`,
      subject: subjectBefore,
      connector: impact.connector,
    },
  ];
}

type Words = Pick<FindingDraft, "what" | "why" | "remedy" | "severity">;

function wordsFor(drift: Drift, version: string): Words {
  const { source } = drift;
  if (source?.kind === "behind") return behindWords(drift, source, version);
  if (source?.kind === "ahead") return aheadWords(drift, source.path, version);
  return {
    what: `${version} is not what Debezium would send for the table before this migration.`,
    why: `${differencesOf(drift)}. ${sourceWords(source)}; the verdict for this subject compares with the registry, the cause is told from the migrations.`,
    remedy: remedyFor(source),
  };
}

function behindWords(drift: Drift, { path, own, refusal }: Extract<DriftSource, { kind: "behind" }>, version: string): Words {
  const what = `${version} is what the table gave before ${path}.`;
  if (own !== null) {
    return {
      what,
      why: `${differencesOf(drift)}. The table is again as it was for version ${own}, which Debezium sends without a new version; the registry goes on comparing with version ${drift.version}.`,
      remedy: "Nothing: the verdict is the registry's.",
      severity: "note",
    };
  }
  const next = `${differencesOf(drift)}. No row of the table was sent in a newer form since`;
  if (refusal !== null) {
    return {
      what,
      why: `${next}, and the next one stops the task even without this migration, as the registry refuses its schema ${refusal}.`,
      remedy: `Settle first what ${path} did to the stream; "driftgate check" on it tells more.`,
    };
  }
  return {
    what,
    why: `${next}: the next one brings what all migrations from there on did, and this one, into one version, and the registry compares that with version ${drift.version}.`,
    remedy: `Nothing, where the table is seldom written; else see with "driftgate doctor" whether the connector still reads.`,
    severity: "note",
  };
}

function aheadWords(drift: Drift, path: string, version: string): Words {
  return {
    what: `${version} is what the table gives after ${path}, which is pending.`,
    why: `${differencesOf(drift)}. It was registered ahead, or the migration has been applied already; the registry compares what comes with version ${drift.version}.`,
    remedy: `Nothing, if it was registered ahead; else tell driftgate with --pending or by the database what is applied.`,
    severity: "note",
  };
}

function differencesOf({ differences }: Drift): string {
  const shown = differences.slice(0, 5);
  const more = differences.length - shown.length;
  const all = `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  return capitalized(all);
}

type Other = Exclude<DriftSource, { kind: "behind" | "ahead" }> | undefined;

function sourceWords(source: Other): string {
  switch (source?.kind) {
    case "settings":
      return `With ${source.words} Debezium gives exactly this, so the connector that registered it is not quite the given one`;
    case "superseded":
      return `Version ${source.own} is what Debezium sends, so another producer registers there too, or the table was another for a while${source.words === null ? "" : `: ${source.words}`}`;
    case "foreign":
      return source.fields.length === 0
        ? `Another producer registers there: ${source.words}`
        : `${source.words}: somebody added ${source.fields.length === 1 ? "it" : "them"} to the table by hand, or another producer to the schema`;
    case undefined:
      return "Somebody changed the table by hand, or the connector, its version or its settings differ from the given ones";
    default:
      return source satisfies never;
  }
}

function remedyFor(source: Other): string {
  switch (source?.kind) {
    case "settings":
      return "Give the connector configuration that is really in force, or expect one more version when this one is applied.";
    case "superseded":
    case "foreign":
      return "Find out who else writes to the topic: its consumers meet both schemas, and the registry holds each against the other. If the table was changed by hand, let a migration say so.";
    case undefined:
      return "Give the migrations and the connector configuration that are really in force, or correct the one that is wrong.";
    default:
      return source satisfies never;
  }
}
