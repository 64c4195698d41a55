import type { SettingProblem } from "../../model/connector.ts";
import { nearestName } from "../../model/near-name.ts";
import { fullClassName } from "./classes.ts";
import { rawList } from "./options.ts";
import type { Settings } from "./stream-record.ts";

const KAFKA = "org.apache.kafka.connect.transforms.";
const DEBEZIUM = "io.debezium.transforms.";
const TRACING = "tracing.operation.name tracing.span.context.field tracing.with.context.field.only";

/** What each class reads: config() and getConfigFields() of Kafka 4.3.0 and Debezium 3.6.1, and what else their code and older versions read. */
const NAMES: Readonly<Record<string, string>> = {
  [`${KAFKA}Cast`]: "spec",
  [`${KAFKA}DropHeaders`]: "headers",
  [`${KAFKA}ExtractField`]: "field field.syntax.version",
  [`${KAFKA}Filter`]: "",
  [`${KAFKA}Flatten`]: "delimiter",
  [`${KAFKA}HeaderFrom`]: "fields headers operation",
  [`${KAFKA}HoistField`]: "field",
  [`${KAFKA}InsertField`]: "offset.field partition.field static.field static.value timestamp.field topic.field",
  [`${KAFKA}InsertHeader`]: "header value.literal",
  [`${KAFKA}MaskField`]: "fields replacement",
  [`${KAFKA}RegexRouter`]: "regex replacement",
  [`${KAFKA}ReplaceField`]: "exclude include renames blacklist whitelist",
  [`${KAFKA}SetSchemaMetadata`]: "schema.name schema.version",
  [`${KAFKA}TimestampConverter`]: "field format target.type unix.precision",
  [`${KAFKA}TimestampRouter`]: "timestamp.format topic.format",
  [`${KAFKA}ValueToKey`]: "fields",
  [`${DEBEZIUM}ByLogicalTableRouter`]: `key.enforce.uniqueness key.field.name key.field.regex key.field.replacement logical.table.cache.size
    schema.name.adjustment.mode topic.regex topic.replacement`,
  [`${DEBEZIUM}ExtractChangedRecordState`]: "header.changed.name header.unchanged.name",
  [`${DEBEZIUM}ExtractNewRecordState`]: `add.fields add.fields.prefix add.headers add.headers.prefix delete.tombstone.handling.mode drop.fields.from.key
    drop.fields.header.name drop.fields.keep.schema.compatible route.by.field delete.handling.mode drop.tombstones`,
  [`${DEBEZIUM}HeaderToValue`]: "fields headers operation",
  [`${DEBEZIUM}outbox.EventRouter`]: `route.by.field route.tombstone.on.empty.payload route.topic.regex route.topic.replacement table.expand.json.payload
    table.field.additional.missing table.fields.additional.error.on.missing table.field.event.id table.field.event.key table.field.event.payload
    table.field.event.schema.version table.field.event.timestamp table.field.event.type table.fields.additional.placement table.json.payload.null.behavior
    table.op.invalid.behavior field.name.adjustment.mode ${TRACING}`,
  [`${DEBEZIUM}partitions.PartitionRouting`]: "partition.hash.function partition.payload.fields partition.topic.num",
  [`${DEBEZIUM}TimezoneConverter`]: "converted.timezone exclude.list include.list",
  [`${DEBEZIUM}SchemaChangeEventFilter`]: "schema.change.event.exclude.list",
  [`${DEBEZIUM}GeometryFormatTransformer`]: "format",
  [`${DEBEZIUM}SwapGeometryCoordinates`]: "srids",
  [`${DEBEZIUM}EnforceRecordSize`]: "compression.ratio max.bytes min.field.size",
  [`${DEBEZIUM}tracing.ActivateTracingSpan`]: TRACING,
};

/** What Kafka Connect reads of every transform, and what many classes do. */
const COMMON = ["type", "predicate", "negate", "plugin.version", "replace.null.with.default"];

/** Settings of transforms and predicates that nobody reads: of an alias that is not listed, or of a name that the class does not know. */
export function unreadTransformSettings(settings: Settings): readonly Omit<SettingProblem, "span">[] {
  const listed = { transforms: split(settings, "transforms"), predicates: split(settings, "predicates") };
  return Object.keys(settings).flatMap((setting) => {
    const [, kind, alias = "", name = ""] = /^(transforms|predicates)\.([^.]+)\.(.+)$/.exec(setting) ?? [];
    if (kind !== "transforms" && kind !== "predicates") return [];
    const aliases = listed[kind];
    // An alias may have dots of its own.
    if (!aliases.some((one) => setting.startsWith(`${kind}.${one}.`)))
      return [{ kind: "ignored" as const, setting, reason: `${kind} does not list ${alias}`, remedy: listing(kind, alias, aliases) }];
    return kind === "transforms" ? unknownName(settings, setting, alias, name) : [];
  });
}

function split(settings: Settings, name: string): readonly string[] {
  return rawList({ [name]: settings[name] ?? "" }, name);
}

function listing(kind: string, alias: string, aliases: readonly string[]): string {
  const near = nearestName(alias, aliases);
  return near === null ? `add ${alias} to ${kind}, or take the setting out` : `did you mean ${kind}.${near}?`;
}

function unknownName(settings: Settings, setting: string, alias: string, name: string): readonly Omit<SettingProblem, "span">[] {
  const className = fullClassName((settings[`transforms.${alias}.type`] ?? "").trim().split("$")[0] ?? "");
  const names = NAMES[className]?.split(/\s+/);
  if (names === undefined || names.includes(name) || COMMON.includes(name)) return [];
  const near = nearestName(name, names);
  const remedy = near === null ? "take it out, or correct its name" : `did you mean transforms.${alias}.${near}?`;
  return [{ kind: "ignored", setting, reason: `${className.slice(className.lastIndexOf(".") + 1)} does not know it`, remedy }];
}
