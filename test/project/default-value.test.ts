import { describe, expect, it } from "vitest";
import { NumberLiteral } from "../../src/model/json.ts";
import { columnShape, driverColumn } from "../../src/project/column-shape.ts";
import { defaultValue } from "../../src/project/defaults/default-value.ts";
import { typeSettings } from "../../src/project/settings.ts";
import { typeIndex } from "../../src/project/type-index.ts";
import { column, TYPES } from "./build-catalog.ts";

function valueOf(type: string, text: string, modifier = -1, settings: Record<string, string> = {}, version = "3.6"): unknown {
  const own = typeSettings(settings, version);
  const context = { searchPath: ["public"], version: own.version };
  const [types, one] = [typeIndex(TYPES), column("c", 1, { type, modifier, default: text })];
  const shape = columnShape(one, "streaming", types, context, driverColumn(one, types));
  return shape === null ? null : defaultValue(shape, own);
}

describe("the default in the schema", () => {
  it.each([
    ["int4", "34", 34],
    ["int4", "'-9'::integer", -9],
    ["int8", "(34)::bigint", undefined],
    ["int2", "32768", undefined],
    ["int4", "(1 + 1)", undefined],
    ["int4", "nextval('public.t_id_seq'::regclass)", 0],
    ["bool", "(1 = 1)", false],
    ["bool", "true", true],
    ["float4", "0.1", 0.1],
    ["float8", "'-Infinity'::double precision", "-Infinity"],
    ["text", "'a'::text", "a"],
    ["text", "'it''s'::text", "it"],
    ["text", "('a'::text || 'b'::text)", "a"],
    ["text", "CURRENT_USER", "CURRENT_USER"],
    ["text", "NULL::text", undefined],
    ["text", "'a\nb'::text", undefined],
    ["text", "md5('x'::text)", ""],
    ["json", "to_json(1)", "{}"],
    ["uuid", "gen_random_uuid()", "00000000-0000-0000-0000-000000000000"],
    ["date", "'2020-01-01'::date", 18262],
    ["date", "'infinity'::date", 169560311],
    ["date", "('now'::text)::date", undefined],
    ["time", "'24:00:00'::time without time zone", 86399999999],
    ["timestamp", "'2020-01-01 00:00:00'::timestamp without time zone", 1577836800000000],
    ["timestamptz", "now()", "1970-01-01T00:00:00.000000Z"],
    ["timestamptz", "(now() + '1 day'::interval)", "1970-01-01T00:00:00.000000Z"],
    ["timestamptz", "'2024-01-01 02:00:00+02'::timestamp with time zone", "2024-01-01T00:00:00.000000Z"],
    ["interval", "'1 day'::interval", 86400000000],
    ["interval", "'1 mon -02:00:00'::interval", 30.4375 * 86400e6 - 7200e6],
    ["money", "1.5", undefined],
    ["bytea", "'\\xff'::bytea", undefined],
    ["_text", "'{}'::text[]", undefined],
  ])("%s DEFAULT %s", (type, text, expected) => {
    expect(valueOf(type, text)).toEqual(expected);
  });

  it("rescales a numeric and drops what would lose digits", () => {
    const numeric102 = ((10 << 16) | 2) + 4;
    expect(valueOf("numeric", "1.5", numeric102)).toBe("AJY=");
    expect(valueOf("numeric", "1.555", numeric102)).toBeUndefined();
    expect(valueOf("numeric", "-1", numeric102)).toBe("nA==");
    expect(valueOf("numeric", "random()", numeric102, { "decimal.handling.mode": "string" })).toBe("0.00");
    expect(valueOf("numeric", "1.50", -1)).toBeUndefined();
    expect(valueOf("numeric", "1.50", -1, { "decimal.handling.mode": "string" })).toBe("1.50");
  });

  it("follows the precision of a timestamp", () => {
    expect(valueOf("timestamp", "'2020-01-01 00:00:00.5'::timestamp(3)", 3)).toBe(1577836800500);
    expect(valueOf("timestamptz", "'0044-03-15 00:00:00+00 BC'::timestamptz", 1)).toBe("-0043-03-15T00:00:00.0Z");
    expect(valueOf("timestamptz", "now()", 0)).toBe("1970-01-01T00:00:00Z");
  });

  it.each([
    ["date", "'infinity'::date", "isostring", "+999999999-12-31Z"],
    ["date", "'-infinity'::date", "connect", -170999002],
    ["date", "'5874897-12-31'::date", "adaptive", 2145042905],
    ["timestamp", "'-infinity'::timestamp without time zone", "isostring", "-999999999-01-01T00:00:00Z"],
    ["timestamp", "'infinity'::timestamp without time zone", "connect", undefined],
    // Past the end of a long of microseconds.
    ["timestamp", "'294276-12-31 23:59:59.999999'::timestamp without time zone", "adaptive", new NumberLiteral("-9223372036853775810")],
    ["timestamp", "'infinity'::timestamp without time zone", "microseconds", new NumberLiteral("-9223372036853775810")],
    ["timestamp", "'294276-12-31 23:59:59.999999'::timestamp without time zone", "nanoseconds", undefined],
  ])("%s DEFAULT %s with time.precision.mode=%s", (type, text, mode, expected) => {
    expect(valueOf(type, text, -1, { "time.precision.mode": mode })).toEqual(expected);
  });

  it.each([
    ["int8", "'9007199254740993'::bigint", "9007199254740993"],
    ["int8", "'-9223372036854775808'::bigint", "-9223372036854775808"],
    ["interval", "'300 years'::interval", "9467280000000000"],
  ])("%s DEFAULT %s is kept exactly", (type, text, expected) => {
    expect(valueOf(type, text, -1, { "interval.handling.mode": "numeric" })).toEqual(new NumberLiteral(expected));
  });

  it("reads bits from the right", () => {
    expect(valueOf("bit", "'1'::\"bit\"", 1)).toBe(true);
    expect(valueOf("bit", "'00000101'::\"bit\"", 8)).toBe("BQ==");
    expect(valueOf("varbit", "'0'::\"bit\"", -1)).toBe("");
  });

  it("keeps a quote inside a literal from Debezium 3.7 on", () => {
    expect(valueOf("text", "'it''s'::text", -1, {}, "3.7")).toBe("it's");
  });
});
