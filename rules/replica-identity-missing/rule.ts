import {
  connectorNames,
  identityColumns,
  identityWords,
  isCapturedAt,
  isStreamed,
  publishes,
  relationNamed,
  topicNames,
} from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Catalog, Relation } from "../../src/model/catalog.ts";
import type { RelationImpact } from "../../src/model/impact.ts";
import type { Step } from "../../src/model/step.ts";

export const replicaIdentityMissing: Rule = {
  id: "replica-identity-missing",
  title: "PostgreSQL will refuse UPDATE and DELETE on a published table",
  category: "key",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => [
    ...context.tables.flatMap((table) => ofTable(context, table)),
    ...context.steps.flatMap((step, index) => ofStatement(context, step, index)),
  ],
};

/** Tables that lose their identity, or come without one into a publication that sends updates or deletes. */
function ofTable(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { before, after } = table;
  if (after === null || after.kind !== "table" || identityColumns(after) !== null) return [];
  const streams = table.streams.filter(
    (stream) =>
      isStreamed(stream.projectionAfter) &&
      publishesChanges(context, context.final, stream) &&
      !(before !== null && isStreamed(stream.projectionBefore) && identityColumns(before) === null),
  );
  if (streams.length === 0) return [];
  const name = `${after.schema}.${after.name}`;
  const assumed = streams.every(({ connector }) => (context.connector(connector)?.path ?? null) === null);
  return [
    {
      what: `PostgreSQL will refuse every UPDATE and DELETE on ${name}, as it is published and has ${lostIndex(before, after) ?? reasonOf(after)}.`,
      why: `It is the application that fails ("cannot update table … because it does not have a replica identity and publishes updates"), from the moment the migration is applied. INSERT goes on, so ${topicNames(streams.map((stream) => ({ ...stream, projectionBefore: null })))} looks alive.`,
      remedy:
        after.primaryKey === null
          ? `Give ${name} a primary key, or set REPLICA IDENTITY FULL in the same migration.`
          : `ALTER TABLE ${name} REPLICA IDENTITY DEFAULT uses the primary key.`,
      answer: "risk",
      // A table nobody captured before, under a connector that is only assumed: it may not be published at all.
      severity: before === null && assumed ? "warning" : "error",
      place: placeOf(context, table, after),
      relation: before === null ? name : table.name,
      connector: connectorNames(streams),
    },
  ];
}

/** Where the table came to have nothing that tells its rows: the last such statement; else where it came into the publication. */
function placeOf(context: RuleContext, table: TablePair, { oid }: Relation): Place | null {
  const relationIn = ({ relations }: Catalog): Relation | undefined => relations.find((one) => one.oid === oid);
  const lost = context.placeWhere((catalog) => {
    const relation = relationIn(catalog);
    return relation === undefined ? "no table" : identityColumns(relation) === null ? "nothing" : "something";
  });
  if (lost?.step !== undefined && lost.step !== null) {
    const before = context.steps[lost.step]?.before;
    const hadKey = before !== undefined && relationIn(before)?.replicaIdentity === "default";
    return context.placeOfCause({
      step: lost.step,
      change: { relation: oid, kind: hadKey ? "primary-key-changed" : "replica-identity-changed" },
    });
  }
  const cause = table.causes.at(-1);
  return cause === undefined ? context.placeWhere((catalog) => JSON.stringify(catalog.publications)) : context.placeOfCause(cause);
}

function publishesChanges(context: RuleContext, catalog: Catalog, { connector }: RelationImpact): boolean {
  const publication = context.connector(connector)?.publication.name;
  return publication === undefined || publishes(catalog, publication, "update") || publishes(catalog, publication, "delete");
}

/** PostgreSQL keeps no other identity for a table whose identity index is dropped, and treats it as NOTHING (manual, ALTER TABLE). */
function lostIndex(before: Relation | null, after: Relation): string | null {
  if (typeof before?.replicaIdentity !== "object" || after.replicaIdentity !== "nothing") return null;
  const { index } = before.replicaIdentity;
  const isThere = after.primaryKey?.name === index || after.uniqueIndexes.some(({ name }) => name === index);
  return isThere ? null : `lost the index ${index} that its rows were identified by`;
}

function reasonOf(relation: Relation): string {
  if (typeof relation.replicaIdentity === "object")
    return `lost the index ${relation.replicaIdentity.index} that its rows were identified by`;
  if (relation.replicaIdentity === "nothing") return identityWords(relation);
  return "neither a primary key nor another replica identity";
}

/** An UPDATE or DELETE in the migration itself, on a captured table that has no identity by then: the migration fails where it is captured. */
function ofStatement(context: RuleContext, step: Step, index: number): readonly FindingDraft[] {
  const { statement } = step;
  if (statement.kind !== "dml" || (statement.command !== "update" && statement.command !== "delete") || step.error !== null) return [];
  const relation = relationNamed(step.before, statement.relation);
  if (relation === null || relation.kind !== "table" || identityColumns(relation) !== null) return [];
  const table = isCapturedAt(context.tables, step.before, relation);
  const streams = (table?.streams ?? []).filter((stream) => {
    const publication = context.connector(stream.connector)?.publication.name;
    return (
      isStreamed(stream.projectionBefore) &&
      publication !== undefined &&
      publishes(step.before, publication, statement.command === "update" ? "update" : "delete")
    );
  });
  if (table === null || streams.length === 0) return [];
  return [
    {
      what: `PostgreSQL will refuse this ${statement.command.toUpperCase()} on ${table.name}, as the table is published and has ${reasonOf(relation)}.`,
      why: `On a database where the table is published the migration itself fails here, although it runs on one without the publication.`,
      remedy: `Give ${table.name} a primary key, or set REPLICA IDENTITY FULL before this statement.`,
      answer: "risk",
      place: context.placeOfStep(index),
      relation: table.name,
      connector: connectorNames(streams),
      detail: statement.command,
    },
  ];
}
