import type { Catalog, Column, Relation } from "../../src/model/catalog.ts";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";
import type { Connector, Converter } from "../../src/model/connector.ts";
import type { Cause, RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";
import { spanAt } from "../../src/model/position.ts";
import type { ProjectedColumn, Projection } from "../../src/model/projection.ts";
import type { Statement, StatementBody } from "../../src/model/statement.ts";
import type { Step } from "../../src/model/step.ts";
import type { JudgeInput } from "../../src/judge/judge.ts";

export const emptyCatalog: Catalog = { relations: [], types: [], publications: [], searchPath: ["public"] };

export function column(name: string, position: number, more: Partial<Column> = {}): Column {
  return {
    name,
    position,
    type: { oid: 25, modifier: -1, text: "text" },
    notNull: false,
    default: null,
    identity: null,
    generated: null,
    storage: "extended",
    ...more,
  };
}

export function relation(name: string, columns: readonly Column[], more: Partial<Relation> = {}): Relation {
  return {
    oid: 100,
    schema: "public",
    name,
    kind: "table",
    persistence: "permanent",
    columns,
    primaryKey: { name: `${name}_pkey`, columns: ["id"] },
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
    ...more,
  };
}

export const catalog = (...relations: readonly Relation[]): Catalog => ({ ...emptyCatalog, relations });

const text = (optional: boolean): ConnectSchema => ({ type: "string", optional });

export function projectedColumn({ name, position, notNull }: Column, more: Partial<ProjectedColumn> = {}): ProjectedColumn {
  return { position, column: name, field: name, omitted: null, protectedBy: null, schema: text(!notNull), inKey: name === "id", ...more };
}

/** The stream of a relation as the connector "shop" sends it: every column, a text. */
export function projection(of: Relation, more: Partial<Projection> = {}): Projection {
  const topic = `shop.${of.schema}.${of.name}`;
  const value: ConnectSchema = { type: "struct", optional: false, fields: [] };
  const schemas = { key: null, value, keyAvro: null, valueAvro: {} };
  return {
    connector: "shop",
    relation: { oid: of.oid, schema: of.schema, name: of.name },
    topic,
    keySubject: `${topic}-key`,
    valueSubject: `${topic}-value`,
    snapshot: schemas,
    streaming: schemas,
    silent: null,
    columns: of.columns.map((each) => projectedColumn(each)),
    key: { columns: of.primaryKey?.columns ?? [], source: of.primaryKey === null ? "none" : "primary-key" },
    caveats: [],
    ...more,
  };
}

export function impact(before: Relation | null, after: Relation | null, more: Partial<RelationImpact> = {}): RelationImpact {
  return {
    connector: "shop",
    before,
    after,
    projectionBefore: before === null ? null : projection(before),
    projectionAfter: after === null ? null : projection(after),
    causes: [],
    subjects: [],
    ...more,
  };
}

export function subjectImpact(more: Partial<SubjectImpact> = {}): SubjectImpact {
  return {
    part: "value",
    subjectBefore: "shop.public.orders-value",
    subjectAfter: "shop.public.orders-value",
    schemaBefore: {},
    schemaAfter: {},
    verdict: { outcome: "unchanged" },
    levels: [],
    backward: [],
    forward: [],
    changes: [],
    drift: null,
    ...more,
  };
}

/** A pending file whose text is the given SQL, and one step for the whole of it or for `part` of it. */
export function migration(sql: string, more: Partial<Migration> = {}): Migration {
  return plainMigration("V2__pending.sql", sql, { tool: "flyway", path: "db/V2__pending.sql", order: 1, ...more });
}

export function step(of: Migration, part: string, body: StatementBody, before: Catalog, after: Catalog, more: Partial<Step> = {}): Step {
  const start = of.text.indexOf(part);
  const span = spanAt(of.path, of.text, start, start + part.length);
  const statement: Statement = { span, sql: part, piece: 0, needsAutocommit: false, ...body };
  return { migration: of.id, statement, before, after, transaction: 1, error: null, certainty: "executed", reason: null, ...more };
}

const avro: Converter = {
  class: "io.confluent.connect.avro.AvroConverter",
  format: "avro",
  vendor: "confluent",
  settings: {},
  subjectNameStrategy: "topic",
};

export function connector(more: Partial<Connector> = {}): Connector {
  return {
    name: "shop",
    path: "connector.json",
    class: "io.debezium.connector.postgresql.PostgresConnector",
    version: "3.6",
    settings: {},
    topicPrefix: "shop",
    publication: { name: "dbz_publication", autocreateMode: "all_tables" },
    slotName: "debezium",
    heartbeat: { intervalMs: 0, actionQuery: null },
    signalTable: null,
    keyConverter: avro,
    valueConverter: avro,
    transforms: [],
    unsupported: [],
    versionGiven: true,
    problems: [],
    places: {},
    ...more,
  };
}

export function inputs(more: Partial<Inputs> = {}): Inputs {
  return {
    toolVersion: "0.1.0",
    today: "2026-11-24",
    failOn: "error",
    rules: {},
    ignores: [],
    migrations: [],
    discoveryProblems: [],
    syntaxProblems: [],
    baseline: emptyCatalog,
    steps: [],
    connectors: [connector()],
    subjects: [],
    registry: null,
    unknowns: [],
    assumptions: [],
    comparisons: [],
    postgresVersion: 18,
    ...more,
  };
}

export function judgeInput(given: Partial<Inputs>, impacts: readonly RelationImpact[] = [], causes: readonly Cause[] = []): JudgeInput {
  const all = inputs(given);
  const projections = (side: "projectionBefore" | "projectionAfter"): readonly Projection[] => impacts.flatMap((one) => one[side] ?? []);
  const [before, after] = [projections("projectionBefore"), projections("projectionAfter")];
  return {
    inputs: all,
    final: all.steps.at(-1)?.after ?? all.baseline,
    impacts,
    between: [],
    lagging: [],
    astray: [],
    causes,
    before,
    after,
    idlePatterns: [],
  };
}
