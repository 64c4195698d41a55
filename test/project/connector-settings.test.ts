import { describe, expect, it, test } from "vitest";
import type { SettingProblem } from "../../src/model/connector.ts";
import { compileJavaFilter } from "../../src/project/java-filter.ts";
import { readJavaSyntax } from "../../src/project/java-syntax.ts";
import { knownSettings } from "../../src/project/known-settings.ts";
import { nearestName } from "../../src/model/near-name.ts";
import { settingProblems } from "../../src/project/setting-problems.ts";
import { cpuMs } from "../support/cpu-time.ts";

const base = {
  name: "orders",
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "shop",
  "plugin.name": "pgoutput",
};

function problems(settings: Record<string, string>, version = "3.6"): readonly Omit<SettingProblem, "span">[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return settingProblems({ ...base, ...settings }, { major, minor });
}

const told = (settings: Record<string, string>, version?: string): readonly string[] =>
  problems(settings, version).map(({ kind, setting, reason, remedy }) => `${kind} ${setting}: ${reason}; ${remedy}`);

/** What PostgresConnector.validate and PostgresConnectorConfig of each version were seen to refuse. */
const REFUSED: readonly (readonly [settings: Record<string, string>, versions: readonly string[]])[] = [
  [{ "decimal.handling.mode": "strings" }, ["2.7", "3.0", "3.6"]],
  [{ "decimal.handling.mode": "" }, ["2.7", "3.0", "3.6"]],
  [{ "snapshot.mode": "never" }, ["3.3", "3.6", "3.7"]],
  [{ "snapshot.mode": "no_data" }, ["2.3", "2.5"]],
  [{ "snapshot.mode": "schema_only" }, ["2.7", "3.6"]],
  [{ "snapshot.mode": "custom" }, ["2.7", "3.6"]],
  [{ "time.precision.mode": "isostring" }, ["2.7", "3.0"]],
  [{ "time.precision.mode": "structured" }, ["3.1", "3.6"]],
  [{ "publication.autocreate.mode": "no_tables" }, ["2.7"]],
  [{ "table.include.list": "public.(orders" }, ["2.7", "3.6"]],
  [{ "table.include.list": "*.orders" }, ["2.7", "3.6"]],
  [{ "table.include.list": "a", "table.exclude.list": "b" }, ["2.7", "3.6"]],
  [{ "table.include.list": " ", "table.exclude.list": "b" }, ["2.7", "3.6"]],
  [{ "message.key.columns": "public.t" }, ["2.7", "3.6"]],
  [{ "message.key.columns": "public.t:a, b" }, ["2.7", "3.0", "3.2", "3.4"]],
  [{ "message.key.columns": "public.t:a," }, ["3.5", "3.6"]],
  [{ "message.key.columns": "public.t:a;;public.u:b" }, ["2.7", "3.6"]],
  [{ "message.key.columns": "public.(t:a" }, ["2.7", "3.6"]],
  [{ "slot.name": "My-Slot" }, ["2.7", "3.6"]],
  [{ "heartbeat.interval.ms": "10s" }, ["2.7", "3.6"]],
  [{ "heartbeat.interval.ms": " 5 " }, ["2.7", "3.6"]],
  [{ "max.queue.size": "10" }, ["2.7", "3.6"]],
  [{ "max.batch.size": "8192" }, ["2.7", "3.6"]],
  [{ "include.unknown.datatypes": "yes" }, ["2.7", "3.6"]],
  [{ "publish.via.partition.root": "x" }, ["3.2", "3.6"]],
  [{ "skipped.operations": "truncate" }, ["2.7", "3.6"]],
  [{ "skipped.operations": "none,t" }, ["2.7", "3.6"]],
  [{ "topic.prefix": "my prefix" }, ["2.7", "3.6"]],
  [{ "plugin.name": "wal2json" }, ["2.7", "3.6"]],
  [{ "field.name.adjustment.mode": "strict" }, ["2.7", "3.6"]],
  [{ "replica.identity.autoset.values": "public.t:FOO" }, ["2.7", "3.6"]],
  [{ "column.mask.with.10.chars": "public.(t.a" }, ["2.7", "3.6"]],
  [{ "column.mask.hash.NOPE.with.salt.pepper": "public.t.a" }, ["3.6"]],
  [{ "topic.naming.strategy": "-1" }, ["2.7", "3.6"]],
  [{ "custom.metric.tags": "a" }, ["2.7", "3.6"]],
];

/** … and to take. */
const TAKEN: readonly (readonly [settings: Record<string, string>, versions: readonly string[]])[] = [
  [{ "decimal.handling.mode": " PRECISE " }, ["2.7", "3.6"]],
  [{ "slot.failover": " TRUE " }, ["3.0", "3.6"]],
  [{ "snapshot.mode": "no_data" }, ["2.6", "3.6"]],
  [{ "time.precision.mode": "isostring" }, ["3.1", "3.6"]],
  [{ "publication.autocreate.mode": "no_tables" }, ["3.0", "3.6"]],
  [{ "table.include.list": "public.orders,,public.b," }, ["2.7", "3.6"]],
  [{ "table.include.list": "public\\.(?!tmp).*" }, ["2.7", "3.6"]],
  [{ "message.key.columns": "  public.t:a  ; public.u:b;" }, ["2.7", "3.6"]],
  [{ "message.key.columns": "public.t:a, b" }, ["3.5", "3.6"]],
  [{ "column.mask.hash.sha256.with.salt.pepper": "public.t.a" }, ["2.7", "3.6"]],
  [{ "column.mask.hash.v2.SHA-256.with.salt.a.b": "public.t.a" }, ["2.7", "3.6"]],
  [{ "skipped.operations": "c, u,t" }, ["2.7", "3.6"]],
  [{ "replica.identity.autoset.values": "public.t:full , public.u:INDEX idx" }, ["2.7", "3.6"]],
  [{ "table.include.list": "${file:/x:tables}", "max.batch.size": "${env:BATCH}" }, ["3.6"]],
];

const each = (table: typeof REFUSED): readonly (readonly [string, Record<string, string>])[] =>
  table.flatMap(([settings, versions]) => versions.map((version) => [version, settings] as const));

describe("values", () => {
  test.each(each(REFUSED))("%s refuses %j", (version, settings) => {
    const refused = problems(settings, version).filter(({ kind }) => kind === "refused");
    expect(refused).toHaveLength(1);
    expect(Object.keys({ ...settings, "snapshot.mode": "" })).toContain(refused[0]?.setting);
  });

  test.each(each(TAKEN))("%s takes %j", (version, settings) => {
    expect(told(settings, version)).toEqual([]);
  });

  it("says what to write instead", () => {
    expect(told({ "snapshot.mode": "never" })).toEqual([
      'refused snapshot.mode: "never" existed up to Debezium 3.2; now it takes only initial, always, initial_only, no_data, when_needed, configuration_based and custom; use no_data',
    ]);
    expect(told({ "time.precision.mode": "isostring" }, "3.0")[0]).toContain('"isostring" exists since Debezium 3.1');
    expect(told({ "binary.handling.mode": "base64_url_safe" })[0]).toContain('did you mean "base64-url-safe"?');
    expect(told({ "table.include.list": "public.(orders" })[0]).toContain(
      "the pattern public.(orders is no regular expression of Java (Unclosed group)",
    );
  });
});

describe("names", () => {
  test.each([
    [{ "table.include.lst": "a" }, "3.6", "did you mean table.include.list?"],
    [{ "include.table.list": "a" }, "3.6", "did you mean table.include.list?"],
    [{ "topic.prefx": "a" }, "3.6", "did you mean topic.prefix?"],
    [{ "database.sslmod": "require" }, "3.6", "did you mean database.sslmode?"],
    [{ "errors.tolerence": "all" }, "3.6", "did you mean errors.tolerance?"],
    [{ "column.mask.with.ten.chars": "public.t.a" }, "3.6", "take it out, or correct its name"],
    [{ "table.whitelist": "a" }, "3.6", "use table.include.list"],
    [{ "toasted.value.placeholder": "a" }, "3.6", "use unavailable.value.placeholder"],
    [{ "snapshot.custom.class": "a" }, "3.6", "use snapshot.mode.custom.name"],
    [{ "lsn.flush.mode": "manual" }, "3.3", "take it out, or run a version that has it"],
  ])("%j is read by nobody in %s", (settings, version, remedy) => {
    const [found] = problems(settings, version);
    expect(found).toMatchObject({ kind: "ignored", setting: Object.keys(settings)[0], remedy });
  });

  test.each([{ "database.history.kafka.topic": "a" }, { "include.schema.changes": "true" }, { "database.server.name": "a" }])(
    "%j is a leftover",
    (settings) => {
      expect(problems(settings)).toMatchObject([{ kind: "leftover", setting: Object.keys(settings)[0], remedy: "take it out" }]);
    },
  );

  test.each([
    { "tasks.max": "1", "config.action.reload": "restart", "exactly.once.support": "required", "topic.creation.default.partitions": "3" },
    { "key.converter": "a", "key.converter.schema.registry.url": "http://r", "header.converter": "b", "producer.override.linger.ms": "5" },
    { transforms: "a", "transforms.a.type": "A", predicates: "p", "predicates.p.type": "P" },
    { converters: "isbn", "isbn.type": "com.example.Isbn", "isbn.schema.name": "x" },
    { "post.processors": "again", "again.type": "io.debezium.processors.reselect.ReselectColumnsPostProcessor" },
    { "offset.storage.file.filename": "/data/offsets.dat", "offset.flush.interval.ms": "0", "_aiven.restart.on.failure": "true" },
    { "database.applicationName": "driftgate", "driver.socketTimeout": "10", "internal.log.position.check.enable": "false" },
    { "snapshot.select.statement.overrides": "public.t", "snapshot.select.statement.overrides.public.t": "SELECT 1" },
    {
      "signal.kafka.topic": "s",
      "signal.consumer.security.protocol": "SSL",
      "topic.naming.strategy": "io.debezium.schema.SchemaTopicNamingStrategy",
    },
  ])("%j are known", (settings) => {
    expect(told(settings)).toEqual([]);
  });

  it("knows what goes", () => {
    expect(told({ "flush.lsn.source": "false" })).toEqual([
      "deprecated flush.lsn.source: it is deprecated since 3.4; use lsn.flush.mode=manual, which does the same",
    ]);
    expect(told({ "flush.lsn.source": "false" }, "3.3")).toEqual([]);
    expect(told({ "snapshot.mode": "never" }, "3.2")[0]).toMatch(/^deprecated snapshot.mode/);
    expect(told({ "snapshot.mode": "never" }, "2.5")).toEqual([]);
  });

  it("finds nothing near a name that is far from all", () => {
    expect(nearestName("quux", knownSettings.keys())).toBeNull();
    expect(nearestName("TABLE_INCLUDE_LIST", ["table.include.list"])).toBe("table.include.list");
  });
});

/** Recorded from java.util.regex of Java 17 with CASE_INSENSITIVE; null: does not compile. */
const PATTERNS: readonly (readonly [pattern: string, text: string, matches: boolean | null])[] = [
  ["public.orders", "PUBLIC.ORDERS", true],
  ["public\\.(orders|items)", "public.items", true],
  ["orders", "public.orders", false],
  ["public\\.(?!tmp_).*", "public.tmp_a", false],
  ["public\\.(?!tmp_).*", "public.orders", true],
  [".*(?<!_old)", "public.orders_old", false],
  ["gr\u00f6\u00dfe", "gr\u00d6\u00dfe", false],
  ["\\Qa.b\\E", "a.b", true],
  ["\\Qa.b\\E", "axb", false],
  ["[]a]", "]", true],
  ["a{2}", "aa", true],
  ["(?i)A", "a", true],
  ["public.(orders", "", null],
  ["public.orders)", "", null],
  ["*.orders", "", null],
  ["a{x}", "", null],
  ["a{2,1}", "", null],
  ["{a", "", null],
  ["[z-a]", "", null],
  ["[a-\\d]", "", null],
  ["a\\", "", null],
  ["\\y", "", null],
  ["(?<n>a)(?<n>b)", "", null],
  ["\\k<n>", "", null],
  ["(?<!a+)b", "", null],
  ["(?P<n>a)", "", null],
  ["a**", "", null],
];

describe("patterns", () => {
  test.each(PATTERNS)("%s on %j", (pattern, text, matches) => {
    expect(readJavaSyntax(pattern).error === null).toBe(matches !== null);
    expect(compileJavaFilter(pattern)?.(text) ?? null).toBe(matches);
  });

  test.each(["a++b", "(?>a)b", "[a-z&&[^b]]", "[[a]b]", "(a)\\1", "(?x) a", "(?!(a+)+)b", "(?!a*b*)c*d*e*"])(
    "%s compiles in Java and is not matched here",
    (pattern) => {
      expect(readJavaSyntax(pattern).error).toBeNull();
      expect(compileJavaFilter(pattern)).toBeNull();
    },
  );

  it("is not held up by a pattern that backtracks", () => {
    expect(cpuMs(() => compileJavaFilter("(a+)+b")?.("a".repeat(180)))).toBeLessThan(1000);
    expect(cpuMs(() => compileJavaFilter("(?!x).*a.*b.*")?.("a".repeat(180)))).toBeLessThan(1000);
  });
});
