import type { Unknown } from "../model/report.ts";
import type { RuleContext } from "./rule.ts";
import { newStops } from "./stopping.ts";

/** What keeps the verdict from being "pass": everything the stages before could not tell about tables that the pending migrations touch. */
export function unknownsOf(context: RuleContext): readonly Unknown[] {
  const touched = context.causes.length > 0 || changesTypesOrPublications(context);
  const all = [...context.inputs.unknowns, ...(touched ? settings(context) : []), ...caveats(context), ...verdicts(context)];
  const seen = new Set<string>();
  return all.filter(({ code, reason, span, migration }) => {
    const key = JSON.stringify([code, reason, migration, span?.path, span?.start.offset]);
    return !seen.has(key) && seen.add(key);
  });
}

function changesTypesOrPublications({ baseline, final }: RuleContext): boolean {
  return (
    baseline.publications !== final.publications &&
    JSON.stringify([baseline.publications, baseline.types]) !== JSON.stringify([final.publications, final.types])
  );
}

function settings({ inputs }: RuleContext): readonly Unknown[] {
  // Refused settings are findings, which fail the check, unless the user turned the rule off.
  const isOff = inputs.rules["setting-stops-connector"]?.severity === "off";
  return inputs.connectors.flatMap(({ name, unsupported, problems }) =>
    [...unsupported, ...(isOff ? problems.filter(({ kind }) => kind === "refused") : [])].map(({ setting, reason }) => ({
      code: "setting-unsupported",
      reason: `Connector ${name}, ${setting}: ${reason}`,
      span: null,
      migration: null,
    })),
  );
}

/** Caveats of a projection that the migrations change; those of tables they leave alone change no verdict. */
function caveats({ inputs, tables }: RuleContext): readonly Unknown[] {
  const isOff = inputs.rules["record-stops-task"]?.severity === "off";
  return tables.flatMap(({ causes, streams }) =>
    causes.length === 0
      ? []
      : streams.flatMap(({ connector, projectionBefore, projectionAfter }) => {
          // What is certain to stop the task is a finding.
          const told = isOff
            ? []
            : newStops(projectionBefore, projectionAfter)
                .slice(0, 1)
                .map(({ message }) => message);
          return (
            [...(projectionBefore?.caveats ?? []), ...(projectionAfter?.caveats ?? [])]
              // The settings are told above, once for the connector.
              .filter(({ effect, code, message }) => effect === "unknown" && code !== "setting-unsupported" && !told.includes(message))
              .map(({ code, message }) => ({ code, reason: `Connector ${connector}: ${message}`, span: null, migration: null }))
          );
        }),
  );
}

/** Verdicts that the registry stage left open; a caveat of the projection is told once, as such. */
function verdicts({ impacts }: RuleContext): readonly Unknown[] {
  return impacts.flatMap(({ causes, subjects, projectionBefore, projectionAfter }) => {
    const told = new Set([...(projectionBefore?.caveats ?? []), ...(projectionAfter?.caveats ?? [])].map(({ message }) => message));
    return subjects.flatMap(({ verdict, subjectAfter, subjectBefore, changes }) => {
      if (verdict.outcome !== "unknown" || told.has(verdict.reason) || (causes.length === 0 && changes.length === 0)) return [];
      const subject = subjectAfter ?? subjectBefore;
      const named = subject === null || verdict.reason.includes(subject) ? verdict.reason : `${subject}: ${verdict.reason}`;
      return [{ code: "registry-unknown", reason: named, span: null, migration: null }];
    });
  });
}
