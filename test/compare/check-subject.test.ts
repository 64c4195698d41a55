import { describe, expect, test } from "vitest";
import { checkSubject } from "../../src/compare/check-subject.ts";
import { compatibilityLevels } from "../../src/model/subject.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { version } from "./streams.ts";
import { cpuMs } from "../support/cpu-time.ts";

const record = (...fields: readonly JsonValue[]): JsonValue => ({ type: "record", name: "R", fields });
const a = { name: "a", type: "int" };
const nullable = (name: string, type: string): JsonValue => ({ name, type: ["null", type], default: null });

const messagesOf = (
  level: Parameters<typeof checkSubject>[0],
  candidate: JsonValue,
  versions: Parameters<typeof checkSubject>[2],
): readonly string[] => checkSubject(level, candidate, versions).failures.flatMap(({ messages }) => messages);

const wide = record(...Array.from({ length: 1000 }, (_, index) => ({ name: `column${index}`, type: "int" })));

describe("levels", () => {
  const candidate = record(a, nullable("b", "string"));
  const versions = [record(a, nullable("b", "int")), record(a)];

  test("only transitive levels look beyond the latest version", () => {
    const passing = compatibilityLevels.filter((level) => checkSubject(level, candidate, versions).compatible);
    expect(passing).toEqual(["NONE", "BACKWARD", "FORWARD", "FULL"]);
    expect(checkSubject("BACKWARD_TRANSITIVE", candidate, versions).failures.map((failure) => failure.version)).toEqual([1]);
  });

  test("the newest version with faults is the only one named", () => {
    const failures = checkSubject("BACKWARD_TRANSITIVE", '"int"', ['"string"', '"boolean"', '"int"']).failures;
    expect(failures.map((failure) => [failure.version, failure.direction])).toEqual([[2, "backward"]]);
  });

  test("a subject without versions takes anything", () => {
    expect(compatibilityLevels.every((level) => checkSubject(level, candidate, []).compatible)).toBe(true);
  });
});

describe("the registry's verbose texts", () => {
  test("backward: faults, version, old schema in Avro's own form, level", () => {
    expect(messagesOf("BACKWARD", record(a, { name: "b", type: "int" }), [version(4, record(a))])).toEqual([
      "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'b'}",
      "{oldSchemaVersion: 4}",
      '{oldSchema: \'{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}\'}',
      "{validateFields: 'false', compatibility: 'BACKWARD'}",
    ]);
  });

  test("forward: the labels change places", () => {
    expect(messagesOf("FORWARD", '"long"', ['"int"'])[0]).toBe(
      "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the old schema does not match with the new schema', additionalInfo:'reader type: INT not compatible with writer type: LONG'}",
    );
  });

  test("full: the old reading the new first, and the old schema only if the new cannot read it", () => {
    expect(messagesOf("FULL", '"long"', ['"int"']).map((message) => message.slice(0, 18))).toEqual([
      "{errorType:'TYPE_M",
      "{validateFields: '",
    ]);
    const both = checkSubject("FULL", '"boolean"', ['"int"']).failures;
    expect(both.map(({ direction, messages }) => [direction, messages.length])).toEqual([
      ["forward", 1],
      ["backward", 4],
    ]);
  });

  test("a long old schema is cut", () => {
    const text = messagesOf("BACKWARD", '"int"', [wide]).find((message) => message.startsWith("{oldSchema:"));
    expect(text?.startsWith("{oldSchema: <truncated> '{")).toBe(true);
    expect(text?.length).toBe("{oldSchema: <truncated> '...'}".length + 10_240);
  });

  test("an exception is one message", () => {
    const reader = record({ name: "a", type: "int", aliases: ["b"] });
    const writer = record(a, { name: "b", type: "int" });
    expect(messagesOf("BACKWARD", reader, [writer])[0]).toBe(
      "Unexpected exception during compatibility check: Reader record field a type:INT pos:0 matches multiple fields in writer record schema " +
        '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}',
    );
  });

  test("another format", () => {
    expect(messagesOf("FULL", '"int"', [{ ...version(2, "x"), schemaType: "JSON" }])).toEqual([
      "Incompatible because of different schema type",
      "{validateFields: 'false', compatibility: 'FULL'}",
    ]);
  });
});

const nullables = (columns: number): string =>
  JSON.stringify(record(...Array.from({ length: columns }, (_, index) => nullable(`c${index}`, index % 3 === 0 ? "long" : "string"))));

test("two hundred versions of two thousand columns take seconds, not minutes", () => {
  const versions = Array.from({ length: 200 }, (_, index) => nullables(2000 + index));
  expect(cpuMs(() => expect(checkSubject("FULL_TRANSITIVE", nullables(2300), versions).compatible).toBe(true))).toBeLessThan(20_000);
});
