/** What Debezium's own validation takes as a value (io.debezium.config.Field); measured on the classes of 2.3 to 3.7. */
export type Check =
  | { readonly kind: "any" | "boolean" | "class" | "pairs" | "patterns" | "required" }
  | { readonly kind: "integer"; readonly least: number; readonly most: number }
  | { readonly kind: "one-of"; readonly values: readonly Choice[] };

/** A value, and the versions ("3.1") that know it where not all do. */
export interface Choice {
  readonly value: string;
  readonly since?: string;
  readonly until?: string;
}

export interface KnownSetting {
  readonly check: Check;
  /** First and last version that reads the setting; null where 2.3 or 3.7 still does. */
  readonly since: string | null;
  readonly until: string | null;
}

const INT = 2_147_483_647;
const LONG = Number.MAX_SAFE_INTEGER;

const BOOLEANS = `database.tcpKeepAlive extended.headers.enabled flush.lsn.source include.schema.comments include.unknown.datatypes
  legacy.snapshot.max.threads openlineage.integration.enabled provide.transaction.metadata
  publish.via.partition.root slot.drop.on.stop slot.failover snapshot.mode.configuration.based.snapshot.data
  snapshot.mode.configuration.based.snapshot.on.data.error snapshot.mode.configuration.based.snapshot.on.schema.error
  snapshot.mode.configuration.based.snapshot.schema snapshot.mode.configuration.based.start.stream statistics.metrics.enabled
  table.ignore.builtin tombstones.on.delete notification.http.allow.private.networks`;

const INTEGERS: readonly (readonly [least: number, most: number, names: string])[] = [
  [-INT - 1, INT, "database.port database.query.timeout.ms errors.max.retries slot.max.retries slot.retry.delay.ms"],
  [
    0,
    INT,
    `guardrail.collections.max heartbeat.interval.ms incremental.snapshot.chunk.size notification.http.retries query.fetch.size
    signal.emit.failure.max.retries snapshot.fetch.size`,
  ],
  [
    1,
    INT,
    `lsn.flush.timeout.ms max.batch.size max.queue.size notification.http.timeout.ms poll.interval.ms signal.emit.failure.backoff.ms signal.poll.interval.ms
    snapshot.max.threads snapshot.max.threads.multiplier status.update.interval.ms`,
  ],
  [-LONG, LONG, "snapshot.lock.timeout.ms"],
  [0, LONG, "max.queue.size.in.bytes snapshot.delay.ms streaming.delay.ms xmin.fetch.interval.ms"],
  [1, LONG, "connection.validation.timeout.ms executor.shutdown.timeout.ms retriable.restart.connector.wait.ms"],
];

const PATTERNS = `column.exclude.list column.include.list column.propagate.source.type datatype.propagate.source.type message.prefix.exclude.list
  message.prefix.include.list schema.exclude.list schema.include.list snapshot.include.collection.list table.exclude.list table.include.list`;

const REQUIRED = "database.dbname database.hostname database.user topic.prefix";

const CLASSES = `memory.management.schemas.class memory.management.tables.class sourceinfo.struct.maker topic.naming.strategy transaction.metadata.factory`;

const PAIRS = "custom.metric.tags openlineage.integration.job.owners openlineage.integration.job.tags";

const ANY = `connector.class converters custom.sanitize.pattern database.initial.statements database.password database.sslcert
  database.sslfactory database.sslkey database.sslpassword database.sslrootcert event.converting.failure.handling.mode heartbeat.action.query
  heartbeat.topics.prefix incremental.snapshot.allow.schema.changes message.key.columns money.fraction.digits
  notification.enabled.channels notification.http.url notification.sink.topic.name offset.mismatch.strategy
  openlineage.integration.config.file.path openlineage.integration.dataset.kafka.bootstrap.servers openlineage.integration.job.description
  openlineage.integration.job.namespace post.processors
  publication.name queue.provider.type read.only replica.identity.autoset.values signal.data.collection signal.enabled.channels
  signal.file signal.kafka.bootstrap.servers signal.kafka.consumer.offset.commit.enabled signal.kafka.groupId
  signal.kafka.poll.timeout.ms signal.kafka.topic skip.messages.without.change skipped.operations slot.name slot.stream.params
  snapshot.custom.class snapshot.locking.mode.custom.name snapshot.mode.custom.name snapshot.query.mode.custom.name
  snapshot.select.statement.overrides topic.cache.size topic.delimiter topic.heartbeat.name
  topic.heartbeat.prefix topic.key.enforce.uniqueness topic.key.field.name topic.key.field.regex topic.key.field.replacement
  topic.regex topic.replacement topic.transaction unavailable.value.placeholder`;

const CHOICES: Readonly<Record<string, string>> = {
  "binary.handling.mode": "bytes base64 base64-url-safe hex",
  "database.sslmode": "disable allow prefer require verify-ca verify-full",
  "decimal.handling.mode": "precise double string",
  "event.processing.failure.handling.mode": "fail warn skip ignore",
  "field.name.adjustment.mode": "none avro avro_unicode",
  "guardrail.collections.limit.action": "warn fail",
  "hstore.handling.mode": "json map",
  "incremental.snapshot.watermarking.strategy": "insert_insert insert_delete",
  "interval.handling.mode": "numeric string",
  "lsn.flush.mode": "connector manual connector_and_driver",
  "lsn.flush.timeout.action": "fail warn ignore",
  "plugin.name": "decoderbufs pgoutput",
  "publication.autocreate.mode": "all_tables disabled filtered no_tables@3.0",
  "schema.name.adjustment.mode": "none avro avro_unicode",
  "schema.refresh.mode": "columns_diff columns_diff_exclude_unchanged_toast",
  "snapshot.isolation.mode": "serializable repeatable_read read_committed read_uncommitted",
  "snapshot.locking.mode": "none shared custom",
  "snapshot.mode": "initial always initial_only no_data@2.6 when_needed@2.6 configuration_based@2.6 custom never@-3.2",
  "snapshot.query.mode": "select_all custom",
  "snapshot.tables.order.by.row.count": "disabled ascending descending",
  "time.precision.mode": "adaptive adaptive_time_microseconds connect isostring@3.1 microseconds@3.1 nanoseconds@3.1 structured@3.7",
};

/** Settings that came after 2.3, by the version that first has them. */
const SINCE: Readonly<Record<string, string>> = {
  "2.4": "custom.metric.tags signal.kafka.groupId",
  "2.5": "incremental.snapshot.watermarking.strategy post.processors signal.kafka.consumer.offset.commit.enabled",
  "2.6": `event.converting.failure.handling.mode snapshot.locking.mode snapshot.locking.mode.custom.name
    snapshot.mode.configuration.based.snapshot.data snapshot.mode.configuration.based.snapshot.on.data.error
    snapshot.mode.configuration.based.snapshot.on.schema.error snapshot.mode.configuration.based.snapshot.schema
    snapshot.mode.configuration.based.start.stream snapshot.mode.custom.name snapshot.query.mode snapshot.query.mode.custom.name`,
  "2.7": "database.query.timeout.ms read.only streaming.delay.ms transaction.metadata.factory",
  "3.0": "slot.failover snapshot.isolation.mode",
  "3.2": `connection.validation.timeout.ms executor.shutdown.timeout.ms extended.headers.enabled lsn.flush.timeout.action
    lsn.flush.timeout.ms openlineage.integration.config.file.path openlineage.integration.enabled
    openlineage.integration.job.description openlineage.integration.job.namespace openlineage.integration.job.owners
    openlineage.integration.job.tags publish.via.partition.root`,
  "3.3": "guardrail.collections.limit.action guardrail.collections.max openlineage.integration.dataset.kafka.bootstrap.servers",
  "3.4": "custom.sanitize.pattern lsn.flush.mode offset.mismatch.strategy",
  "3.5": "snapshot.max.threads.multiplier",
  "3.6": `legacy.snapshot.max.threads memory.management.schemas.class memory.management.tables.class queue.provider.type
    statistics.metrics.enabled topic.heartbeat.name`,
  "3.7": `notification.http.allow.private.networks notification.http.retries notification.http.timeout.ms notification.http.url
    signal.emit.failure.backoff.ms signal.emit.failure.max.retries`,
};

const UNTIL: Readonly<Record<string, string>> = { "2.5": "snapshot.custom.class", "2.7": "signal.kafka.consumer.offset.commit.enabled" };

/** Every setting with a fixed name that Debezium's PostgreSQL connector reads. */
export const knownSettings: ReadonlyMap<string, KnownSetting> = assemble();

function assemble(): ReadonlyMap<string, KnownSetting> {
  const since = byName(SINCE);
  const until = byName(UNTIL);
  const all = new Map<string, KnownSetting>();
  const add = (names: string, check: Check): void => {
    for (const name of words(names)) all.set(name, { check, since: since.get(name) ?? null, until: until.get(name) ?? null });
  };
  add(BOOLEANS, { kind: "boolean" });
  for (const [least, most, names] of INTEGERS) add(names, { kind: "integer", least, most });
  add(CLASSES, { kind: "class" });
  add(PAIRS, { kind: "pairs" });
  add(PATTERNS, { kind: "patterns" });
  add(REQUIRED, { kind: "required" });
  add(ANY, { kind: "any" });
  for (const [name, values] of Object.entries(CHOICES)) add(name, { kind: "one-of", values: words(values).map(choice) });
  return all;
}

function choice(text: string): Choice {
  const [value = "", version] = text.split("@");
  if (version === undefined) return { value };
  return version.startsWith("-") ? { value, until: version.slice(1) } : { value, since: version };
}

function byName(versions: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(versions).flatMap(([version, names]) => words(names).map((name) => [name, version] as const)));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
