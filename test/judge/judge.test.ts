import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/errors.ts";
import { judge } from "../../src/judge/judge.ts";
import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { Inputs } from "../../src/model/inputs.ts";
import { column, catalog, connector, impact, judgeInput, migration, relation, step, subjectImpact } from "./builders.ts";

const draft = (more: Partial<FindingDraft> = {}): FindingDraft => ({ what: "what", why: "why", remedy: "remedy", answer: "risk", ...more });

function rule(id: string, drafts: readonly FindingDraft[], more: Partial<Rule> = {}): Rule {
  return { id, title: id, category: "column", severity: "error", since: "0.1.0", requires: [], check: () => drafts, ...more };
}

const outcome = (drafts: readonly FindingDraft[], given: Partial<Inputs> = {}): string =>
  judge(judgeInput(given), [rule("column-renamed", drafts)]).outcome;

const print = (sql: string): string | undefined => {
  const file = migration(sql);
  const steps = [step(file, "SELECT 1", { kind: "select", functions: [] }, catalog(), catalog())];
  const place = { span: steps[0]?.statement.span ?? { ...never }, step: 0 };
  return judge(judgeInput({ migrations: [file], steps }), [rule("a", [draft({ relation: "public.orders", place })])]).findings[0]
    ?.fingerprint;
};

function verdictOf(sql: string, ruleId = "column-renamed") {
  const file = migration(sql);
  const steps = [step(file, "ALTER TABLE orders\n  RENAME coupon TO code", { kind: "select", functions: [] }, catalog(), catalog())];
  const place = { span: steps[0]?.statement.span ?? { ...never }, step: 0 };
  return judge(judgeInput({ migrations: [file], steps }), [rule(ruleId, [draft({ place })]), rule("other-rule", [])]);
}

describe("outcome", () => {
  test("pass without findings", () => expect(outcome([])).toBe("pass"));
  test("fail at an error", () => expect(outcome([draft()])).toBe("fail"));
  test("pass with a warning", () => expect(outcome([draft({ severity: "warning" })])).toBe("pass"));
  test("fail at a warning when asked to", () => expect(outcome([draft({ severity: "warning" })], { failOn: "warning" })).toBe("fail"));
  test("a finding that only says unknown never fails and never passes", () => {
    expect(outcome([draft({ answer: "unknown" })], { failOn: "warning" })).toBe("unknown");
  });
  test("unknown when a stage before could not tell", () => {
    expect(outcome([], { unknowns: [{ code: "extension-missing", reason: "no postgis here", span: null, migration: null }] })).toBe(
      "unknown",
    );
  });
  test("an error outweighs an unknown", () => {
    expect(outcome([draft()], { unknowns: [{ code: "extension-missing", reason: "no postgis here", span: null, migration: null }] })).toBe(
      "fail",
    );
  });
  test("failOn never still says what it is", () => expect(outcome([draft()], { failOn: "never" })).toBe("fail"));
  test("the configured severity wins over the rule's and the finding's", () => {
    const verdict = judge(judgeInput({ rules: { "column-renamed": { severity: "note" } } }), [
      rule("column-renamed", [draft({ severity: "error" })]),
    ]);
    expect(verdict.findings[0]?.severity).toBe("note");
    expect(verdict.outcome).toBe("pass");
  });
  test("a rule that is off does not run", () => {
    const verdict = judge(judgeInput({ rules: { "column-renamed": { severity: "off" } } }), [rule("column-renamed", [draft()])]);
    expect(verdict.findings).toEqual([]);
  });
});

describe("findings", () => {
  test("one per rule, relation, column and subject", () => {
    const twice = [
      draft({ relation: "public.orders", column: "coupon" }),
      draft({ relation: "public.orders", column: "coupon", what: "again" }),
    ];
    expect(judge(judgeInput({}), [rule("a", twice), rule("b", twice)]).findings.map(({ ruleId, what }) => [ruleId, what])).toEqual([
      ["a", "what"],
      ["b", "what"],
    ]);
  });

  test("in the order of the migrations, then of the file, then of the rules", () => {
    const file = migration("SELECT 1; SELECT 2");
    const steps = ["SELECT 1", "SELECT 2"].map((part) => step(file, part, { kind: "select", functions: [] }, catalog(), catalog()));
    const at = (index: number): FindingDraft =>
      draft({ detail: String(index), place: { span: steps[index]?.statement.span ?? { ...never }, step: index } });
    const verdict = judge(judgeInput({ migrations: [file], steps }), [
      rule("none", [draft()]),
      rule("second", [at(1)]),
      rule("first", [at(0)]),
    ]);
    expect(verdict.findings.map(({ ruleId }) => ruleId)).toEqual(["first", "second", "none"]);
    expect(verdict.findings[0]?.migration).toBe(file.id);
  });

  test("the fingerprint does not depend on the line", () => {
    expect(print("SELECT 1")).toMatch(/^[0-9a-f]{16}$/);
    expect(print("\n\n-- more\nSELECT 1")).toBe(print("SELECT 1"));
  });

  test("the certainty of the statement is the finding's", () => {
    const file = migration("SELECT 1");
    const steps = [step(file, "SELECT 1", { kind: "select", functions: [] }, catalog(), catalog(), { certainty: "assumed" })];
    const place = { span: steps[0]?.statement.span ?? { ...never }, step: 0 };
    expect(judge(judgeInput({ migrations: [file], steps }), [rule("a", [draft({ place })])]).findings[0]?.certainty).toBe("assumed");
  });

  test("a rule that throws is named", () => {
    const broken = rule("column-renamed", [], {
      check: () => {
        throw new TypeError("oops");
      },
    });
    expect(() => judge(judgeInput({}), [broken])).toThrow(InternalError);
    expect(() => judge(judgeInput({}), [broken])).toThrow("The rule column-renamed failed");
  });
});

describe("ignores of the configuration", () => {
  const found = [draft({ relation: "public.orders", column: "coupon" })];
  const ignore = { rule: "column-renamed", target: null, path: null, reason: "nobody reads it", expires: null };
  const verdictWith = (more: object) => judge(judgeInput({ ignores: [{ ...ignore, ...more }] }), [rule("column-renamed", found)]);

  test.each([{}, { target: "public.orders" }, { target: "public.orders.coupon" }, { expires: "2026-11-24" }])("%o suppresses", (more) => {
    const verdict = verdictWith(more);
    expect(verdict.suppressed.map(({ reason }) => reason)).toEqual(["nobody reads it"]);
    expect([verdict.outcome, verdict.counts]).toEqual(["pass", { error: 0, warning: 0, note: 0, suppressed: 1, unknown: 0 }]);
  });
  test.each([{ target: "public.order" }, { target: "public.orders.note" }, { path: "elsewhere.sql" }, { expires: "2026-11-23" }])(
    "%o does not",
    (more) => {
      expect(verdictWith(more).outcome).toBe("fail");
    },
  );
  test("an unknown rule keeps the verdict from passing", () => {
    const verdict = judge(judgeInput({ ignores: [{ ...ignore, rule: "colum-renamed" }] }), [rule("column-renamed", [])]);
    expect(verdict.unknowns.map(({ code }) => code)).toEqual(["rule-unknown"]);
  });
});

describe("ignores in comments", () => {
  const statement = "ALTER TABLE orders\n  RENAME coupon TO code;";

  test.each([
    ["above", `-- driftgate:ignore column-renamed nobody reads it\n${statement}`],
    ["above, with another comment between", `-- driftgate:ignore column-renamed nobody reads it\n-- rename\n${statement}`],
    ["behind it", `${statement} -- driftgate:ignore column-renamed nobody reads it`],
    ["with CRLF", `-- driftgate:ignore column-renamed nobody reads it\r\n${statement}`],
  ])("%s", (_, sql) => {
    const verdict = verdictOf(sql);
    expect(verdict.suppressed.map(({ reason }) => reason)).toEqual(["nobody reads it"]);
    expect(verdict.outcome).toBe("pass");
  });

  test.each([
    ["of another rule", `-- driftgate:ignore other-rule nobody reads it\n${statement}`],
    ["two lines above", `-- driftgate:ignore column-renamed nobody reads it\n\n${statement}`],
    ["below", `${statement}\n\n-- driftgate:ignore column-renamed nobody reads it`],
  ])("not one %s", (_, sql) => expect(verdictOf(sql).outcome).toBe("fail"));

  test("one without a reason does not count, and is said", () => {
    const verdict = verdictOf(`-- driftgate:ignore column-renamed\n${statement}`);
    expect(verdict.outcome).toBe("fail");
    expect(verdict.unknowns.map(({ code, span }) => [code, span?.start.line])).toEqual([["ignore-without-reason", 1]]);
  });
  test("one of an unknown rule is said", () => {
    expect(verdictOf(`-- driftgate:ignore colum-renamed because\n${statement}`).unknowns.map(({ code }) => code)).toEqual(["rule-unknown"]);
  });
});

describe("unknowns", () => {
  const orders = relation("orders", [column("id", 1)]);
  const doubt = { code: "transform-unsupported", message: "the transform Filter may drop records", effect: "unknown" as const };
  const added = relation("orders", [column("id", 1), column("note", 2)]);
  const changed = { step: 0, change: { kind: "column-added" as const, relation: orders.oid, position: 2 } };

  test("a caveat counts where the migrations touch the table, not elsewhere", () => {
    const touched = impact(orders, added, { causes: [changed] });
    const withDoubt = { ...touched, projectionAfter: touched.projectionAfter && { ...touched.projectionAfter, caveats: [doubt] } };
    expect(judge(judgeInput({}, [withDoubt], [changed]), []).unknowns.map(({ code }) => code)).toEqual(["transform-unsupported"]);
    expect(judge(judgeInput({}, [{ ...withDoubt, causes: [] }]), []).unknowns).toEqual([]);
  });
  test("an unsupported setting counts once any table is touched", () => {
    const connectors = [connector({ unsupported: [{ setting: "transforms", reason: "unknown class" }] })];
    expect(judge(judgeInput({ connectors }, [], [changed]), []).outcome).toBe("unknown");
    expect(judge(judgeInput({ connectors }), []).outcome).toBe("pass");
  });
  test("a registry that cannot be asked makes the verdict unknown", () => {
    const subjects = [subjectImpact({ verdict: { outcome: "unknown", reason: "the registry did not answer" } })];
    const verdict = judge(judgeInput({}, [impact(orders, added, { causes: [changed], subjects })], [changed]), []);
    expect(verdict.unknowns.map(({ reason }) => reason)).toEqual(["shop.public.orders-value: the registry did not answer"]);
  });
});

const position = { offset: 0, line: 1, column: 1 };
const never = { path: "nowhere", start: position, end: position };
