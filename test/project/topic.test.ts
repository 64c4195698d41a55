import { describe, expect, it } from "vitest";
import type { Unsupported } from "../../src/model/connector.ts";
import { adjustFieldName, adjustSchemaName } from "../../src/project/adjust.ts";
import { compileJavaPattern } from "../../src/project/java-regex.ts";
import { topicNaming, topicProblem } from "../../src/project/topic.ts";

function topic(schema: string, table: string, settings: Readonly<Record<string, string>> = {}): string {
  const unsupported: Unsupported[] = [];
  const name = topicNaming(settings, "srv", unsupported).topicOf(schema, table);
  expect(unsupported).toEqual([]);
  return name;
}

describe("topics", () => {
  it.each([
    ["public", "orders", "srv.public.orders"],
    ["public", "größe", "srv.public.gr__e"],
    ["My-Schema", "a$b c", "srv.My-Schema.a_b_c"],
    ["public", "😀", "srv.public.__"],
  ])("of %s.%s", (schema, table, expected) => {
    expect(topic(schema, table)).toBe(expected);
  });

  it("take the delimiter, and no more than 249 characters", () => {
    expect(topic("public", "orders", { "topic.delimiter": "_" })).toBe("srv_public_orders");
    expect(topic("public", "x".repeat(300))).toHaveLength(249);
  });

  it("of the Unicode strategy escape the underscore too", () => {
    expect(topic("public", "a_b", { "topic.naming.strategy": "io.debezium.schema.SchemaUnicodeTopicNamingStrategy" })).toBe(
      "srv.public.a_u005fb",
    );
  });

  it("of the regex strategy are routed, and widen the key", () => {
    const settings = {
      "topic.naming.strategy": "io.debezium.schema.SchemaRegexTopicNamingStrategy",
      "topic.regex": "(.*)\\.orders_\\d+",
      "topic.replacement": "$1.orders",
    };
    expect(topic("public", "orders_7", settings)).toBe("srv.public.orders");
    expect(topic("public", "other", settings)).toBe("srv.public.other");
    expect(topicNaming(settings, "srv", []).keyField).toBe("__dbz__physicalTableIdentifier");
  });

  it("of a regex strategy are not sanitised again, and keep a group's name", () => {
    const regex = { "topic.naming.strategy": "io.debezium.schema.DefaultRegexTopicNamingStrategy", "topic.regex": "srv\\.(?<table>.*)" };
    expect(topic("public", "a$b", { ...regex, "topic.replacement": "my ${table}" })).toBe("my a_b");
    expect(topicProblem("my a_b")).toContain("characters other than");
  });

  it("by database leave the schema out, as PostgreSQL's tables have no catalog", () => {
    expect(topic("public", "orders", { "topic.naming.strategy": "io.debezium.schema.DefaultTopicNamingStrategy" })).toBe("srv.orders");
    expect(topic("public", "a_b", { "topic.naming.strategy": "io.debezium.schema.DefaultUnicodeTopicNamingStrategy" })).toBe(
      "srv.a_u005fb",
    );
  });

  it.each([
    [{ "topic.delimiter": "/" }, "topic.delimiter"],
    [{ "topic.naming.strategy": "com.example.Mine" }, "topic.naming.strategy"],
    [{ "topic.naming.strategy": "io.debezium.schema.SchemaRegexTopicNamingStrategy" }, "topic.regex"],
    [
      { "topic.naming.strategy": "io.debezium.schema.SchemaRegexTopicNamingStrategy", "topic.regex": "(.*)", "topic.replacement": "$2" },
      "topic.replacement",
    ],
  ])("cannot be told with %j", (settings, setting) => {
    const unsupported: Unsupported[] = [];
    topicNaming(settings, "srv", unsupported);
    expect(unsupported.map((one) => one.setting)).toEqual([setting]);
  });
});

// Recorded from java.util.regex.Matcher of Java 17.
describe("replacements", () => {
  it.each([
    ["(.*)", "$3", "abc", { error: "No group 3" }],
    ["(?<x>.*)", "a.${x}", "abc", { text: "a.abc" }],
    ["(?<x>.*)", "a.${y}", "abc", { error: "No group with name {y}" }],
    ["(.)(.*)", "$12", "abc", { text: "a2" }],
    ["(.*)", "a\\$1", "abc", { text: "a$1" }],
    ["(.*)", "a\\", "abc", { error: "character to be escaped is missing" }],
    ["a|ab", "x", "ab", { text: "xb" }],
    ["(x)?.*", "<$1>", "aab", { text: "<>" }],
    ["b.*", "x", "abc", null],
  ])("of %s by %s in %s", (regex, replacement, text, expected) => {
    expect(compileJavaPattern(regex, false)?.replace(text, replacement)).toEqual(expected);
  });
});

describe("name adjustment", () => {
  it.each([
    ["1st", "_1st", "_u0031st"],
    ["naïve", "na_ve", "na_u00efve"],
    ["名前", "__", "_u540d_u524d"],
    ["a_b", "a_b", "a_u005fb"],
    ["x.y", "x_y", "x_u002ey"],
    ["٣a", "_٣a", "_u663a"],
    ["Łę", "__", "_u141_u119"],
    ["\ta", "_a", "_u009a"],
  ])("of field %s", (name, avro, unicode) => {
    expect(adjustFieldName(name, "none")).toBe(name);
    expect(adjustFieldName(name, "avro")).toBe(avro);
    expect(adjustFieldName(name, "avro_unicode")).toBe(unicode);
  });

  it("of a schema looks at the very first character for a digit", () => {
    expect(adjustSchemaName("1srv.2fa.my-t", "avro")).toBe("_1srv.2fa.my_t");
  });
});
