import { isQuiet } from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Step } from "../../src/model/step.ts";

export const sqlOpaque: Rule = {
  id: "sql-opaque",
  title: "A part of a pending migration was not understood, so its effect is not known",
  category: "sql",
  severity: "warning",
  since: "0.1.0",
  requires: ["statements"],
  check: (context) => {
    const ofSteps = context.steps.flatMap((step, index) => ofStep(context, step, index));
    const told = new Set(ofSteps.map(placeKey));
    return [...ofSteps, ...ofUnknowns(context).filter((finding) => !told.has(placeKey(finding)))];
  },
};

const placeKey = ({ place }: FindingDraft): string => `${place?.span.path}:${place?.span.start.offset}`;

function ofStep(context: RuleContext, step: Step, index: number): readonly FindingDraft[] {
  const { error, certainty, reason, statement } = step;
  const place = context.placeOfStep(index);
  if (error !== null) {
    return [
      {
        what: `PostgreSQL refused this statement when it was tried: ${sentence(error.message)}`,
        why: `${[error.detail, error.hint]
          .filter((part) => part !== null)
          .map(sentence)
          .join(
            " ",
          )} Either the migration fails when it is applied, or it needs something that is not in the migrations so far; what it does to the stream is not known.${qualification(context, error)}${notTried(context, step, index)}`.trim(),
        remedy: `Correct the statement, or give what it needs as a prelude or a baseline in driftgate.yml.`,
        answer: "unknown",
        place: place === null ? null : { ...place, span: error.span },
        detail: `${step.migration} ${error.code} ${statement.sql}`,
      },
    ];
  }
  if (certainty !== "unknown") return [];
  const refused = context.steps.slice(0, index).findLast((earlier) => earlier.migration === step.migration && earlier.error !== null);
  if (refused !== undefined && reason?.startsWith("It is not reached") === true)
    return isQuiet(statement) ? [] : [unreached(place, step, refused)];
  return [draft(place, reason ?? "it could not be run", `${step.migration} ${statement.sql}`)];
}

function notTried({ steps }: RuleContext, { migration }: Step, index: number): string {
  const after = steps.slice(index + 1).filter((step) => step.migration === migration).length;
  if (after === 0) return "";
  return ` The ${after === 1 ? "statement" : `${after} statements`} after it in this migration ${after === 1 ? "was" : "were"} not tried.`;
}

function unreached(place: Place | null, { migration, statement }: Step, refused: Step): FindingDraft {
  return {
    what: `This statement is not reached, as PostgreSQL refuses the one in line ${refused.statement.span.start.line} before it; what it does to the stream is not known.`,
    why: `It may rename, drop or change a captured table, so the migration cannot be called safe.`,
    remedy: `Mend the statement in line ${refused.statement.span.start.line} first, then check again.`,
    answer: "unknown",
    place,
    detail: `${migration} ${statement.sql}`,
  };
}

/** Places in pending migrations that left no step: psql commands that build SQL, placeholders without a value. */
function ofUnknowns({ inputs }: RuleContext): readonly FindingDraft[] {
  const pending = new Set(inputs.migrations.filter(({ state }) => state === "pending").map(({ id }) => id));
  const keys = new Map(
    inputs.migrations.flatMap(({ id, gaps }) => gaps.map(({ reason, placeholder }) => [`${id} ${reason}`, placeholder] as const)),
  );
  return inputs.unknowns.flatMap(({ code, reason, span, migration }) =>
    span === null || migration === null || !pending.has(migration)
      ? []
      : [
          code === "migration-empty"
            ? empty({ span, step: null }, migration)
            : code === "version-differs"
              ? ofVersion({ span, step: null }, reason, migration)
              : code === "hypertable"
                ? ofHypertable({ span, step: null }, reason, migration)
                : withKey(draft({ span, step: null }, reason, `${migration} ${code} ${reason}`), keys.get(`${migration} ${reason}`)),
        ],
  );
}

/** A placeholder needs a value and nothing else. */
function withKey(finding: FindingDraft, key: string | undefined): FindingDraft {
  if (key === undefined) return finding;
  return {
    ...finding,
    remedy: `Give it the value that it has where the migration is applied, in driftgate.yml: migrations: { placeholders: { ${key}: … } }`,
  };
}

function empty(place: Place, migration: string): FindingDraft {
  return {
    what: `${place.span.path} is empty.`,
    why: `A file loses its text in a failed merge, checkout or upload as easily as it is meant to do nothing, so what the migration does is not known.`,
    remedy: `If it is meant to do nothing, say so in a comment in it; else restore its text.`,
    answer: "unknown",
    place,
    detail: `${migration} migration-empty`,
  };
}

/** The reason ends with how to make it certain. */
function ofVersion(place: Place, reason: string, migration: string): FindingDraft {
  const [what = reason, ...advice] = reason.split(/(?= To be sure, )/);
  return {
    what,
    why: `What the migration does was found out on another version than the one that it will meet, so it cannot be called safe.`,
    remedy: advice.join("").trim(),
    answer: "unknown",
    place,
    detail: `${migration} version-differs ${what}`,
  };
}

/** What the statement does to the table is known; where the rows come from is a matter of the connector's settings. */
function ofHypertable(place: Place, reason: string, migration: string): FindingDraft {
  return {
    what: reason,
    why: `A connector that captures the table and not its chunks sends none of the rows that are written from now on, and no error is told.`,
    remedy: `Capture the schema _timescaledb_internal too, with the transform io.debezium.connector.postgresql.transforms.timescaledb.TimescaleDb; then accept this with a comment above it: -- driftgate:ignore sql-opaque <reason>`,
    answer: "unknown",
    place,
    detail: `${migration} hypertable ${place.span.start.line}`,
  };
}

/** What else is known of a refusal: that it may be one of this version alone. */
function qualification({ inputs }: RuleContext, { code, span }: NonNullable<Step["error"]>): string {
  const known = inputs.unknowns.find(
    (unknown) => unknown.code === "sql-refused" && unknown.span?.path === span.path && unknown.span.start.offset === span.start.offset,
  );
  const more = known?.reason.split(`(${code}).`)[1]?.trim() ?? "";
  return more === "" ? "" : ` ${more}`;
}

function draft(place: Place | null, reason: string, detail: string): FindingDraft {
  return {
    what: `What this part of the migration does is not known: ${sentence(reason)}`,
    why: `It may change a captured table or the stream itself, so the migration cannot be called safe.`,
    remedy: `Write out as plain SQL what it does to tables; or look at it yourself and accept it with a comment above it: -- driftgate:ignore sql-opaque <reason>`,
    answer: "unknown",
    place,
    detail,
  };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
