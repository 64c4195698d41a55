import { describe, expect, test } from "vitest";
import type { CompareInput } from "../../src/compare/compare.ts";
import { compare } from "../../src/compare/compare.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { CatalogChange } from "../../src/model/step.ts";
import type { Subject } from "../../src/model/subject.ts";
import { decimal, id, int, long, shop, stream, subject, text, version } from "./streams.ts";

const catalog = { relations: [], types: [], publications: [], searchPath: [] };
const value = "shop.public.orders-value";
const key = "shop.public.orders-key";
const nullableName = { position: 2, name: "name", schema: text(true) };
const orders = stream({ fields: [id, nullableName] });

function impactsOf(
  before: readonly Projection[],
  after: readonly Projection[],
  more: Partial<CompareInput> = {},
): readonly RelationImpact[] {
  return compare({
    baseline: catalog,
    final: catalog,
    causes: [],
    connectors: [shop],
    before,
    after,
    subjects: [],
    registryGiven: false,
    ...more,
  });
}

function only<Item>(items: readonly Item[]): Item {
  const [first] = items;
  if (first === undefined || items.length > 1) throw new Error(`one expected, not ${items.length}`);
  return first;
}

function partOf(impact: RelationImpact, part: "key" | "value"): SubjectImpact {
  return only(impact.subjects.filter((one) => one.part === part));
}

function valueOf(before: Projection, after: Projection, more: Partial<CompareInput> = {}): SubjectImpact {
  return partOf(only(impactsOf([before], [after], more)), "value");
}

const withName = (schema: Projection): readonly [ReturnType<typeof version>] => [version(1, schema.streaming?.valueAvro ?? null)];

const registered = (more: Partial<Parameters<typeof subject>[2]> = {}): Partial<CompareInput> => ({
  subjects: [subject(value, withName(orders), more)],
  registryGiven: true,
});

const anything = (count: number): readonly unknown[] => Array.from({ length: count }, () => expect.anything());

const kindsOf = ({ changes }: SubjectImpact): readonly (readonly [string, string | null])[] =>
  changes.map(({ kind, path }) => [kind, path]);

const cause = (step: number, change: CatalogChange): CompareInput["causes"][number] => ({ step, change });

describe("without a registry", () => {
  test("a stream that stays as it is has no impact", () => {
    expect(impactsOf([orders], [stream({ fields: [id, nullableName] })])).toEqual([]);
  });

  test("a renamed nullable column passes at every level and is told as a rename, not as two columns", () => {
    const after = stream({ fields: [id, { ...nullableName, name: "title" }] });
    const causes = [cause(4, { relation: 100, kind: "column-renamed", position: 2, before: "name", after: "title" })];
    const impact = valueOf(orders, after, { causes });
    expect(impact.verdict).toEqual({ outcome: "accepted", level: "BACKWARD", origin: "default: no registry was given" });
    expect(impact.levels.every(({ compatible }) => compatible)).toBe(true);
    expect(impact.changes).toEqual([
      { kind: "field-renamed", subject: value, part: "value", path: "name", position: 2, before: "name", after: "title", step: 4 },
    ]);
  });

  test("a required column added is refused, and its field and column are named although the envelope hides them", () => {
    const impact = valueOf(orders, stream({ fields: [id, nullableName, { position: 3, name: "qty", schema: int() }] }));
    expect(impact.verdict).toMatchObject({ outcome: "refused", version: null });
    expect(impact.verdict.outcome === "refused" && impact.verdict.messages[0]).toBe(
      "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path '/fields/0/type/1' in the old schema', additionalInfo:'reader union lacking writer type: RECORD'}",
    );
    expect(impact.backward).toEqual([
      { type: "READER_FIELD_MISSING_DEFAULT_VALUE", path: "/fields/2", message: "qty", field: "qty", position: 3 },
    ]);
    expect(impact.forward).toEqual([]);
    expect(impact.levels.filter(({ compatible }) => compatible).map(({ level }) => level)).toEqual([
      "NONE",
      "FORWARD",
      "FORWARD_TRANSITIVE",
    ]);
  });

  test("a changed scale is a change of meaning only", () => {
    const amount = { position: 2, name: "amount", schema: decimal(2) };
    const impact = valueOf(stream({ fields: [id, amount] }), stream({ fields: [id, { ...amount, schema: decimal(4) }] }));
    expect(impact.verdict.outcome).toBe("accepted");
    expect(kindsOf(impact)).toEqual([["semantic-type-changed", "amount"]]);
  });

  test("type, optionality and default are told apart", () => {
    const before = stream({ fields: [id, nullableName, { position: 3, name: "n", schema: int() }] });
    const after = stream({
      fields: [id, { ...nullableName, schema: { ...text(), default: "x" } }, { position: 3, name: "n", schema: long() }],
    });
    expect(kindsOf(valueOf(before, after))).toEqual([
      ["made-required", "name"],
      ["default-changed", "name"],
      ["type-changed", "n"],
    ]);
  });

  test("smallint and integer are one Avro type", () => {
    const n = { position: 2, name: "n", schema: { type: "int16", optional: false } } as const;
    const impact = valueOf(stream({ fields: [id, n] }), stream({ fields: [id, { ...n, schema: int() }] }));
    expect(kindsOf(impact)).toEqual([["parameters-changed", "n"]]);
  });

  test("a column dropped and added again under its name has moved, with the statement behind it", () => {
    const other = { position: 3, name: "qty", schema: int(true) };
    const before = stream({ fields: [id, nullableName, other] });
    const after = stream({ fields: [id, other, { ...nullableName, position: 4 }] });
    const impact = valueOf(before, after, { causes: [cause(1, { relation: 100, kind: "column-recreated", position: 4, previous: 2 })] });
    expect(impact.changes.map(({ kind, path, position, step }) => [kind, path, position, step])).toEqual([["field-moved", "name", 4, 1]]);
  });

  test("two names swapped are two renames", () => {
    const [a, b] = [
      { position: 2, name: "a", schema: text(true) },
      { position: 3, name: "b", schema: text(true) },
    ];
    const impact = valueOf(stream({ fields: [id, a, b] }), stream({ fields: [id, { ...a, name: "b" }, { ...b, name: "a" }] }));
    expect(kindsOf(impact)).toEqual([
      ["field-renamed", "a"],
      ["field-renamed", "b"],
    ]);
  });

  test("a table made again is compared by names", () => {
    const after = stream({ oid: 200, fields: [id, { position: 5, name: "name", schema: long(true) }] });
    const impact = only(impactsOf([orders], [after]));
    expect(impact.projectionBefore).toBe(orders);
    expect(kindsOf(partOf(impact, "value"))).toEqual([["type-changed", "name"]]);
  });
});

describe("subjects that come and go", () => {
  test("a renamed table leaves its subjects silent and starts new ones", () => {
    const impact = only(impactsOf([orders], [stream({ name: "purchases", fields: [id, nullableName] })]));
    expect(
      impact.subjects.map(({ part, subjectBefore, subjectAfter, verdict }) => [part, subjectBefore, subjectAfter, verdict.outcome]),
    ).toEqual([
      ["key", key, null, "silent"],
      ["key", null, "shop.public.purchases-key", "new-subject"],
      ["value", value, null, "silent"],
      ["value", null, "shop.public.purchases-value", "new-subject"],
    ]);
    expect(impact.subjects.map((one) => kindsOf(one))).toEqual([
      [["topic-changed", null]],
      [["topic-changed", null]],
      [["topic-changed", null]],
      [["topic-changed", null]],
    ]);
  });

  test("two tables that swap names keep the subject alive, and its schemas are compared", () => {
    const next = stream({ oid: 200, name: "orders_new", fields: [id, { ...nullableName, schema: int() }] });
    const impacts = impactsOf(
      [orders, next],
      [stream({ name: "orders_old", fields: [id, nullableName] }), stream({ oid: 200, fields: [id, { ...nullableName, schema: int() }] })],
    );
    const taken = impacts.flatMap(({ subjects }) => subjects).filter((one) => one.subjectAfter === value);
    expect(only(taken)).toMatchObject({ subjectBefore: value, verdict: { outcome: "refused" } });
    expect(kindsOf(only(taken))).toEqual([
      ["topic-changed", null],
      ["type-changed", "name"],
      ["made-required", "name"],
    ]);
    expect(
      impacts
        .flatMap(({ subjects }) => subjects)
        .filter(({ subjectBefore, subjectAfter }) => subjectBefore === value && subjectAfter === null),
    ).toEqual([]);
  });

  test("a new table under a name that another one gave up is compared with what that sent", () => {
    const fresh = stream({ oid: 200, fields: [id, { position: 2, name: "other", schema: text(true) }] });
    const impacts = impactsOf([orders], [stream({ name: "orders_old", fields: [id, nullableName] }), fresh]);
    const taken = only(impacts.flatMap(({ subjects }) => subjects).filter((one) => one.subjectAfter === value));
    expect(taken.verdict.outcome).toBe("accepted");
    expect(kindsOf(taken)).toEqual([
      ["field-added", "other"],
      ["field-removed", "name"],
    ]);
  });

  test("without a primary key the key subject goes silent", () => {
    const impact = only(
      impactsOf([orders], [stream({ fields: [{ ...id, inKey: false }, nullableName] })], {
        causes: [cause(2, { relation: 100, kind: "primary-key-changed" })],
      }),
    );
    expect(partOf(impact, "key")).toMatchObject({
      subjectAfter: null,
      verdict: { outcome: "silent", reason: "the records have no key any more" },
    });
    expect(partOf(impact, "key").changes).toMatchObject([{ kind: "key-vanished", step: 2 }]);
    expect(partOf(impact, "value").verdict.outcome).toBe("unchanged");
  });

  test("a new key is a new subject", () => {
    const impact = only(impactsOf([stream({ fields: [{ ...id, inKey: false }, nullableName] })], [orders]));
    expect(partOf(impact, "key")).toMatchObject({ verdict: { outcome: "new-subject" }, changes: [{ kind: "key-appeared", path: null }] });
  });

  test("a dropped table is silent for its reason, and so is an unpublished one", () => {
    const dropped = only(impactsOf([orders], [], { causes: [cause(0, { relation: 100, kind: "relation-dropped" })] }));
    expect(partOf(dropped, "value").verdict).toEqual({ outcome: "silent", reason: "the table is dropped" });
    const unpublished = stream({ fields: [id, nullableName] }, { streaming: null, silent: "publication dbz_publication does not hold it" });
    expect(valueOf(orders, unpublished).verdict).toEqual({ outcome: "silent", reason: "publication dbz_publication does not hold it" });
  });
});

describe("with a registry", () => {
  const changed = stream({ fields: [id, { ...nullableName, schema: long(true) }] });

  test("its level decides, and the version is named", () => {
    expect(valueOf(orders, changed, registered()).verdict).toMatchObject({
      outcome: "refused",
      level: "BACKWARD",
      origin: "the registry's global level",
      version: 1,
    });
    expect(valueOf(orders, changed, registered({ compatibility: "NONE", compatibilityOrigin: "subject" })).verdict).toEqual({
      outcome: "not-protected",
      reason: `the compatibility level of subject ${value} is NONE (set for the subject)`,
    });
  });

  test("modes and unavailable subjects", () => {
    expect(valueOf(orders, changed, registered({ mode: "IMPORT" })).verdict.outcome).toBe("not-protected");
    expect(valueOf(orders, changed, registered({ mode: "READONLY" })).verdict).toMatchObject({
      outcome: "refused",
      messages: [`Subject ${value} is in read-only mode (error code 42205)`],
      cause: "mode",
    });
    expect(valueOf(orders, changed, registered({ unavailable: "HTTP 403", versions: [] })).verdict).toEqual({
      outcome: "unknown",
      reason: `the registry could not be asked about subject ${value}: HTTP 403`,
    });
  });

  test("the text of an earlier version is taken without a check", () => {
    const versions = [version(1, changed.streaming?.valueAvro ?? null), version(2, orders.streaming?.valueAvro ?? null)];
    expect(valueOf(orders, changed, { subjects: [subject(value, versions)], registryGiven: true }).verdict.outcome).toBe("accepted");
  });

  test("a no of the registry is told in the same words whoever says it; where the rules have none, in its own", () => {
    const candidate = JSON.stringify(changed.streaming?.valueAvro, null, 2);
    const own = ["own words", "{oldSchemaVersion: 7}"];
    const live = [{ candidate, compatible: false, messages: own }];
    const computed = valueOf(orders, changed, registered({})).verdict;
    expect(computed).toMatchObject({
      outcome: "refused",
      version: 1,
      messages: [expect.stringContaining("MISSING_UNION_BRANCH"), ...anything(4)],
    });
    expect(valueOf(orders, changed, registered({ live })).verdict).toEqual(computed);
    const fitting = stream({ fields: [id, nullableName, { ...nullableName, position: 3, name: "note" }] });
    const other = [{ candidate: JSON.stringify(fitting.streaming?.valueAvro), compatible: false, messages: own }];
    expect(valueOf(orders, fitting, registered({ live: other }))).toMatchObject({
      verdict: { outcome: "refused", level: "BACKWARD", origin: "the registry's global level", version: 7, messages: own },
      disagreement: { accepted: false, messages: [] },
    });
  });

  test("where the registry and the rules differ, its answer is the verdict and both are told", () => {
    const candidate = JSON.stringify(changed.streaming?.valueAvro);
    const answered = (compatible: boolean): Partial<CompareInput> => registered({ live: [{ candidate, compatible, messages: [] }] });
    expect(valueOf(orders, changed, answered(true))).toMatchObject({
      verdict: { outcome: "accepted" },
      disagreement: {
        accepted: true,
        messages: [expect.stringContaining("MISSING_UNION_BRANCH"), ...anything(4)],
      },
    });
    expect(valueOf(orders, changed, answered(false)).disagreement).toBeNull();
    // A roll-back is taken without a check, so a check's no is none.
    const versions = [version(1, changed.streaming?.valueAvro ?? null), version(2, orders.streaming?.valueAvro ?? null)];
    const live = [{ candidate, compatible: false, messages: [] }];
    const back = valueOf(orders, changed, { subjects: [subject(value, versions, { live })], registryGiven: true });
    expect(back).toMatchObject({ verdict: { outcome: "accepted" }, disagreement: null });
  });

  test("a transitive level looks at every version, newest first", () => {
    const versions = [version(1, changed.streaming?.valueAvro ?? null), version(2, stream({ fields: [id] }).streaming?.valueAvro ?? null)];
    const after = stream({ fields: [id, { ...nullableName, schema: { ...text(true), doc: "new" } }] });
    const verdictAt = (compatibility: "BACKWARD" | "BACKWARD_TRANSITIVE"): SubjectImpact["verdict"] =>
      valueOf(stream({ fields: [id] }), after, { subjects: [subject(value, versions, { compatibility })], registryGiven: true }).verdict;
    expect(verdictAt("BACKWARD").outcome).toBe("accepted");
    expect(verdictAt("BACKWARD_TRANSITIVE")).toMatchObject({ outcome: "refused", version: 1 });
  });

  test("a subject that is not what the baseline projects is told, changed or not", () => {
    const drifted = stream({ fields: [id, { ...nullableName, schema: int(true) }, { position: 3, name: "gone", schema: int(true) }] });
    const impact = only(impactsOf([orders], [orders], { subjects: [subject(value, withName(drifted))], registryGiven: true }));
    expect(partOf(impact, "value")).toMatchObject({
      verdict: { outcome: "unchanged" },
      drift: {
        version: 1,
        differences: [
          "field gone is registered but not in the table's stream",
          "field name is registered as int or null but comes as string or null",
        ],
      },
    });
  });

  test("what the snapshot registers is no drift", () => {
    const generated = stream({ fields: [id, nullableName, { position: 3, name: "generated", schema: int(true) }] });
    const before = { ...orders, snapshot: generated.streaming };
    expect(impactsOf([before], [before], { subjects: [subject(value, withName(generated))], registryGiven: true })).toEqual([]);
  });

  test("a version in another format, one that cannot be read, one that refers to another", () => {
    const [one] = withName(orders);
    const verdictWith = (more: Partial<typeof one>): SubjectImpact["verdict"] =>
      valueOf(orders, changed, { subjects: [subject(value, [{ ...one, ...more }])], registryGiven: true }).verdict;
    expect(verdictWith({ schemaType: "PROTOBUF" })).toMatchObject({
      outcome: "refused",
      messages: ["Incompatible because of different schema type", "{validateFields: 'false', compatibility: 'BACKWARD'}"],
    });
    expect(verdictWith({ schema: "<html>" })).toMatchObject({ outcome: "unknown" });
    expect(verdictWith({ references: [{ name: "x", subject: "common", version: 3 }] })).toEqual({
      outcome: "unknown",
      reason: `version 1 of subject ${value} cannot be read: it refers to version 3 of common, which is not at hand`,
    });
  });
});

describe("what cannot be known", () => {
  test("a doubt about the schemas makes the verdict unknown once something changes", () => {
    const caveats = [{ code: "transform-unsupported", message: "transform route is not known", effect: "unknown" }] as const;
    const [before, after] = [{ ...orders, caveats }, stream({ fields: [id, { ...nullableName, schema: long(true) }] }, { caveats })];
    expect(valueOf(before, after).verdict).toEqual({ outcome: "unknown", reason: "transform route is not known" });
    expect(impactsOf([before], [before])).toEqual([]);
  });

  test("a namespace that newer registries refuse", () => {
    const dashed = stream({ oid: 200, name: "my-items", fields: [id] });
    const verdict = partOf(only(impactsOf([], [dashed])), "value").verdict;
    expect(verdict).toEqual({
      outcome: "unknown",
      reason:
        'Namespace part "my-items" is invalid: Illegal character in: my-items. ' +
        "Confluent's registry refuses it from 8.0.7 on (error code 42201), as Karapace does; 7.x takes it",
    });
    expect(
      partOf(only(impactsOf([dashed], [stream({ oid: 200, name: "my-items", fields: [id, nullableName] })])), "value").verdict.outcome,
    ).toBe("accepted");
  });

  test("what the registry itself takes is taken, whatever its kind is known to refuse", () => {
    const [before, after] = [[id], [id, nullableName]].map((fields) => stream({ oid: 200, name: "my-items", fields }));
    const own = before?.streaming?.valueAvro ?? null;
    const verdictFor = (live: Subject["live"]): SubjectImpact["verdict"] => {
      const subjects = [subject("shop.public.my-items-value", [version(1, own)], { newNames: "ascii", live })];
      return partOf(only(impactsOf([before ?? orders], [after ?? orders], { subjects, registryGiven: true })), "value").verdict;
    };
    const candidate = JSON.stringify(after?.streaming?.valueAvro);
    expect(verdictFor([]).outcome).toBe("refused");
    expect(verdictFor([{ candidate, compatible: false, messages: ["Invalid schema …"] }])).toEqual(verdictFor([]));
    expect(verdictFor([{ candidate, compatible: true, messages: [] }]).outcome).toBe("accepted");
  });

  test("a field name that no Avro parser takes is refused before it reaches the registry", () => {
    expect(valueOf(orders, stream({ fields: [id, { ...nullableName, name: "first-name" }] })).verdict).toMatchObject({
      outcome: "refused",
      messages: ["IllegalArgumentException: Illegal character in: first-name"],
    });
  });

  test("JSON without a registry is not protected, other formats are not covered", () => {
    const after = { ...changedJson(), valueSubject: null };
    const json = { ...shop, valueConverter: { ...shop.valueConverter, format: "json" } } as const;
    const verdictOf = (connector: typeof shop): string =>
      valueOf({ ...orders, valueSubject: null }, after, { connectors: [connector] }).verdict.outcome;
    expect(verdictOf(json)).toBe("not-protected");
    expect(verdictOf({ ...shop, valueConverter: { ...shop.valueConverter, format: "protobuf" } })).toBe("unknown");
    expect(verdictOf(shop)).toBe("unknown");
  });
});

function changedJson(): Projection {
  return stream({ fields: [id, { ...nullableName, schema: long(true) }] });
}
