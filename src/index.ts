/**
 * driftgate as a library: the functions of the command line, in the order of the pipeline.
 *
 * ```ts
 * import { createParser, openEngine, project, readConnector, replay } from "driftgate";
 *
 * const parser = await createParser();
 * const engine = await openEngine();
 * const { catalog } = await replay(engine, parser, [{ id: "1", sql: "CREATE TABLE t (id bigint PRIMARY KEY)" }]);
 * const connector = readConnector({ "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "shop" });
 * const [stream] = project(catalog, connector);
 * await engine.close();
 * ```
 */
import { rules } from "../rules/index.ts";
import type { Inputs } from "./model/inputs.ts";
import type { Report, Rewrite } from "./model/report.ts";
import { check as checkWith } from "./pipeline.ts";
import { reporters } from "./report/index.ts";
import type { FormatName } from "./report/index.ts";

// What `check` takes is written by --save-inputs; these read and write that file's text.
export { parseInputs, serializeInputs } from "./commands/inputs-file.ts";
export { createParser } from "./io/parsers.ts";
export { parseMigration } from "./parse/parse-migration.ts";
export { openEngine } from "./io/engine/open.ts";
export { replay } from "./io/engine/replay.ts";
export { toSnapshot } from "./catalog/snapshot.ts";
export { readConnector } from "./project/connector.ts";
export { project } from "./project/project.ts";
export { checkCompatibility } from "./compare/check-compatibility.ts";
export { checkSubject } from "./compare/check-subject.ts";
export { InternalError, UserError } from "./errors.ts";
export type { ErrorCode } from "./errors.ts";
export type { CatalogSnapshot } from "./catalog/snapshot.ts";
export type { Compatibility } from "./compare/check-compatibility.ts";
export type { SubjectCheck, SubjectFailure } from "./compare/check-subject.ts";
export type { Engine } from "./io/engine/engine.ts";
export type { EngineOptions } from "./io/engine/open.ts";
export type { ReplayResult } from "./io/engine/replay.ts";
export type { Catalog, Column, Publication, Relation, TypeDefinition } from "./model/catalog.ts";
export type { ConnectSchema } from "./model/connect-schema.ts";
export type { Connector } from "./model/connector.ts";
export type { Inputs } from "./model/inputs.ts";
export type { Migration } from "./model/migration.ts";
export type { Projection, Schemas } from "./model/projection.ts";
export type { Finding, Report, Rewrite, Unknown, Verdict } from "./model/report.ts";
export type { Statement, SyntaxProblem } from "./model/statement.ts";
export type { Step } from "./model/step.ts";
export type { CompatibilityLevel, Incompatibility, Subject, SubjectVersion } from "./model/subject.ts";
export type { ParsedMigration } from "./parse/parse-migration.ts";
export type { Parser } from "./parse/parser.ts";
export type { FormatName } from "./report/index.ts";

/** The verdict on everything gathered, by all rules. Pure: the same inputs give the same report. */
export function check(inputs: Inputs): Report {
  return checkWith(inputs, rules);
}

/** The additive plans of a report. */
export function rewrite(report: Report): readonly Rewrite[] {
  return report.rewrites;
}

/** Renders a report: text, json, sarif, github, gitlab, markdown or html. Text comes without colour. */
export function render(report: Report, format: FormatName): string {
  return reporters[format](report, { color: false, quiet: false, verbose: false, width: 120, failOn: "error", rules });
}
