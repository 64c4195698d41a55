import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { HeldBack, Registration } from "../../src/model/registration.ts";

export const schemaHeldBack: Rule = {
  id: "schema-held-back",
  title: "The connector writes with the registry's latest version, so the new schema is not used",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => {
    const held = context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => heldBack(context, impact, subject)));
    const unseen = held.filter(({ registration }) => isUnseen(registration));
    return [...held.filter((one) => !unseen.includes(one)).flatMap(judge), ...connectorsOf(unseen).map(unseenDraft)];
  },
};

/** A subject whose records are written with the latest version. */
interface Held {
  readonly registration: Registration;
  readonly part: "key" | "value";
  readonly at: Pick<FindingDraft, "place" | "relation" | "connector"> & { readonly subject: string };
}

function heldBack(context: RuleContext, impact: RelationImpact, { registration, subjectAfter, part }: SubjectImpact): readonly Held[] {
  if (registration === undefined || registration === null || subjectAfter === null) return [];
  if (registration.policy !== "latest" && registration.policy !== "latest-unchecked") return [];
  const relation = impact.before ?? impact.after;
  const cause = impact.causes.at(-1);
  return [
    {
      registration,
      part,
      at: {
        place: cause === undefined ? null : context.placeOfCause(cause),
        relation: relation === null ? null : `${relation.schema}.${relation.name}`,
        subject: subjectAfter,
        connector: impact.connector,
      },
    },
  ];
}

function judge({ registration, part, at }: Held): readonly FindingDraft[] {
  const told = wordsOf(registration, quote(at.subject), part);
  return told === null ? [] : [{ ...told, ...at }];
}

const isUnseen = ({ latest, isKnown }: Registration): boolean => latest === null && !isKnown;

/** By connector and setting: that no registry was given is one cause, however many tables change. */
function connectorsOf(unseen: readonly Held[]): readonly (readonly Held[])[] {
  const keyOf = ({ part, registration, at }: Held): string => [at.connector, part, registration.setting].join("\n");
  return [...Map.groupBy(unseen, keyOf).values()];
}

const maxNamed = 3;

function unseenDraft(unseen: readonly Held[]): FindingDraft {
  const [first] = unseen;
  if (first === undefined) throw new RangeError("a group has a member");
  const names = unseen.map(({ at }) => quote(at.subject));
  const shown = names.length > maxNamed + 1 ? [...names.slice(0, maxNamed), `${names.length - maxNamed} more`] : names;
  const { part, registration, at } = first;
  return {
    what: `The connector writes the ${part} of ${listOf(shown)} with the latest version that is registered (${part}.converter.${registration.setting}), and no registry was given to see which.`,
    why: `A new field is then not sent, a renamed one goes on under its old name, and a dropped one stops the task, unless the new schema is registered before.`,
    remedy: `Give the registry with --registry (its URL, or a folder of \`driftgate pull\`) to see which of these happens. ${remedy}`,
    answer: "unknown",
    ...at,
    // Without a place, as a comment that accepts it for the first table must not accept it for the others.
    ...(unseen.length === 1 ? {} : { place: null, relation: null, subject: null }),
  };
}

type Told = Pick<FindingDraft, "what" | "why" | "remedy" | "answer" | "severity">;

const remedy = `Register the new schema first, so that it is the latest version: \`driftgate register --yes\` with the same options as this check, then restart the connector, which keeps the version it has once found.`;

function wordsOf({ latest, setting: decided }: Registration, name: string, part: "key" | "value"): Told | null {
  const setting = `${part}.converter.${decided}`;
  if (latest === null)
    return {
      what: `The connector writes the ${part} of ${name} with the latest version that is registered (${setting}), and there is none.`,
      why: `With the first change of the table its task fails, as it finds no version, and stops for all tables.`,
      remedy,
      answer: "registry",
    };
  if (latest.stops !== null)
    return {
      what: `The connector writes the ${part} of ${name} with version ${latest.version} (${setting}), which the new rows do not fit: ${latest.stops}.`,
      why: `With the first change of the table after the migration its task fails and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`,
      remedy,
      answer: "registry",
    };
  const effects = effectsOf(latest);
  if (effects.length === 0) return null;
  return {
    what: `The connector goes on to write the ${part} of ${name} with version ${latest.version} (${setting}), so ${listOf(effects)}.`,
    why: `A record's values are written by their position, not by their name, and nothing tells consumers of the change.`,
    remedy,
    answer: "risk",
    ...(latest.misplaced.length === 0 && latest.narrowed.length === 0 ? { severity: "warning" } : {}),
  };
}

function effectsOf({ notSent, misplaced, narrowed }: HeldBack): readonly string[] {
  return [
    ...(notSent.length === 0 ? [] : [`${listOf(notSent.map(quote))} ${notSent.length === 1 ? "is" : "are"} not sent`]),
    ...misplaced.map(({ from, to }) => `the value of ${quote(from)} goes under the name ${quote(to)}`),
    ...narrowed.map((field) => `${quote(field)} is cut to the smaller number type it had`),
  ];
}
