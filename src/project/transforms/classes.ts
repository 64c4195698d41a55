import { cast } from "./cast.ts";
import { eventRouter } from "./event-router.ts";
import { extractNewRecordState } from "./extract-new-record-state.ts";
import { extractSchema } from "./extract-schema.ts";
import { flatten } from "./flatten.ts";
import { headerToValue } from "./header-to-value.ts";
import { dropHeaders, headerFrom, insertHeader } from "./headers.ts";
import { insertField } from "./insert-field.ts";
import { maskField } from "./mask-field.ts";
import { replaceField } from "./replace-field.ts";
import { logicalRouter, regexRouter, timestampRouter } from "./routers.ts";
import type { TransformClass } from "./stream-record.ts";
import { extractField, hoistField, setSchemaMetadata, valueToKey } from "./struct-transforms.ts";
import { timestampConverter } from "./timestamp-converter.ts";
import {
  decodeMessages,
  enforceRecordSize,
  extractChangedRecordState,
  filter,
  filtering,
  partitionRouting,
  unchanged,
  unchangedWith,
} from "./unchanged.ts";
import { vectorToJson } from "./vector-to-json.ts";

/** A class of transforms. `sided`: it exists as $Key and as $Value only. `since`: the version of Debezium that brought it; null for 2.0 and Kafka's. */
export interface KnownClass {
  readonly read: TransformClass;
  readonly sided: boolean;
  readonly since: readonly [major: number, minor: number] | null;
}

const KAFKA = "org.apache.kafka.connect.transforms.";
const DEBEZIUM = "io.debezium.transforms.";

const SIDED: Readonly<Record<string, TransformClass>> = {
  Cast: cast,
  ExtractField: extractField,
  Flatten: flatten,
  HeaderFrom: headerFrom,
  HoistField: hoistField,
  InsertField: insertField,
  MaskField: maskField,
  ReplaceField: replaceField,
  SetSchemaMetadata: setSchemaMetadata,
  TimestampConverter: timestampConverter,
};

const WHOLE: Readonly<Record<string, TransformClass>> = {
  [`${KAFKA}DropHeaders`]: dropHeaders,
  [`${KAFKA}Filter`]: filter,
  [`${KAFKA}InsertHeader`]: insertHeader,
  [`${KAFKA}RegexRouter`]: regexRouter,
  [`${KAFKA}TimestampRouter`]: timestampRouter,
  [`${KAFKA}ValueToKey`]: valueToKey,
  [`${DEBEZIUM}ByLogicalTableRouter`]: logicalRouter("__dbz__physicalTableIdentifier"),
  [`${DEBEZIUM}ToLogicalTopicRouter`]: logicalRouter("__dbz__sourceIdentifier"),
  [`${DEBEZIUM}ExtractNewRecordState`]: extractNewRecordState,
  [`${DEBEZIUM}ExtractSchemaToNewRecord`]: extractSchema,
  [`${DEBEZIUM}ExtractChangedRecordState`]: extractChangedRecordState,
  [`${DEBEZIUM}HeaderToValue`]: headerToValue,
  [`${DEBEZIUM}outbox.EventRouter`]: eventRouter,
  [`${DEBEZIUM}VectorToJsonConverter`]: vectorToJson,
  [`${DEBEZIUM}partitions.PartitionRouting`]: partitionRouting,
  [`${DEBEZIUM}TimezoneConverter`]: unchangedWith("converted.timezone"),
  [`${DEBEZIUM}SchemaChangeEventFilter`]: unchangedWith("schema.change.event.exclude.list"),
  [`${DEBEZIUM}GeometryFormatTransformer`]: unchanged,
  [`${DEBEZIUM}SwapGeometryCoordinates`]: unchanged,
  [`${DEBEZIUM}EnforceRecordSize`]: enforceRecordSize,
  [`${DEBEZIUM}tracing.ActivateTracingSpan`]: unchanged,
  [`${DEBEZIUM}openlineage.OpenLineage`]: unchanged,
  [`${DEBEZIUM}Filter`]: filtering("passes only the records for which its condition holds, which is not evaluated here"),
  "io.debezium.connector.postgresql.transforms.DecodeLogicalDecodingMessageContent": decodeMessages,
};

/** By the contents of the jars of 2.7.4, 3.0.8, 3.1.3 and 3.2.0 to 3.6.0. */
const SINCE: Readonly<Record<string, readonly [number, number]>> = {
  [`${DEBEZIUM}VectorToJsonConverter`]: [3, 1],
  [`${DEBEZIUM}openlineage.OpenLineage`]: [3, 2],
  [`${DEBEZIUM}GeometryFormatTransformer`]: [3, 4],
  [`${DEBEZIUM}SwapGeometryCoordinates`]: [3, 4],
  [`${DEBEZIUM}EnforceRecordSize`]: [3, 6],
  [`${DEBEZIUM}ToLogicalTopicRouter`]: [3, 7],
};

export const CLASSES: ReadonlyMap<string, KnownClass> = new Map<string, KnownClass>([
  ...Object.entries(SIDED).map(([name, read]): [string, KnownClass] => [`${KAFKA}${name}`, { read, sided: true, since: null }]),
  ...Object.entries(WHOLE).map(([name, read]): [string, KnownClass] => [name, { read, sided: false, since: SINCE[name] ?? null }]),
]);

/** Classes that are known for what they do, and why it cannot be predicted. */
export const UNPREDICTABLE: ReadonlyMap<string, string> = new Map([
  [`${DEBEZIUM}ContentBasedRouter`, "takes the topic from an expression on each record"],
  ["io.debezium.connector.postgresql.transforms.timescaledb.TimescaleDb", "takes the topics of TimescaleDB's chunks from its hypertables"],
]);

/** Kafka Connect takes a class by its simple name too, where only one installed class has it: Filter may be Kafka's or Debezium's. */
export function fullClassName(given: string): string {
  if (given.includes(".")) return given;
  const found = [...CLASSES.keys(), ...UNPREDICTABLE.keys()].filter((name) => name.endsWith(`.${given}`));
  return found.length === 1 ? (found[0] ?? given) : given;
}
