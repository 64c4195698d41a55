import type { JsonObject, JsonValue } from "../model/json.ts";
import { parseJson } from "../model/json.ts";
import type { Finding, Report, Rewrite, Unknown } from "../model/report.ts";
import type { RelationImpact, SubjectImpact } from "../model/impact.ts";
import type { Span } from "../model/span.ts";
import { isTouched, nameOf } from "./groups.ts";
import { pendingOf } from "./words.ts";
import type { Reporter } from "./reporter.ts";

/** The report for programs; `report.schema.json` is its JSON Schema. Texts of migrations are left out, they are in the files. */
export const json: Reporter = (report) => `${JSON.stringify(toJson(report), null, 2)}\n`;

/** The same as a value. */
export function toJson(report: Report): JsonObject {
  const { verdict, migrations, impacts, rewrites, checked } = report;
  return {
    schemaVersion: report.schemaVersion,
    tool: { ...report.tool },
    verdict: verdict.outcome,
    counts: { ...verdict.counts, migrations: pendingOf(report).length, statements: checked.statements, streams: checked.streams },
    checked: { connectors: checked.connectors, registry: checked.registry, postgresVersion: checked.postgresVersion },
    assumptions: report.assumptions,
    migrations: migrations.map(({ id, tool, path, order, state, transactional, repeatable }) => ({
      id,
      tool,
      path,
      order,
      state,
      transactional,
      repeatable,
    })),
    subjects: impacts.flatMap((impact) => impact.subjects.filter(isTouched).map((subject) => subjectJson(impact, subject))),
    findings: verdict.findings.map((finding) => findingJson(report, finding)),
    suppressed: verdict.suppressed.map(({ finding, reason }) => ({ reason, finding: findingJson(report, finding) })),
    unknowns: verdict.unknowns.map(unknownJson),
    rewrites: rewrites.map(rewriteJson),
  };
}

/** `changes` and `subjects` hold plain data already, but as interfaces, which have no index signature. */
function plain(value: object): JsonValue {
  return parseJson(JSON.stringify(value));
}

/** What is there of them. */
function plainOf(values: Readonly<Record<string, object | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, plain(value)]])),
  );
}

function findingJson({ rewrites, noRewrite }: Report, finding: Finding): JsonObject {
  const { span, changes, ...fields } = finding;
  const index = rewrites.findIndex(({ findings }) => findings.includes(finding.fingerprint));
  return {
    ...fields,
    span: spanJson(span),
    changes: plain(changes),
    rewrite: index === -1 ? null : index,
    noRewrite: noRewrite[finding.fingerprint] ?? null,
  };
}

function subjectJson(impact: RelationImpact, subject: SubjectImpact): JsonObject {
  const { projectionBefore, projectionAfter, connector } = impact;
  const { part, subjectBefore, subjectAfter, verdict, levels, backward, forward, changes, drift, schemaBefore, schemaAfter } = subject;
  const { disagreement, registration, unreadable, consumers } = subject;
  return {
    connector,
    relation: nameOf(impact),
    topicBefore: projectionBefore?.topic ?? null,
    topicAfter: projectionAfter?.topic ?? null,
    part,
    subjectBefore,
    subjectAfter,
    verdict: plain(verdict),
    levels: plain(levels),
    backward: plain(backward),
    forward: plain(forward),
    changes: plain(changes),
    drift: drift === null ? null : plain(drift),
    ...plainOf({ disagreement, registration, unreadable, consumers }),
    schemaBefore,
    schemaAfter,
  };
}

const unknownJson = ({ code, reason, span, migration }: Unknown): JsonObject => ({ code, reason, migration, span: spanJson(span) });

function rewriteJson({ recipe, findings, replaces, migration, phases, notes }: Rewrite): JsonObject {
  return { recipe, findings, migration, replaces: spanJson(replaces), phases: plain(phases), notes };
}

const spanJson = (span: Span | null): JsonObject | null =>
  span === null ? null : { path: span.path, start: { ...span.start }, end: { ...span.end } };
