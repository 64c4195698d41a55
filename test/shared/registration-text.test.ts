import { expect, test } from "vitest";
import { registrationText } from "../../src/compare/avro/registration-text.ts";
import { parseJson } from "../../src/model/json.ts";
import { readShared } from "./project-golden.ts";

const files = ["types", "names", "keys", "options", "smt", "migrations", "typechanges", "down", "xml"];

/** Every recorded Avro schema, as the text it stands in the file with. */
function avroTexts(line: string): readonly string[] {
  return [...line.matchAll(/"(?:key|value)Avro(?:Confluent)?":(?=[{[])/g)].map((match) => textFrom(line, match.index + match[0].length));
}

/** The JSON value that begins there. */
function textFrom(line: string, start: number): string {
  let depth = 0;
  for (const token of line.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token[0] === "{" || token[0] === "[") depth += 1;
    else if (token[0] === "}" || token[0] === "]") depth -= 1;
    if (depth === 0) return line.slice(start, start + token.index + token[0].length);
  }
  throw new Error("the JSON has no end");
}

test("what is registered is, character for character, what the converter registers", () => {
  const texts = files.flatMap((file) => readShared(`oracle/golden/${file}.jsonl`).split("\n").flatMap(avroTexts));
  // The recorded schemas of these files.
  expect(texts.length).toBeGreaterThan(500);
  const reals = texts.filter((text) => /"type":"(?:double|float)","connect\.default":-?\d/.test(text));
  expect(reals.length).toBeGreaterThan(10);
  expect(texts.filter((text) => text.includes("9223372036854775807")).length).toBeGreaterThan(1);
  expect(texts.filter((text) => registrationText(parseJson(text)) !== text)).toEqual([]);
});
