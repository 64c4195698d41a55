import type { Connector, Transform } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import { compileJavaPattern } from "../java-regex.ts";
import type { DebeziumVersion } from "../version.ts";
import { cast } from "./cast.ts";
import { extractNewRecordState } from "./extract-new-record-state.ts";
import { extractField, headerFrom, hoistField, insertField, replaceField, setSchemaMetadata, valueToKey } from "./field-transforms.ts";
import { flatten } from "./flatten.ts";
import { logicalRouter, regexRouter } from "./routers.ts";
import { done, unknown } from "./stream-record.ts";
import type { Apply, StreamRecord } from "./stream-record.ts";
import { timestampConverter } from "./timestamp-converter.ts";

const KAFKA = "org.apache.kafka.connect.transforms.";
const DEBEZIUM = "io.debezium.transforms.";

/** Changes values, headers or partitions, or drops whole records: schemas and topics stay. */
const unchanged: Apply = (record) => done(record);

const CLASSES: Readonly<Record<string, Apply>> = {
  [`${KAFKA}RegexRouter`]: regexRouter,
  [`${KAFKA}ReplaceField`]: replaceField,
  [`${KAFKA}HeaderFrom`]: headerFrom,
  [`${KAFKA}InsertField`]: insertField,
  [`${KAFKA}SetSchemaMetadata`]: setSchemaMetadata,
  [`${KAFKA}HoistField`]: hoistField,
  [`${KAFKA}ExtractField`]: extractField,
  [`${KAFKA}ValueToKey`]: valueToKey,
  [`${KAFKA}Cast`]: cast,
  [`${KAFKA}Flatten`]: flatten,
  [`${KAFKA}TimestampConverter`]: timestampConverter,
  [`${KAFKA}MaskField`]: unchanged,
  [`${KAFKA}Filter`]: unchanged,
  [`${KAFKA}DropHeaders`]: unchanged,
  [`${KAFKA}InsertHeader`]: unchanged,
  [`${KAFKA}TimestampRouter`]: (record, transform) => unknown(record, transform, "names topics by time, so that they cannot be predicted"),
  [`${DEBEZIUM}ExtractNewRecordState`]: extractNewRecordState,
  [`${DEBEZIUM}ByLogicalTableRouter`]: logicalRouter,
  [`${DEBEZIUM}ToLogicalTopicRouter`]: logicalRouter,
  [`${DEBEZIUM}ExtractChangedRecordState`]: unchanged,
  [`${DEBEZIUM}partitions.PartitionRouting`]: unchanged,
  [`${DEBEZIUM}SchemaChangeEventFilter`]: unchanged,
  [`${DEBEZIUM}TimezoneConverter`]: unchanged,
};

/** The connector's transforms in their order. */
export interface TransformChain {
  readonly apply: (record: StreamRecord) => { readonly record: StreamRecord; readonly caveats: readonly Caveat[] };
}

export function transformChain(connector: Pick<Connector, "transforms" | "settings">, version: DebeziumVersion): TransformChain {
  return {
    apply: (first) => {
      let record = first;
      const caveats: Caveat[] = [];
      for (const transform of connector.transforms) {
        const applies = predicate(transform, connector.settings, record);
        if (applies === false) continue;
        const outcome =
          applies === null
            ? unknown(record, transform, "applies only where its predicate holds, which cannot be told here")
            : run(transform, record, version);
        record = outcome.record;
        caveats.push(...outcome.caveats);
        if (outcome.stop) break;
      }
      return { record, caveats };
    },
  };
}

function run(transform: Transform, record: StreamRecord, version: DebeziumVersion): ReturnType<Apply> {
  const [name = "", variant] = transform.class.trim().split("$");
  const apply = CLASSES[name];
  if (apply === undefined) return unknown(record, transform, "is not known here: what it makes of topics and schemas cannot be predicted");
  return apply(record, transform, { part: variant === "Key" ? "key" : "value", version });
}

/** Whether a transform applies to records with a value on this topic; null when only the record itself tells. */
function predicate(transform: Transform, settings: Connector["settings"], record: StreamRecord): boolean | null {
  if (transform.predicate === null) return true;
  const type = settings[`predicates.${transform.predicate}.type`] ?? "";
  if (type.endsWith(".RecordIsTombstone")) return transform.negate;
  const pattern = settings[`predicates.${transform.predicate}.pattern`];
  if (!type.endsWith(".TopicNameMatches") || pattern === undefined) return null;
  const compiled = compileJavaPattern(pattern, false);
  return compiled === null ? null : compiled.matches(record.topic) !== transform.negate;
}
