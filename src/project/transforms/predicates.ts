import type { Transform } from "../../model/connector.ts";
import { pattern, rawList, requiredText } from "./options.ts";
import { doubt, refuse } from "./stream-record.ts";
import type { Settings, StreamRecord } from "./stream-record.ts";

const PREDICATES = "org.apache.kafka.connect.transforms.predicates.";

/** Whether the transform takes a record; null where only the record itself tells. */
export type Predicate = (record: StreamRecord) => boolean | null;

/** The predicate of a transform (org.apache.kafka.connect.runtime.TransformationStage), `negate` taken into account. */
export function predicateOf(transform: Transform, settings: Settings): Predicate {
  if (transform.predicate === null) {
    if (settings[`transforms.${transform.name}.negate`] !== undefined) refuse("negate is set, but no predicate that could be negated");
    return () => true;
  }
  const alias = transform.predicate.trim();
  if (!rawList(settings, "predicates").includes(alias)) refuse(`its predicate "${alias}" is not listed in predicates`);
  const own = withoutPrefix(settings, `predicates.${alias}.`);
  const type = own["type"]?.trim();
  if (type === undefined) return refuse(`predicates.${alias}.type is missing`);
  const holds = known(type, own);
  return (record) => {
    const answer = holds(record);
    return answer === null ? null : answer !== transform.negate;
  };
}

function known(type: string, settings: Settings): Predicate {
  switch (type.replace(PREDICATES, "")) {
    case "RecordIsTombstone":
      return ({ value }) => value.isNull;
    case "TopicNameMatches": {
      const topics = pattern("pattern", nonEmpty(settings, "pattern"));
      return ({ topic }) => (topic.includes("${") ? null : topics.matches(topic));
    }
    case "HasHeaderKey": {
      const name = nonEmpty(settings, "name");
      // The connector's own headers are not on every record: __debezium.newkey, __debezium.context.taskId.
      return ({ headers }) => headers.some((header) => header.name === name) || (name.startsWith("__debezium.") ? null : false);
    }
    default:
      return doubt(`applies only where the predicate ${type} holds, which is not known here`);
  }
}

function nonEmpty(settings: Settings, name: string): string {
  const given = requiredText(settings, name);
  return given === "" ? refuse(`the ${name} of its predicate must not be empty`) : given;
}

function withoutPrefix(settings: Settings, prefix: string): Settings {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [])),
  );
}
