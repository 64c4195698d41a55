import type { LaggingImpact, StateImpact } from "../model/between.ts";
import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { Connector, IdlePattern } from "../model/connector.ts";
import type { Cause, Change, RelationImpact } from "../model/impact.ts";
import type { Inputs } from "../model/inputs.ts";
import type { ProjectedColumn, Projection } from "../model/projection.ts";
import type { Finding, Severity } from "../model/report.ts";
import type { Span } from "../model/span.ts";
import type { CatalogChange, Step } from "../model/step.ts";

// The only module of the stage that a rule may import: types of its own, and the helpers that rules share.
export {
  changesOf,
  columnPlace,
  droppedFields,
  eachColumn,
  isSent,
  isStreamed,
  keptColumns,
  keptStreams,
  setNotNullPlace,
  streamsBefore,
  typePlace,
  unstreamedReason,
} from "./tables.ts";
export { asSentence, connectorNames, listOf, quote, topicNames, typeWords, typesOf } from "./words.ts";
export { compareMeaning } from "./meaning.ts";
export { identityColumns, identityWords } from "./identity.ts";
export { keyColumnPlace, keyPlace } from "./key-place.ts";
export { enumsOf, usersOfEnum } from "./enums.ts";
export { asks, culpritsOf, reasons, refusing } from "./refusal.ts";
export type { Culprit } from "./refusal.ts";
export { relationNamed } from "../model/relation-named.ts";
export { isCapturedAt, publicationOf, publishes, sqlWithoutComments } from "./catalog-lookup.ts";
export { heartbeatTable } from "./heartbeat.ts";
export { isQuiet } from "./quiet-statement.ts";
export { newStops } from "./stopping.ts";
export type { StoppingCode } from "./stopping.ts";

/** Which parts of the inputs a rule needs before it can say anything; shown in its documentation. */
export type Requirement = "catalog" | "connector" | "registry" | "history" | "statements";

/** A judgement over the net effect of all pending migrations. Pure data and one function; it never sees another rule. */
export interface Rule {
  /** Kebab-case, `<thing>-<what-happens>`; for ever. */
  readonly id: string;
  readonly title: string;
  readonly category: "column" | "table" | "key" | "publication" | "pipeline" | "registry" | "history" | "sql";
  /** Severity of a finding that names none of its own. */
  readonly severity: Severity;
  /** Version of driftgate that first had it. */
  readonly since: string;
  readonly requires: readonly Requirement[];
  /** @throws never for what a user wrote; an error here is a fault of driftgate. */
  readonly check: (context: RuleContext) => readonly FindingDraft[];
}

/** Where a finding points: the statement or sub-command, and the step it belongs to. */
export interface Place {
  readonly span: Span;
  /** Index into Inputs.steps; null where the place is not an executed statement. */
  readonly step: number | null;
}

/** What a rule returns; the runner adds ids, severity, certainty and fingerprint. */
export interface FindingDraft {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly answer: Finding["answer"];
  /** Lower (or higher) than the rule's own; the user's configuration wins over both. */
  readonly severity?: Severity;
  readonly place?: Place | null;
  readonly relation?: string | null;
  readonly column?: string | null;
  readonly subject?: string | null;
  /** Names of the connectors, joined by a comma. */
  readonly connector?: string | null;
  readonly changes?: readonly Change[];
  /** Tells findings apart that name the same relation, column and subject (or none): goes into the fingerprint. */
  readonly detail?: string;
}

/** One column before and after, told by attnum; by name where the table was dropped and created again. */
export interface ColumnPair {
  readonly before: Column | null;
  readonly after: Column | null;
  /** Dropped and added again under its name: the two are different columns. */
  readonly recreated: boolean;
  /** How each connector that captures the table sends it. */
  readonly uses: readonly ColumnUse[];
}

export interface ColumnUse {
  readonly impact: RelationImpact;
  readonly before: ProjectedColumn | null;
  readonly after: ProjectedColumn | null;
}

/** One captured relation before and after all pending migrations, with every connector that captures it. */
export interface TablePair {
  /** `schema.name` before; after, for a new one. */
  readonly name: string;
  readonly before: Relation | null;
  readonly after: Relation | null;
  /** Dropped and created again under its name. */
  readonly recreated: boolean;
  readonly causes: readonly Cause[];
  readonly streams: readonly RelationImpact[];
  readonly columns: readonly ColumnPair[];
}

/** What `check(…)` of a rule is given. */
export interface RuleContext {
  readonly inputs: Inputs;
  readonly steps: readonly Step[];
  readonly baseline: Catalog;
  /** Catalog after the last pending statement. */
  readonly final: Catalog;
  readonly impacts: readonly RelationImpact[];
  /** The states in between that a row shows or may show. */
  readonly between: readonly StateImpact[];
  /** What a connector that is behind does with the rows of before. */
  readonly lagging: readonly LaggingImpact[];
  /** Streams that a connector which is not restarted goes on with after a rename, although its lists no longer have the table. */
  readonly astray: readonly Projection[];
  readonly causes: readonly Cause[];
  /** Relations that a connector captures before or after, in the order of the impacts. */
  readonly tables: readonly TablePair[];
  /** Patterns of the connectors' filters that fit nothing in the catalog, before and after. */
  readonly idlePatterns: readonly IdlePattern[];
  /** Every subject that a captured table sends to, before or after; null where not all are known. */
  readonly subjectsSent: readonly string[] | null;
  readonly connector: (name: string) => Connector | undefined;
  /** The sub-command's span when the statement is an ALTER TABLE with several commands, else the statement's. */
  readonly placeOfCause: (cause: Cause) => Place | null;
  readonly placeOfStep: (index: number) => Place | null;
  /** The last cause of the relation whose change is of one of the kinds, and of that column where a position is given. */
  readonly causeOf: (table: TablePair, kinds: readonly CatalogChange["kind"][], position?: number) => Cause | null;
  /** Place of the last pending statement across which `describe(catalog)` changed. */
  readonly placeWhere: (describe: (catalog: Catalog) => string) => Place | null;
  /** The relation that the heartbeat query of a connector writes, or that looks like one. */
  readonly isHeartbeat: (relation: Relation | null) => boolean;
}
