import { array, assert, constantFrom, integer, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { graphemes, widthOf, wrap } from "../../src/report/columns.ts";
import { excerptOf } from "../../src/report/excerpt.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { sourceLines } from "../../src/report/text/source.ts";
import { spanAt } from "../../src/model/position.ts";

function shown(text: string, part: string, width = 0): readonly string[] {
  const start = text.indexOf(part);
  return sourceLines(paintOf(false), excerptOf(text, spanAt("a.sql", text, start, start + part.length), width));
}

describe("the excerpt", () => {
  test("underlines after tabs", () => {
    expect(shown("a\tb\tDROP x;", "DROP x")).toEqual(["1 │ a   b   DROP x;", "  │         ^^^^^^"]);
  });

  test("underlines wide and combining characters by their columns", () => {
    expect(shown('DROP TABLE "日本語"; x', '"日本語"')).toEqual(['1 │ DROP TABLE "日本語"; x', "  │            ^^^^^^^^"]);
    expect(shown("'e\u0301' || x", "x")[1]).toBe("  │        ^");
    expect(shown("'👩‍👩‍👧' x", "x")[1]).toBe("  │      ^");
  });

  test("leaves the carriage return of CRLF out", () => {
    expect(shown("SELECT 1;\r\nDROP x;\r\n", "DROP x;\r\n")).toEqual(["2 │ DROP x;", "  │ ^^^^^^^"]);
  });

  test("shortens a span of many lines", () => {
    const sql = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join("\n");
    expect(shown(sql, sql)).toEqual(
      [" 1 │ line 1", "   │ ^^^^^^", " 2 │ line 2", " 3 │ line 3", " 4 │ line 4", "   │ … 26 more lines"].map((line) => line.slice(1)),
    );
  });

  test("cuts a long line around what is meant", () => {
    const sql = `${"x, ".repeat(100_000)}DROP${" ,y".repeat(100_000)}`;
    const [line = "", underline = ""] = shown(sql, "DROP", 60);
    expect(widthOf(line)).toBeLessThanOrEqual(66);
    expect(line.slice(underline.indexOf("^"), underline.lastIndexOf("^") + 1)).toBe("DROP");
  });

  test("shows the end of the text and an empty span", () => {
    const text = "SELECT (";
    expect(sourceLines(paintOf(false), excerptOf(text, spanAt("a.sql", text, 8, 8), 0))).toEqual(["1 │ SELECT (", "  │         ^"]);
    expect(sourceLines(paintOf(false), excerptOf("", spanAt("a.sql", "", 0, 0), 0))).toEqual(["1 │", "  │ ^"]);
  });

  test("underlines the marked text itself, whatever it is", () => {
    const plain = string({ unit: constantFrom("a", " ", "日", "é", "\t", ";", "👍"), maxLength: 60 });
    assert(
      property(
        plain,
        string({ unit: constantFrom("x", "語"), minLength: 1, maxLength: 9 }),
        plain,
        constantFrom(0, 30, 60),
        (before, part, after, width) => {
          const text = before + part + after;
          const { lines } = excerptOf(text, spanAt("a.sql", text, before.length, before.length + part.length), width);
          const { text: line = "", mark = [0, 0] } = lines[0] ?? {};
          let column = 0;
          let marked = "";
          for (const one of graphemes(line)) {
            if (column >= mark[0] && column < mark[1]) marked += one;
            column += widthOf(one);
          }
          expect(marked).toBe(part);
        },
      ),
    );
  });
});

describe("wrapping", () => {
  test("keeps every word and the width", () => {
    assert(
      property(
        array(string({ unit: constantFrom("a", "b", "語"), minLength: 1, maxLength: 9 })),
        integer({ min: 20, max: 80 }),
        (words, width) => {
          const lines = wrap(words.join(" "), width);
          expect(lines.join(" ")).toBe(words.join(" "));
          expect(lines.every((line) => widthOf(line) <= width)).toBe(true);
        },
      ),
    );
  });
});
