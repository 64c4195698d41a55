import * as fc from "fast-check";

const pattern = fc.oneof(
  fc.constantFrom(
    ".*",
    "public\\..*",
    "public.t",
    "[",
    "(?<a>x)",
    "a{1,2}",
    ".*:.*",
    "(.*).orders:id;x:y",
    "\\Qa\\E",
    "(?i)A",
    "a,b\\,c",
    "",
  ),
  fc.string({ maxLength: 10 }),
);

const mode = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const flag = mode("true", "false", "TRUE", "");

const transform = fc.constantFrom(
  "io.debezium.transforms.ExtractNewRecordState",
  "io.debezium.transforms.ByLogicalTableRouter",
  "io.debezium.transforms.outbox.EventRouter",
  "org.apache.kafka.connect.transforms.RegexRouter",
  "org.apache.kafka.connect.transforms.Flatten$Value",
  "org.apache.kafka.connect.transforms.Cast$Value",
  "org.apache.kafka.connect.transforms.ReplaceField$Key",
  "org.apache.kafka.connect.transforms.ValueToKey",
  "org.apache.kafka.connect.transforms.ExtractField$Key",
  "org.apache.kafka.connect.transforms.HoistField$Value",
  "org.apache.kafka.connect.transforms.TimestampConverter$Value",
  "com.example.Unknown",
);

const transforms = fc
  .array(
    fc.tuple(
      transform,
      fc.dictionary(
        fc.constantFrom(
          "fields",
          "field",
          "regex",
          "replacement",
          "spec",
          "renames",
          "add.fields",
          "target.type",
          "topic.regex",
          "topic.replacement",
        ),
        pattern,
      ),
    ),
    { maxLength: 2 },
  )
  .map((list) => ({
    ...(list.length === 0 ? {} : { transforms: list.map((_, at) => `t${at}`).join(",") }),
    ...Object.fromEntries(
      list.flatMap(([type, own], at) => [
        [`transforms.t${at}.type`, type] as const,
        ...Object.entries(own).map(([key, value]) => [`transforms.t${at}.${key}`, value] as const),
      ]),
    ),
  }));

const converter = fc.constantFrom(
  "io.confluent.connect.avro.AvroConverter",
  "io.apicurio.registry.utils.converter.AvroConverter",
  "org.apache.kafka.connect.json.JsonConverter",
  "io.confluent.connect.protobuf.ProtobufConverter",
  "com.example.Other",
);

const own = fc.record(
  {
    "decimal.handling.mode": mode("precise", "double", "string"),
    "time.precision.mode": mode(
      "adaptive",
      "adaptive_time_microseconds",
      "connect",
      "isostring",
      "microseconds",
      "nanoseconds",
      "structured",
    ),
    "binary.handling.mode": mode("bytes", "base64", "base64-url-safe", "hex"),
    "interval.handling.mode": mode("numeric", "string"),
    "hstore.handling.mode": mode("json", "map"),
    "money.fraction.digits": fc.integer({ min: -2, max: 40 }).map(String),
    "include.unknown.datatypes": flag,
    "field.name.adjustment.mode": mode("none", "avro", "avro_unicode"),
    "schema.name.adjustment.mode": mode("none", "avro", "avro_unicode"),
    "topic.delimiter": mode(".", "_", "-"),
    "topic.naming.strategy": mode(
      "io.debezium.schema.SchemaTopicNamingStrategy",
      "io.debezium.schema.SchemaRegexTopicNamingStrategy",
      "com.example.Own",
    ),
    "topic.regex": pattern,
    "topic.replacement": pattern,
    "table.include.list": pattern,
    "column.exclude.list": pattern,
    "message.key.columns": pattern,
    "column.propagate.source.type": pattern,
    "column.mask.with.5.chars": pattern,
    "column.truncate.to.4.chars": pattern,
    "publication.autocreate.mode": mode("all_tables", "filtered", "no_tables", "disabled"),
    "snapshot.mode": mode("initial", "no_data", "never", "configuration_based"),
    "key.converter": converter,
    "value.converter": converter,
    "value.converter.connect.meta.data": flag,
    "value.converter.scrub.invalid.names": flag,
    "value.converter.value.subject.name.strategy": mode("io.confluent.kafka.serializers.subject.RecordNameStrategy", "x.Own"),
  },
  { requiredKeys: [] },
);

/** A configuration of a connector that may be right or wrong; regular expressions, lists and transforms among it are mostly wrong. */
export const settings: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .tuple(
    own,
    transforms,
    fc.oneof({ weight: 3, arbitrary: fc.constant("srv") }, { weight: 1, arbitrary: fc.constantFrom("my-srv", "1s", "ünï", "a b", ".") }),
  )
  .map(([some, chain, prefix]) => ({
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "plugin.name": "pgoutput",
    "topic.prefix": prefix,
    ...some,
    ...chain,
  }));

export const versions = fc.constantFrom("2.5", "2.7", "3.0", "3.3", "3.5", "3.6", "3.7");
