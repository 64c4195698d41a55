import type { LaggingImpact } from "../model/between.ts";
import type { Connector } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import type { Subject } from "../model/subject.ts";
import { avroLine } from "./avro-line.ts";
import { ask, byOid, isAccepted, register, shows } from "./course.ts";
import { createStoredSchemas, withRegistered } from "./stored-schemas.ts";
import { createSubjectIndex } from "./subject-index.ts";

export interface LaggingInput {
  readonly connectors: readonly Connector[];
  readonly before: readonly Projection[];
  readonly after: readonly Projection[];
  /** Rows written before the migrations, as they are sent when they are read after them. */
  readonly lagging: readonly Projection[];
  readonly subjects: readonly Subject[];
  readonly registryGiven: boolean;
}

/** What the registry says when the connector reads rows of before after the migrations. Left out where they are sent as they always were. */
export function compareLagging(input: LaggingInput): readonly LaggingImpact[] {
  const known = createStoredSchemas(input.subjects, avroLine);
  return input.connectors.flatMap((connector) => {
    const [lagging, before, after] = [input.lagging, input.before, input.after].map((list) =>
      list.filter((one) => one.connector === connector.name),
    );
    if (lagging === undefined || before === undefined || after === undefined || lagging.length === 0) return [];
    const index = createSubjectIndex(before, after);
    const [olds, news] = [byOid(before), byOid(after)];
    return lagging.flatMap((projection) => {
      const { oid } = projection.relation;
      const old = olds.get(oid) ?? null;
      if (shows(old, projection)) return [];
      const stored = withRegistered(known);
      const context = { connector, avroLine, registryGiven: input.registryGiven, index, causes: [], sameRelation: true, stored };
      const subjects = ask(old, projection, context);
      // Made again, the relation has another oid, and goes on under the topic.
      const now = news.get(oid) ?? after.find(({ topic }) => topic === projection.topic) ?? null;
      const goesOn = now !== null && now.streaming !== null && isAccepted(subjects);
      if (goesOn) register(subjects, stored);
      return [{ connector: connector.name, relation: oid, projection, subjects, next: goesOn ? ask(projection, now, context) : [] }];
    });
  });
}
