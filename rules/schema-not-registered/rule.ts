import { listOf, quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { Registration } from "../../src/model/registration.ts";

export const schemaNotRegistered: Rule = {
  id: "schema-not-registered",
  title: "The connector registers nothing, and the new schema is not registered",
  category: "registry",
  severity: "error",
  since: "0.1.0",
  requires: ["registry", "connector"],
  check: (context) => [
    ...context.impacts.flatMap((impact) => impact.subjects.flatMap((subject) => judge(context, impact, subject))),
    ...connectorsUnseen(context).map(unseenDraft),
  ],
};

/** Subjects of one part of one connector that no registry was asked about: one cause, however many tables change. */
interface Unseen {
  readonly connector: string;
  readonly part: "key" | "value";
  readonly setting: string;
  readonly subjects: readonly Pick<FindingDraft, "place" | "relation" | "subject">[];
}

function connectorsUnseen(context: RuleContext): readonly Unseen[] {
  const all = context.impacts.flatMap((impact) =>
    impact.subjects.flatMap(({ registration, subjectAfter, part, verdict }) =>
      isUnseen(registration) && subjectAfter !== null && verdict.outcome !== "refused"
        ? [{ connector: impact.connector, part, setting: registration.setting, at: { ...placeOf(context, impact), subject: subjectAfter } }]
        : [],
    ),
  );
  const groups = Map.groupBy(all, ({ connector, part, setting }) => [connector, part, setting].join("\n"));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, subjects: group.map(({ at }) => at) }];
  });
}

const isUnseen = (registration: SubjectImpact["registration"]): registration is Registration =>
  registration !== undefined &&
  registration !== null &&
  registration.policy === "look-up" &&
  registration.version === null &&
  !registration.isKnown;

function unseenDraft({ connector, part, setting, subjects }: Unseen): FindingDraft {
  return {
    what: `Connector ${connector} registers no ${part} schema itself (${part}.converter.${setting}), and whether the new one of ${listOf(subjects.map(({ subject }) => quote(subject ?? "")))} is registered was not asked, as no registry was given.`,
    why: `Where it is not, the connector's task fails with the first change of the table after the migration (the schema is not found, error code 40403) and stops for all tables.`,
    remedy: `Give the registry with --registry, or register the schemas before the migration is applied: \`driftgate register --yes\`.`,
    answer: "unknown",
    severity: "warning",
    connector,
    detail: `${part} ${setting}`,
    // Without a place for several, as a comment that accepts it for one table must not accept it for the others.
    ...(subjects.length === 1 ? subjects[0] : {}),
  };
}

function judge(context: RuleContext, impact: RelationImpact, subject: SubjectImpact): readonly FindingDraft[] {
  const { registration, subjectAfter, part, verdict } = subject;
  // What the registry refuses cannot be registered by anybody: that is told by itself.
  if (registration === undefined || registration === null || subjectAfter === null || verdict.outcome === "refused") return [];
  const told = wordsOf(registration, subjectAfter, part);
  if (told === null) return [];
  return [{ ...told, ...placeOf(context, impact), subject: subjectAfter, connector: impact.connector }];
}

function placeOf(context: RuleContext, impact: RelationImpact): Pick<FindingDraft, "place" | "relation"> {
  const relation = impact.before ?? impact.after;
  const cause = impact.causes.at(-1);
  return {
    place: cause === undefined ? null : context.placeOfCause(cause),
    relation: relation === null ? null : `${relation.schema}.${relation.name}`,
  };
}

type Told = Pick<FindingDraft, "what" | "why" | "remedy" | "answer">;

function wordsOf(registration: Registration, name: string, part: "key" | "value"): Told | null {
  const { policy, version, similar, isKnown, setting } = registration;
  const converter = `${part}.converter.${setting}`;
  switch (policy) {
    case "look-up":
      if (version !== null || !isKnown) return null;
      return similar === null
        ? lookUp(name, part, `no version of the subject holds it`)
        : {
            ...lookUp(name, part, `version ${similar} holds it with its properties in another order, which a look-up by text passes over`),
            remedy: `Set ${part}.converter.normalize.schemas to true, so that the order does not count, or register the exact text with \`driftgate register --yes\`.`,
          };
    case "look-up-in-parts":
      return {
        what: `The connector does not register the new ${part} schema of ${quote(name)} itself (${converter} is not true), and its look-up finds no schema with nested records.`,
        why: `Apicurio's converter takes the records inside the schema out before it looks it up, and what is registered as a whole does not match (seen with 2.6.13). With the first change of the table its task fails (ArtifactNotFoundException) and stops for all tables, whatever is registered.`,
        remedy: `Set ${part}.converter.apicurio.registry.find-latest to true and register the new schema before the migration is applied (\`driftgate register --yes\`), or set ${converter} to true.`,
        answer: "registry",
      };
    case "fixed-id":
      return {
        what: `The connector writes the ${part} of ${quote(name)} with one fixed schema, whose id ${converter} names, so the new schema is never used.`,
        why: `Whether rows of the new form can be written with that schema, and what becomes of their fields, hangs on the schema behind the id, which is not looked at.`,
        remedy: `Register the new schema with \`driftgate register --yes\`, and set ${converter} to its id when the migration is applied.`,
        answer: "unknown",
      };
    case "unknown":
      return {
        what: `How the connector comes by the schema of ${quote(name)} cannot be told: ${part}.converter names a version by its metadata, or takes the latest.`,
        why: `The new schema is not registered by the connector, so the task may stop, or go on with an old schema.`,
        remedy: `Register the new schema with \`driftgate register --yes\` before the migration is applied.`,
        answer: "unknown",
      };
    case "latest":
    case "latest-unchecked":
      return null;
    default:
      return policy satisfies never;
  }
}

function lookUp(name: string, part: "key" | "value", state: string): Told {
  return {
    what: `The connector does not register the new ${part} schema of ${quote(name)} itself, and ${state}.`,
    why: `With the first change of the table after the migration its task fails (the schema is not found, error code 40403) and stops for all tables, and PostgreSQL keeps its write-ahead log until it runs again.`,
    remedy: `Register it before the migration is applied: \`driftgate register --yes\` with the same options as this check.`,
    answer: "registry",
  };
}
