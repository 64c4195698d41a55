import { array, assert, constantFrom, property } from "fast-check";
import { expect, test } from "vitest";
import { regionsOf } from "../../src/discover/sql-regions.ts";

const kinds = (sql: string): readonly string[] =>
  [...regionsOf(sql)].map((region) => `${region.kind}:${sql.slice(region.start, region.end)}`);

test.each([
  ["SELECT 'a;''b' ;x", ["text:SELECT ", "string:'a;''b'", "text: ", "semicolon:;", "text:x"]],
  [String.raw`E'a\'b' 'a\' x`, ["text:E", String.raw`string:'a\'b'`, "text: ", String.raw`string:'a\'`, "text: x"]],
  [String.raw`SOME'a\'`, ["text:SOME", String.raw`string:'a\'`]],
  ['"a""b;"', ['identifier:"a""b;"']],
  ["-- it's\nx", ["line-comment:-- it's", "text:\nx"]],
  ["/* a /* b */ ' */x", ["block-comment:/* a /* b */ ' */", "text:x"]],
  ["$$ ; $$ $a$ $$ $a$", ["dollar-string:$$ ; $$", "text: ", "dollar-string:$a$ $$ $a$"]],
  ["a$b$c $1 ;", ["text:a$b$c $1 ", "semicolon:;"]],
  ['${a\'b} {{ "x" }}{% if %}', ["template:${a'b}", "text: ", 'template:{{ "x" }}', "template:{% if %}"]],
  [String.raw`\echo`, ["backslash:\\", "text:echo"]],
  ["'open; ", ["string:'open; "]],
  ["$x$ open", ["dollar-string:$x$ open"]],
  ["/* open", ["block-comment:/* open"]],
  ["a - b / c", ["text:a - b / c"]],
])("%s", (sql, expected) => {
  expect(kinds(sql)).toEqual(expected);
});

test("the regions of any text cover it without hole or overlap", () => {
  const alphabet = constantFrom("'", '"', "$", "a", "$a$", "$$", "-", "/", "*", "\\", ";", "\n", "E", "{", "}", "%", " ", "é", "😀");
  assert(
    property(array(alphabet, { maxLength: 40 }), (parts) => {
      const sql = parts.join("");
      let position = 0;
      for (const region of regionsOf(sql)) {
        expect(region.start).toBe(position);
        expect(region.end).toBeGreaterThan(region.start);
        position = region.end;
      }
      expect(position).toBe(sql.length);
    }),
  );
});
