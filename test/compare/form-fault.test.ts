import { describe, expect, test } from "vitest";
import { faultOfForm } from "../../src/compare/form-fault.ts";
import type { NewSchema } from "../../src/compare/form-fault.ts";
import type { JsonValue } from "../../src/model/json.ts";

const named = (name: string): JsonValue => ({ type: "record", name: "R", fields: [{ name, type: "int" }] });
const inSpace = (namespace: string): JsonValue => ({ type: "record", name: "R", namespace: `shop.${namespace}`, fields: [] });

const kindOf = (candidate: JsonValue, more: Partial<NewSchema> = {}): string | null =>
  faultOfForm({ candidate, newNames: null, live: undefined, accepted: () => [], ...more }, "1.12")?.kind ?? null;

describe("names in a schema that is new to a registry", () => {
  test.each([
    ["any", "unicode name", named("größe"), null],
    ["any", "dash in a namespace", inSpace("my-app"), null],
    ["letters", "unicode name", named("größe"), null],
    ["letters", "unicode namespace", inSpace("größen"), null],
    ["letters", "dash in a namespace", inSpace("my-app"), "refused"],
    ["ascii", "unicode name", named("größe"), "refused"],
    ["ascii", "dash in a namespace", inSpace("my-app"), "refused"],
    ["ascii", "names of ASCII letters", inSpace("items_2"), null],
  ] as const)("where it takes %s: %s", (newNames, _what, candidate, kind) => {
    expect(kindOf(candidate, { newNames })).toBe(kind);
    // What it has already says nothing, as it may be from before an upgrade.
    expect(kindOf(candidate, { newNames, accepted: () => [candidate] })).toBe(kind);
    // Its own yes does.
    expect(kindOf(candidate, { newNames, live: { compatible: true } })).toBeNull();
    expect(kindOf(candidate, { newNames, live: { compatible: false } })).toBe(kind);
  });

  test("where that is not known, what it has already tells, and its own answer", () => {
    const dashed = inSpace("my-app");
    expect(kindOf(dashed)).toBe("unknown");
    expect(kindOf(dashed, { accepted: () => [inSpace("other"), dashed] })).toBeNull();
    for (const compatible of [true, false]) expect(kindOf(dashed, { live: { compatible } })).toBeNull();
  });

  test("a default that does not fit its type is no matter of names", () => {
    const candidate = { type: "record", name: "R", fields: [{ name: "a", type: "int", default: "x" }] };
    for (const newNames of [null, "any", "letters", "ascii"] as const) expect(kindOf(candidate, { newNames })).toBe("unknown");
  });
});
