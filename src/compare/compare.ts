import type { Catalog, Relation } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Consumer, ConsumerImpact } from "../model/consumer.ts";
import type { Cause, DriftSource, RelationImpact, SubjectImpact } from "../model/impact.ts";
import type { Projection } from "../model/projection.ts";
import type { Subject } from "../model/subject.ts";
import { avroLine } from "./avro-line.ts";
import type { AvroSchema } from "./avro/schema.ts";
import { consumerImpacts, readersOf } from "./consumers.ts";
import { equalData } from "./equal-data.ts";
import type { Pair } from "./pairs.ts";
import { pairProjections } from "./pairs.ts";
import { createStoredSchemas } from "./stored-schemas.ts";
import type { StoredSchemas } from "./stored-schemas.ts";
import { createSubjectIndex } from "./subject-index.ts";
import type { StreamContext } from "./stream-side.ts";
import { subjectImpacts } from "./subject-impact.ts";

export interface CompareInput {
  readonly baseline: Catalog;
  readonly final: Catalog;
  readonly causes: readonly Cause[];
  readonly connectors: readonly Connector[];
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  readonly subjects: readonly Subject[];
  readonly registryGiven: boolean;
  readonly consumers?: readonly Consumer[];
  readonly explain?: NonNullable<StreamContext["explain"]>;
}

/**
 * What all pending migrations together do to every captured relation and its subjects. A relation is left out when nothing about it
 * changes and its subjects are what the baseline projects.
 */
export function compare(input: CompareInput): readonly RelationImpact[] {
  const stored = createStoredSchemas(input.subjects, avroLine);
  const causes = groupBy(input.causes, ({ change }) => change.relation);
  const [before, after] = [groupBy(input.before, ({ connector }) => connector), groupBy(input.after, ({ connector }) => connector)];
  const [olds, news] = [byOid(input.baseline), byOid(input.final)];
  const readers = readersOf(input.consumers ?? [], avroLine);
  return input.connectors.flatMap((connector) => {
    const [left, right] = [before.get(connector.name) ?? [], after.get(connector.name) ?? []];
    const shared = {
      connector,
      stored,
      avroLine,
      registryGiven: input.registryGiven,
      ...(input.explain === undefined ? {} : { explain: input.explain }),
      index: createSubjectIndex(left, right),
    };
    return pairProjections(left, right).flatMap((pair) => {
      const causesHere = causesOf(pair, causes);
      const context: StreamContext = { ...shared, causes: causesHere, sameRelation: pair.sameRelation };
      const subjects = subjectImpacts(pair, context);
      if (isQuiet(pair, causesHere, subjects)) return [];
      return [
        {
          connector: connector.name,
          before: relationOf(pair.before ?? pair.after, olds),
          after: relationOf(pair.after ?? pair.before, news),
          projectionBefore: pair.before,
          projectionAfter: pair.after,
          causes: causesHere,
          subjects: subjects.map((subject) =>
            withConsumers(subject, consumerImpacts(subject, pair.before, readers, avroLine, sentSoFar(subject, stored))),
          ),
        },
      ];
    });
  });
}

/** The latest registered version where the stream itself sent it last, although the baseline gives another schema. */
function sentSoFar({ drift, subjectBefore }: SubjectImpact, stored: StoredSchemas): { version: number; schema: AvroSchema } | null {
  if (drift === null || subjectBefore === null || isOfAnother(drift.source)) return null;
  const latest = stored.find(subjectBefore)?.versions.at(-1);
  const parsed = latest === undefined ? null : stored.parse(latest);
  return latest !== undefined && parsed?.ok === true ? { version: latest.version, schema: parsed.schema } : null;
}

/** What the stream itself sends is an earlier version, or somebody else's is in the way. */
function isOfAnother(source: DriftSource | undefined): boolean {
  return source?.kind === "foreign" || source?.kind === "superseded" || (source?.kind === "behind" && source.own !== null);
}

const withConsumers = (subject: SubjectImpact, consumers: readonly ConsumerImpact[]): SubjectImpact =>
  consumers.length === 0 ? subject : { ...subject, consumers };

function isQuiet({ before, after }: Pair, causes: readonly Cause[], subjects: readonly SubjectImpact[]): boolean {
  if (causes.length > 0 || subjects.some(({ verdict, drift }) => verdict.outcome !== "unchanged" || drift !== null)) return false;
  return equalData(before, after);
}

function causesOf({ before, after }: Pair, causes: ReadonlyMap<number, readonly Cause[]>): readonly Cause[] {
  const oids = new Set([before?.relation.oid, after?.relation.oid].filter((oid) => oid !== undefined));
  return [...oids].flatMap((oid) => causes.get(oid) ?? []).toSorted((a, b) => a.step - b.step);
}

function relationOf(projection: Projection | null, relations: ReadonlyMap<number, Relation>): Relation | null {
  return projection === null ? null : (relations.get(projection.relation.oid) ?? null);
}

function byOid(catalog: Catalog): ReadonlyMap<number, Relation> {
  return new Map(catalog.relations.map((relation) => [relation.oid, relation]));
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
