import { expect, test } from "vitest";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import type { Compatibility } from "../../src/compare/check-compatibility.ts";
import { checkSubject } from "../../src/compare/check-subject.ts";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { printSchema } from "../../src/compare/avro/print.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { schemaPair } from "./avro-schemas.ts";

const count = 4000;
const pairs = Array.from({ length: count }, (_, seed) => ({ seed, ...schemaPair(seed) }));

const parse = (schema: JsonValue) => parseAvro(schema, { strict: "stored", avroLine: "1.12" });

/** The seeds for which it does not hold. */
const failing = (holds: (pair: (typeof pairs)[number]) => boolean): readonly number[] =>
  pairs.filter((pair) => !holds(pair)).map(({ seed }) => seed);

test("the pairs are valid, and of all kinds", () => {
  expect(failing(({ reader, writer }) => parse(reader).ok && parse(writer).ok)).toEqual([]);
  const results = pairs.map(({ reader, writer }) => checkCompatibility(reader, writer));
  const compatible = results.filter((one) => one.compatible).length;
  expect(compatible).toBeGreaterThan(count / 10);
  expect(compatible).toBeLessThan((count * 9) / 10);
  const types = new Set(results.flatMap(({ incompatibilities }) => incompatibilities.map(({ type }) => type)));
  expect(types.size).toBe(6);
});

test("every schema reads itself, and its text reads as the schema", () => {
  expect(failing(({ reader }) => isCompatibleOrAmbiguous(checkCompatibility(reader, reader)))).toEqual([]);
  expect(
    failing(({ reader }) => {
      const parsed = parse(reader);
      if (!parsed.ok) return false;
      const text = printSchema(parsed.schema);
      const again = parse(JSON.parse(text));
      return again.ok && printSchema(again.schema) === text;
    }),
  ).toEqual([]);
});

/** An alias may match a second field of the same schema, where Java throws. */
const isCompatibleOrAmbiguous = ({ compatible, exception }: Compatibility): boolean => compatible || exception !== undefined;

test("FULL is BACKWARD and FORWARD, and over one version the transitive levels say the same", () => {
  expect(
    failing(({ reader, writer }) => {
      const say = (level: Parameters<typeof checkSubject>[0]): boolean => checkSubject(level, reader, [writer]).compatible;
      const [backward, forward] = [say("BACKWARD"), say("FORWARD")];
      return (
        backward === checkCompatibility(reader, writer).compatible &&
        forward === checkCompatibility(writer, reader).compatible &&
        say("FULL") === (backward && forward) &&
        say("BACKWARD_TRANSITIVE") === backward &&
        say("FORWARD_TRANSITIVE") === forward &&
        say("FULL_TRANSITIVE") === (backward && forward) &&
        say("NONE")
      );
    }),
  ).toEqual([]);
});

test("both lines of Avro give the same verdict, and differ in paths alone", () => {
  expect(
    failing(({ reader, writer }) => {
      const [newer, older] = [
        checkCompatibility(reader, writer, { avroLine: "1.12" }),
        checkCompatibility(reader, writer, { avroLine: "1.11" }),
      ];
      return newer.compatible === older.compatible && newer.incompatibilities.length === older.incompatibilities.length;
    }),
  ).toEqual([]);
});

const decorated = (schema: JsonValue): JsonValue =>
  JSON.parse(JSON.stringify(schema), (_key, part: unknown) =>
    typeof part === "object" && part !== null && "name" in part ? { ...part, doc: "told", "connect.version": 2 } : part,
  );

test("what Avro does not look at changes nothing", () => {
  expect(
    failing(({ reader, writer }) => {
      const [plain, told] = [checkCompatibility(reader, writer), checkCompatibility(decorated(reader), decorated(writer))];
      return JSON.stringify(plain.incompatibilities) === JSON.stringify(told.incompatibilities) && plain.compatible === told.compatible;
    }),
  ).toEqual([]);
});
