import { expect, test } from "vitest";
import type { Migration, Piece } from "../../src/model/migration.ts";
import { positionAt, spanOf, toFilePosition } from "../../src/model/position.ts";

const migration = (text: string, pieces: readonly Piece[]): Migration => ({
  id: "1.sql",
  tool: "plain",
  path: "db/1.sql",
  text,
  pieces,
  order: 0,
  transactional: true,
  state: "pending",
  gaps: [],
  repeatable: false,
});

test("lines and columns count from 1, in UTF-16 units, through CRLF and astral characters", () => {
  const text = "a\r\n😀b\nc";
  expect(positionAt(text, 0)).toEqual({ offset: 0, line: 1, column: 1 });
  expect(positionAt(text, text.indexOf("b"))).toEqual({ offset: 5, line: 2, column: 3 });
  expect(positionAt(text, text.length)).toEqual({ offset: 8, line: 3, column: 2 });
  expect(positionAt(text, 99).offset).toBe(8);
});

test("places of a piece are shifted by its start", () => {
  const text = "-- up\nSELECT 1;";
  const piece = { sql: "SELECT 1;", start: 6, substitutions: [] };
  expect(toFilePosition(migration(text, [piece]), piece, 7)).toEqual({ offset: 13, line: 2, column: 8 });
});

test("a place in a substituted value is its placeholder, and what follows is shifted back", () => {
  const text = "\nDROP TABLE ${schema}.t;";
  const start = text.indexOf("${");
  const end = text.indexOf("}") + 1;
  const piece = { sql: "\nDROP TABLE app.t;", start: 0, substitutions: [{ start, end, text: "app" }] };
  const sample = migration(text, [piece]);
  const [from, to] = [piece.sql.indexOf("pp"), piece.sql.indexOf("pp") + 1];
  expect(spanOf(sample, 0, from, to)).toMatchObject({ path: "db/1.sql", start: { offset: start }, end: { offset: end } });
  expect(toFilePosition(sample, piece, piece.sql.indexOf(".t")).offset).toBe(text.indexOf(".t"));
  expect(toFilePosition(sample, piece, 1).offset).toBe(1);
});

test("an empty value stands at its placeholder", () => {
  const text = "a${x}b";
  const piece = { sql: "ab", start: 0, substitutions: [{ start: 1, end: 5, text: "" }] };
  const sample = migration(text, [piece]);
  expect(toFilePosition(sample, piece, 1).offset).toBe(5);
  expect(toFilePosition(sample, piece, 2).offset).toBe(6);
});

test("a missing piece is refused", () => {
  expect(() => spanOf(migration("", []), 0, 0, 0)).toThrow(RangeError);
});
