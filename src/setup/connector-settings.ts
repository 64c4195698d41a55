import type { Relation } from "../model/catalog.ts";
import { heartbeatQuery } from "./database.ts";
import type { SetupChoices } from "../model/setup.ts";
import { heartbeatTable, signalTable } from "../model/setup.ts";

/** One property of the connector's configuration, with the reason for its value. */
export interface ConnectorSetting {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly ConnectorSetting[];
}

/**
 * The connector's configuration with its safety valves. Every property is one of io.debezium.connector.postgresql.PostgresConnectorConfig 3.6, of Kafka
 * Connect, or of the Avro converter. Secrets stay out: a config provider of the Connect worker fills them in.
 */
export function connectorSettings(choices: SetupChoices): readonly SettingGroup[] {
  return [
    connection(choices),
    slotAndPublication(choices),
    selection(choices),
    snapshot(choices),
    heartbeat(choices),
    values(),
    converters(choices),
    failures(),
  ];
}

const set = (name: string, value: string, why: string): ConnectorSetting => ({ name, value, why });

function connection({ name, database, topicPrefix }: SetupChoices): SettingGroup {
  const secret = (key: string): string => `\${file:/etc/kafka-connect/secrets/${name}.properties:${key}}`;
  return {
    title: "Connection",
    settings: [
      set("connector.class", "io.debezium.connector.postgresql.PostgresConnector", "Debezium's PostgreSQL connector."),
      set("tasks.max", "1", "A replication slot has one reader; more tasks are never used."),
      set("database.hostname", database.host, "The primary: slots are not decoded on a standby before PostgreSQL 16."),
      set("database.port", String(database.port), ""),
      set("database.dbname", database.name, "A slot belongs to one database."),
      set(
        "database.user",
        secret("database.user"),
        "Read by the worker's FileConfigProvider (config.providers=file), so that no secret is in this file.",
      ),
      set("database.password", secret("database.password"), "As above."),
      set("topic.prefix", topicPrefix, "First part of every topic and of every schema's name; never change it on a living stream."),
    ],
  };
}

function slotAndPublication({ slot, publication }: SetupChoices): SettingGroup {
  return {
    title: "Slot and publication",
    settings: [
      set("plugin.name", "pgoutput", "Built into PostgreSQL. The default, decoderbufs, has to be installed on the server."),
      set("slot.name", slot, "One slot for each connector: two readers of one slot take each other's changes away."),
      set("slot.drop.on.stop", "false", "Dropped at a stop, the slot forgets where it was, and all changes until the next start are lost."),
      set("publication.name", publication, "Made by the migration beside this file."),
      set(
        "publication.autocreate.mode",
        "disabled",
        "The migration decides what is published. all_tables would need a superuser, and make UPDATE and DELETE fail on every table without a key; filtered rewrites the publication and drops its column lists.",
      ),
    ],
  };
}

function selection({ tables, schema }: SetupChoices): SettingGroup {
  const named = [...tables, { schema, name: heartbeatTable }];
  return {
    title: "What is captured",
    settings: [
      set(
        "table.include.list",
        named.map(tablePattern).join(","),
        "Regular expressions, so the dot is escaped. The stream has what this list and the publication both name.",
      ),
      set(
        "signal.data.collection",
        `${schema}.${signalTable}`,
        "Rows in it start incremental snapshots of single tables, without stopping the stream.",
      ),
    ],
  };
}

/** The table's name alone as a pattern of Java; the list is split at commas. */
export function tablePattern({ schema, name }: Pick<Relation, "schema" | "name">): string {
  return `${schema}.${name}`.replaceAll(/[\\^$.|?*+()[\]{},]/g, String.raw`\$&`);
}

function snapshot(choices: SetupChoices): SettingGroup {
  const mode =
    choices.snapshot === "initial"
      ? set("snapshot.mode", "initial", "All rows are read once at the first start, then the stream goes on from there.")
      : set(
          "snapshot.mode",
          "no_data",
          "Nothing is read at the start (the old name, never, is gone since 3.3). Rows come later, table by table, with incremental snapshots.",
        );
  return {
    title: "Snapshot",
    settings: [
      mode,
      set("snapshot.locking.mode", "none", "No lock on any table: a migration during the snapshot is not held up."),
      set(
        "snapshot.isolation.mode",
        "repeatable_read",
        "One consistent view. The default, serializable, first waits until no writing transaction is in its way.",
      ),
      set("snapshot.fetch.size", "10000", "Rows the connector holds at a time while it reads a table."),
      set("incremental.snapshot.chunk.size", "1024", "Rows of an incremental snapshot between two looks at the stream."),
    ],
  };
}

function heartbeat(choices: SetupChoices): SettingGroup {
  return {
    title: "Heartbeat",
    settings: [
      set(
        "heartbeat.interval.ms",
        String(choices.heartbeatSeconds * 1000),
        "Off by default. Without it the slot stands still while the captured tables rest, and write-ahead log of all others piles up.",
      ),
      set(
        "heartbeat.action.query",
        heartbeatQuery(choices),
        "Writes a captured row, so that there is a change to confirm. Without it the interval alone does not move the slot.",
      ),
    ],
  };
}

function values(): SettingGroup {
  return {
    title: "Values",
    settings: [
      set(
        "decimal.handling.mode",
        "string",
        "Exact, and readable by everybody. precise packs bytes whose scale Avro does not compare; double rounds.",
      ),
      set(
        "time.precision.mode",
        "microseconds",
        "One unit for every column. adaptive changes the unit with the declared precision, which no registry notices.",
      ),
      set("interval.handling.mode", "string", "Exact; numeric counts a month as a fixed number of microseconds."),
      set("tombstones.on.delete", "true", "A delete is followed by an empty record, so that log compaction can forget the row."),
      set("skipped.operations", "none", "By default a TRUNCATE is left out, and consumers keep rows that are gone."),
      set(
        "unavailable.value.placeholder",
        "__debezium_unavailable_value",
        "What stands for a large value that PostgreSQL did not send. Tables with such columns have REPLICA IDENTITY FULL, so it should never be seen.",
      ),
    ],
  };
}

function converters({ registryUrl }: SetupChoices): SettingGroup {
  const url = registryUrl ?? "${env:SCHEMA_REGISTRY_URL}";
  const part = (name: "key" | "value"): readonly ConnectorSetting[] => [
    set(
      `${name}.converter`,
      "io.confluent.connect.avro.AvroConverter",
      name === "key" ? "Avro with a schema registry, which can refuse what breaks consumers." : "As for the key.",
    ),
    set(
      `${name}.converter.schema.registry.url`,
      url,
      registryUrl === null ? "Read by the worker's EnvVarConfigProvider (config.providers=env)." : "",
    ),
  ];
  return {
    title: "Topics and converters",
    settings: [
      set(
        "topic.naming.strategy",
        "io.debezium.schema.SchemaTopicNamingStrategy",
        "Topics are <topic.prefix>.<schema>.<table>, subjects the same with -key and -value.",
      ),
      set("schema.name.adjustment.mode", "avro", "Names that Avro does not allow are adjusted instead of failing the task."),
      set("field.name.adjustment.mode", "avro", "As above, for columns."),
      ...part("key"),
      ...part("value"),
    ],
  };
}

function failures(): SettingGroup {
  return {
    title: "Failures",
    settings: [
      set(
        "errors.tolerance",
        "none",
        "With all, a record that cannot be converted is dropped without a word: measured with a schema that the registry refuses.",
      ),
      set(
        "errors.max.retries",
        "10",
        "After ten tries at a lost connection the task fails where monitoring sees it; the default tries for ever while the slot keeps write-ahead log.",
      ),
      set("retriable.restart.connector.wait.ms", "10000", "Between two tries."),
      set("slot.max.retries", "6", "The slot of a connection that broke is taken only after wal_sender_timeout."),
      set("slot.retry.delay.ms", "10000", "Between two tries at the slot."),
      set("event.processing.failure.handling.mode", "fail", "A change that cannot be read stops the stream instead of being skipped."),
    ],
  };
}
