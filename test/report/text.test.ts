import { describe, expect, test } from "vitest";
import { reporters } from "../../src/report/index.ts";
import {
  findingOf,
  impactOf,
  migrationOf,
  nastyReport,
  options,
  ordersReport,
  projectionOf,
  relationOf,
  reportOf,
  spanOfText,
  subjectOf,
  verdictOf,
} from "./builders.ts";

const { text } = reporters;
const fixture = (name: string): string => `../../fixtures/reports/${name}`;

describe("the text report", () => {
  test("explains a rename, a refused drop and an unknown", async () => {
    await expect(text(ordersReport(), options)).toMatchFileSnapshot(fixture("orders.txt"));
  });

  test("shows with --verbose what is accepted and the whole of what the registry says", async () => {
    await expect(text(ordersReport(), { ...options, verbose: true })).toMatchFileSnapshot(fixture("orders-verbose.txt"));
  });

  test("fits a narrow terminal, but for what must stay whole", () => {
    const lines = text(ordersReport(), { ...options, width: 60 }).split("\n");
    const prose = lines.filter((line) => !/│|\{errorType|db\/migration|^Topic|^(?:error|warning|fail)\b/.test(line));
    expect(prose.filter((line) => line.length > 60)).toEqual([]);
  });

  test("keeps to what is wrong with --quiet", () => {
    const quiet = text(ordersReport(), { ...options, quiet: true });
    expect(quiet).toContain("column-renamed");
    expect(quiet).toContain("Not understood, so not called safe");
    expect(quiet).not.toMatch(/column-unit-changed|Topic|Plan 1|Assumed/);
  });

  test("says in one line that nothing breaks, how much was looked at and against what", () => {
    const migrations = [migrationOf("V1.sql", "", "baseline"), migrationOf("V2.sql", "SELECT 1"), migrationOf("V3.sql", "SELECT 1")];
    expect(text(reportOf({ migrations }), options)).toBe(
      "pass: 2 pending migrations (1 statement) checked against 27 streams of connector shop and the subjects of ingestion/subjects; nothing breaks\n",
    );
    const checked = { statements: 2, connectors: [], streams: 1, registry: null, postgresVersion: null };
    expect(text(reportOf({ migrations, checked }), options)).toContain(
      "1 stream and the schemas before the migration (no registry was given)",
    );
    expect(text(reportOf({}), options)).toBe("pass: no pending migration, so there is nothing to check\n");
  });

  test("never says pass of what it did not understand", () => {
    const unknown = { code: "registry-unavailable", reason: "The registry did not answer.", span: null, migration: null };
    const report = text(reportOf({ migrations: [migrationOf("V2.sql", "")], verdict: verdictOf([], [unknown, unknown]) }), options);
    expect(report).toMatch(/^unknown: 2 not understood in .*; what is not understood is not called safe$/m);
    expect(report.match(/did not answer/g)).toHaveLength(1);
  });

  test("tells a statement that was not understood once, as the finding", () => {
    const migration = migrationOf("V2.sql", "DO $$ … $$;");
    const span = spanOfText(migration, "DO $$ … $$");
    const finding = findingOf({ ruleId: "sql-opaque", severity: "warning", answer: "unknown", span });
    const unknown = { code: "sql-refused", reason: "PostgreSQL refuses this statement.", span, migration: "V2.sql" };
    const report = reportOf({ migrations: [migration], verdict: verdictOf([finding], [unknown]) });
    expect(text(report, options)).not.toContain("sql-refused");
    expect(text(report, options)).toMatch(/^unknown: 1 not understood in /m);
    for (const format of ["markdown", "html", "sarif", "github", "gitlab"] as const)
      expect(reporters[format](report, options)).not.toContain("sql-refused");
    // The whole, for programs that read both lists.
    expect(reporters.json(report, options)).toContain("sql-refused");
  });

  test("names first what the registry stops and, apart from it, what passes in silence", () => {
    const lines = text(ordersReport(), options).split("\n");
    expect(lines[0]).toMatch(/^fail: /);
    expect(lines[1]).toBe("  The stream stops: the registry refuses the new schema of topic shop.public.orders");
    expect(lines.at(-2)).toBe(lines[0]);
  });

  test("says a sentence once for all places of one file, and why once for all files", () => {
    const migrations = ["V2.sql", "V3.sql"].map((path) => migrationOf(path, "ALTER TABLE a;\nALTER TABLE b;"));
    const findings = migrations.flatMap((migration) =>
      ["ALTER TABLE a", "ALTER TABLE b"].map((part) => findingOf({ ruleId: "sql-opaque", span: spanOfText(migration, part) })),
    );
    const report = reportOf({ migrations, verdict: verdictOf(findings) });
    const lines = text(report, options).split("\n");
    expect(lines.filter((line) => line === "  What happens.")).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith("  at V"))).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith("  Why: "))).toEqual(["  Why: Who breaks and how."]);
    expect(lines).toContain("  Why, Do: as for V2.sql:1:1");
    expect(text(report, { ...options, verbose: true }).match(/ {2}Why: /g)).toHaveLength(2);
    const noRewrite = Object.fromEntries(findings.map(({ fingerprint }) => [fingerprint, "it is in the key"]));
    expect(text({ ...report, noRewrite }, options).match(/ {2}Plan: .*/g)).toEqual([
      "  Plan: none: it is in the key",
      "  Plan: none, for the reason above",
    ]);
  });

  test("tells of all topics that end in one line, and calls nothing accepted there", () => {
    const silent = { outcome: "silent", reason: "the table is dropped" } as const;
    const impacts = ["a", "b"].map((name) =>
      impactOf({
        before: relationOf("public", name, []),
        projectionBefore: projectionOf(relationOf("public", name, []), {}),
        subjects: [subjectOf({ subjectBefore: `${name}-value`, subjectAfter: null, verdict: silent, levels: [], drift: null })],
      }),
    );
    const dropped = ["a", "b"].map((name) => findingOf({ ruleId: "table-dropped", relation: `public.${name}` }));
    const report = reportOf({ impacts, verdict: verdictOf(dropped) });
    expect(text(report, options)).toContain(
      "Topics that fall silent\n  shop.public.a, shop.public.b: nothing is sent here any more: the table is dropped, so no registry\n  is asked; what that breaks is told above.\n",
    );
    expect(text(report, { ...options, verbose: true })).toContain("  What breaks all the same\n");
  });

  test("tells once why of several topics it is not known what the registry says", () => {
    const verdict = { outcome: "unknown", reason: "the registry refuses to show it" } as const;
    const impacts = ["a", "b"].map((name) => {
      const relation = relationOf("public", name, []);
      const projection = projectionOf(relation, {});
      const subjects = [subjectOf({ subjectAfter: `${name}-value`, verdict })];
      return impactOf({ before: relation, after: relation, projectionBefore: projection, projectionAfter: projection, subjects });
    });
    expect(text(reportOf({ impacts }), options)).toContain(
      "Topics of which it is not known what the registry says\n  shop.public.a, shop.public.b: the registry refuses to show it.\n",
    );
    const findings = ["a", "b"].map((name) => findingOf({ ruleId: "column-dropped", relation: `public.${name}` }));
    const report = text(reportOf({ impacts, verdict: verdictOf(findings) }), options);
    expect(report.match(/the registry refuses to show it/g)).toHaveLength(1);
    expect(report).toContain("          for the reason above\n");
  });

  test("tells of all topics that change harmlessly in one line", () => {
    const impacts = ["a", "b"].map((name) =>
      impactOf({
        subjects: [
          subjectOf({
            subjectAfter: `${name}-value`,
            verdict: { outcome: "accepted", level: "BACKWARD", origin: "global" },
            levels: [{ level: "BACKWARD", compatible: true }],
            drift: null,
          }),
        ],
      }),
    );
    const report = text(reportOf({ migrations: [migrationOf("V2.sql", "")], impacts }), options);
    expect(report).toContain("Topics that change harmlessly\n");
    expect(report).not.toContain("What the registry says");
    expect(text(reportOf({ impacts }), { ...options, verbose: true })).toContain("What the registry says");
  });

  test("shows of a plan's file what is new in it, and a file of several plans once", () => {
    const lines = Array.from({ length: 20 }, (_, index) => `SELECT ${index};`);
    const migration = migrationOf("V2.sql", lines.join("\n"));
    const file = { path: "V2.sql", sql: lines.with(10, "SELECT 'new';").join("\n") };
    const down = { path: "V3.down.sql", sql: "-- Nothing to undo.\n" };
    const plan = {
      recipe: "rename-column",
      findings: [],
      replaces: spanOfText(migration, "SELECT 10"),
      migration: "V2.sql",
      phases: [{ name: "expand" as const, files: [file, down], gate: "" }],
      notes: [],
    };
    const report = text(reportOf({ migrations: [migration], rewrites: [plan, plan] }), options);
    expect(report).toContain(
      "│ … 10 lines as before\n     │ SELECT 'new';\n     │ … 9 lines as before\n     V3.down.sql  (nothing runs in it)",
    );
    expect(report.match(/SELECT 'new'/g)).toHaveLength(1);
    expect(report).toContain("V2.sql  as in plan 1");
  });

  test("says of how many alike findings a plan is, and why the rest has none", () => {
    const migration = migrationOf("V2.sql", "ALTER TABLE a;");
    const findings = [1, 2, 3].map(() => findingOf({ ruleId: "subject-refuses", span: spanOfText(migration, "ALTER TABLE a") }));
    const [first, second, third] = findings.map(({ fingerprint }) => fingerprint);
    const plan = {
      recipe: "rename-column",
      findings: [first ?? ""],
      replaces: spanOfText(migration, "ALTER"),
      migration: "V2.sql",
      phases: [],
      notes: [],
    };
    const noRewrite = { [second ?? ""]: "it is in the key", [third ?? ""]: "it is generated" };
    const report = reportOf({ migrations: [migration], verdict: verdictOf(findings), rewrites: [plan], noRewrite });
    expect(text(report, options)).toContain(
      "  Plan: for 1 of the 3, plan 1 below gets there in steps\n  Plan: none for 1: it is in the key\n  Plan: none for 1: it is generated\n",
    );
  });

  test("takes tables whose names are parts of other words for alike", () => {
    const migration = migrationOf("V2.sql", "DROP TABLE event;\nDROP TABLE q-1$;");
    const findings = ["event", "q-1$"].map((name) =>
      findingOf({
        ruleId: "table-dropped",
        relation: `public.${name}`,
        why: `No delete events come to topic shop.public.${name}.`,
        span: spanOfText(migration, `DROP TABLE ${name}`),
      }),
    );
    const report = text(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(report).toContain(" · 2 of them\n");
  });

  test("explains ten equal findings once", () => {
    const sql = Array.from({ length: 10 }, (_, index) => `ALTER TABLE orders DROP COLUMN c${index};`).join("\n");
    const migration = migrationOf("V2.sql", sql);
    const findings = Array.from({ length: 10 }, (_, index) =>
      findingOf({
        ruleId: "column-dropped",
        what: `Column "c${index}" of public.orders is dropped.`,
        why: `Consumers that read "c${index}" get nothing.`,
        remedy: `Stop reading "c${index}" first.`,
        span: spanOfText(migration, `DROP COLUMN c${index}`),
        relation: "public.orders",
        column: `c${index}`,
      }),
    );
    const report = text(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(report.match(/Why:/g)).toHaveLength(1);
    expect(report).toContain("The same holds for the other 9.");
    for (const { what } of findings) expect(report).toContain(what);
    expect(report.match(/\^\^/g)?.length).toBeGreaterThan(0);
    expect(report).toContain("at V2.sql:10:20");
  });

  test("shows a statement once, however much is found of it", () => {
    const migration = migrationOf("V2.sql", "DROP TABLE orders;");
    const span = spanOfText(migration, "DROP TABLE orders");
    const findings = ["table-dropped", "subject-refuses"].map((ruleId) => findingOf({ ruleId, span }));
    const report = text(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(report.match(/│ DROP TABLE orders/g)).toHaveLength(1);
    expect(report).toContain("  at V2.sql:1:1, as above\n");
  });

  test("keeps findings apart that say different things", () => {
    const findings = ["loses precision", "is cut off"].map((why) =>
      findingOf({ ruleId: "column-type-changed", why, column: "a", relation: "public.t" }),
    );
    expect(text(reportOf({ verdict: verdictOf(findings) }), options).match(/Why:/g)).toHaveLength(2);
  });

  test("counts new topics instead of explaining each", () => {
    const impacts = Array.from({ length: 12 }, (_, index) => {
      const subject = subjectOf({ subjectBefore: null, subjectAfter: `t${index}-value`, verdict: { outcome: "new-subject" } });
      return impactOf({ subjects: [subject], projectionAfter: null });
    });
    const report = text(reportOf({ impacts }), options);
    expect(report).toContain("New topics\n");
    expect(report).toContain("and 4 more: nothing is registered yet");
  });

  test("colours only when asked", () => {
    expect(text(ordersReport(), options)).not.toContain("\u001b");
    expect(text(ordersReport(), { ...options, color: true })).toContain("\u001b[31m");
  });

  test("lets nothing in names, SQL or messages steer the terminal or a workflow's log", () => {
    const report = text(nastyReport(), { ...options, width: 40 });
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(report).toContain("␛[31mred");
    expect(report).toContain("<U+202E>");
    expect(report).not.toMatch(/^\s*::/m);
  });
});
