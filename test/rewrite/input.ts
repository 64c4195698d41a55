import type { Catalog, Relation } from "../../src/model/catalog.ts";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration, MigrationTool } from "../../src/model/migration.ts";
import { spanAt } from "../../src/model/position.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { Finding } from "../../src/model/report.ts";
import type { Span } from "../../src/model/span.ts";
import type { AlterTableCommand, QualifiedName, Statement, WrittenType } from "../../src/model/statement.ts";
import type { CatalogChange, Step } from "../../src/model/step.ts";
import type { CompatibilityLevel } from "../../src/model/subject.ts";
import type { RewriteInput } from "../../src/rewrite/plan.ts";

/** How the stream has each column: by name, before and after the migration. */
export type Fields = Readonly<Record<string, ConnectSchema>>;

export interface Scenario {
  readonly sql: string;
  readonly path?: string;
  readonly tool?: MigrationTool;
  readonly id?: string;
  readonly before: Catalog;
  readonly after: Catalog;
  readonly table: string;
  readonly statement: (place: Place) => Statement;
  readonly change: (before: Relation, after: Relation) => CatalogChange;
  readonly column: string | null;
  readonly fields: { readonly before: Fields; readonly after: Fields };
  readonly level?: CompatibilityLevel;
  readonly otherMigrations?: readonly string[];
}

/** Finds text in the scenario's file. */
export type Place = (text: string) => Span;

/** The input of the rewrite stage for one pending file with one statement that matters, with one error finding about it. */
export function rewriteInput(scenario: Scenario): RewriteInput {
  const { sql, path = "db/migration/V7__change.sql", tool = "flyway", table } = scenario;
  const place: Place = (text) => {
    const start = sql.indexOf(text);
    if (start < 0) throw new Error(`no ${text} in the migration`);
    return spanAt(path, sql, start, start + text.length);
  };
  const before = named(scenario.before, table);
  const after = scenario.after.relations.find(({ oid }) => oid === before.oid);
  if (after === undefined) throw new Error(`${table} is gone`);
  const statement = scenario.statement(place);
  const migration = pending(path, tool, sql, scenario.id);
  const step: Step = {
    migration: migration.id,
    statement,
    before: scenario.before,
    after: scenario.after,
    transaction: 1,
    error: null,
    certainty: "executed",
    reason: null,
  };
  const cause = { step: 0, change: scenario.change(before, after) };
  const impact: RelationImpact = {
    connector: "shop",
    before,
    after,
    projectionBefore: projection(before, scenario.fields.before),
    projectionAfter: projection(after, scenario.fields.after),
    causes: [cause],
    subjects: [subject(before, scenario.level ?? "BACKWARD")],
  };
  const finding = findingAt(statement.span, `public.${table}`, scenario.column);
  const others = (scenario.otherMigrations ?? []).map((other) => pending(other, tool, ""));
  return { findings: [finding], impacts: [impact], causes: [cause], steps: [step], migrations: [...others, migration] };
}

function named({ relations }: Catalog, table: string): Relation {
  const found = relations.find(({ name }) => name === table);
  if (found === undefined) throw new Error(`no table ${table}`);
  return found;
}

function pending(path: string, tool: MigrationTool, text: string, id = path): Migration {
  return plainMigration(id, text, { tool, path });
}

function projection(relation: Relation, fields: Fields): Projection {
  const topic = `shop.${relation.schema}.${relation.name}`;
  return {
    connector: "shop",
    relation: { oid: relation.oid, schema: relation.schema, name: relation.name },
    topic,
    keySubject: `${topic}-key`,
    valueSubject: `${topic}-value`,
    snapshot: null,
    streaming: null,
    silent: null,
    columns: relation.columns.map(({ name, position }) => ({
      position,
      column: name,
      field: name,
      omitted: null,
      protectedBy: null,
      schema: fields[name] ?? null,
      inKey: relation.primaryKey?.columns.includes(name) ?? false,
    })),
    key: { columns: relation.primaryKey?.columns ?? [], source: "primary-key" },
    caveats: [],
  };
}

function subject({ name }: Relation, level: CompatibilityLevel): SubjectImpact {
  return {
    part: "value",
    subjectBefore: `shop.public.${name}-value`,
    subjectAfter: `shop.public.${name}-value`,
    schemaBefore: null,
    schemaAfter: null,
    verdict: { outcome: "accepted", level, origin: "subject" },
    levels: [],
    backward: [],
    forward: [],
    changes: [],
    drift: null,
  };
}

function findingAt(span: Span, relation: string, column: string | null): Finding {
  return {
    ruleId: "some-rule",
    severity: "error",
    what: "what",
    why: "why",
    remedy: "remedy",
    span,
    migration: null,
    relation,
    column,
    subject: null,
    connector: "shop",
    answer: "risk",
    certainty: "executed",
    changes: [],
    fingerprint: "finding",
  };
}

const unqualified = (name: string): QualifiedName => ({ schema: null, name });

/** ALTER TABLE … RENAME COLUMN, or RENAME TO where no column is given. */
export function renameStatement(place: Place, sql: string, table: string, from: string, to: string): Statement {
  const object = from === table ? "table" : "column";
  return { ...base(place, sql), kind: "rename", object, relation: unqualified(table), from, to, ifExists: false };
}

/** ALTER TABLE with sub-commands, each found in the file by its text. */
export function alterStatement(place: Place, sql: string, table: string, commands: readonly AlterTableCommand[]): Statement {
  return { ...base(place, sql), kind: "alter-table", relation: unqualified(table), relationKind: "table", ifExists: false, commands };
}

const base = (place: Place, sql: string): Pick<Statement, "span" | "sql" | "piece" | "needsAutocommit"> => ({
  span: place(sql),
  sql,
  piece: 0,
  needsAutocommit: false,
});

export const writtenType = (text: string): WrittenType => ({ name: unqualified(text), modifiers: [], dimensions: 0, text });
