import { createHash } from "node:crypto";
import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldRows } from "../../src/report/fields.ts";
import { script, scriptHash, style, styleHash } from "../../src/report/html/assets.ts";
import { markup } from "../../src/report/html/markup.ts";
import { reporters } from "../../src/report/index.ts";
import { block, code, prose } from "../../src/report/markdown/escape.ts";
import { defaultWords, schemaWords } from "../../src/report/schema-words.ts";
import { findingOf, migrationOf, nastyReport, options, ordersReport, reportOf, spanOfText, verdictOf } from "./builders.ts";

const sha256 = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

describe("markdown", () => {
  test("is a summary for a pull request", async () => {
    await expect(reporters.markdown(ordersReport(), options)).toMatchFileSnapshot("../../fixtures/reports/orders.md");
  });

  test("lets no markup, mention, reference or link out of names", () => {
    const page = reporters.markdown(nastyReport(), options);
    // Markdown does not apply inside a summary, which stands in a block of HTML.
    const outsideCode = page
      .replaceAll(/^<summary>.*<\/summary>$/gm, "")
      .replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, "")
      .replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/g, "")
      // Parts a mention from its sign.
      .replaceAll("&#8203;", "·");
    expect(outsideCode).not.toMatch(/<(?!\/?(?:details|summary|b|code)\b)/);
    expect(outsideCode).not.toMatch(/@\w|#\d|[^\\]\]\(|\u202e/);
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  });

  test("keeps rows of a table whole", () => {
    const rows = reporters
      .markdown(nastyReport(), options)
      .split("\n")
      .filter((line) => line.startsWith("| 🔴"));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.replaceAll("\\|", "").match(/\|/g)).toHaveLength(5);
  });

  test("closes no fence and no code early", () => {
    const text = string({ unit: constantFrom("`", "~", "a", "\n", "|", "\\"), maxLength: 40 });
    assert(
      property(text, (value) => {
        const [first = "", ...rest] = block(value).split("\n");
        expect(rest.findIndex((line) => line.startsWith(first))).toBe(rest.length - 1);
        const inline = code(value);
        const ticks = /^`+/.exec(inline)?.[0] ?? "";
        expect(inline.slice(ticks.length, -ticks.length)).not.toContain(ticks);
        expect(inline).not.toContain("\n");
        expect(prose(value)).not.toContain("\n");
      }),
    );
  });

  test("stays below what a comment holds, and says what is missing", () => {
    const migration = migrationOf("V2.sql", "DROP TABLE a;");
    const findings = Array.from({ length: 400 }, (_, index) =>
      findingOf({ ruleId: `rule-${index}`, why: "y".repeat(1000), span: spanOfText(migration, "DROP TABLE a") }),
    );
    const page = reporters.markdown(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(page.length).toBeLessThan(65_536);
    expect(page).toMatch(/\d+ more parts do not fit here/);
    expect(page).toContain("350 more rows");
  });
});

describe("html", () => {
  test("has a policy that names its own style and script, and only those", () => {
    expect([styleHash, scriptHash]).toEqual([sha256(style), sha256(script)]);
    const page = reporters.html(ordersReport(), options);
    const [, inlineStyle = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const [, inlineScript = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
    expect(page).toContain(`default-src 'none'; style-src '${sha256(inlineStyle)}'; script-src '${sha256(inlineScript)}'`);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test("loads nothing from anywhere", () => {
    for (const report of [ordersReport(), nastyReport()]) {
      const page = reporters.html(report, options);
      expect(page.match(/<[^>]+\s(?:src|href|action|srcset|data)="(?!#)[^"]*"/g)).toBeNull();
      expect(page).not.toMatch(/url\(|@import|<link|<iframe|<img|\sstyle="|\son\w+="/);
    }
  });

  test("escapes everything that comes from outside", () => {
    const page = reporters.html(nastyReport(), options);
    expect(page).not.toMatch(/<script>alert|<img|<b>x|<\/td><script>x/);
    expect(page).toContain("&lt;/script&gt;&lt;script&gt;alert(1)");
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(page).not.toMatch(/\u202e|\u001b/);
  });

  test("leads from each mark to its finding and plan", () => {
    const page = reporters.html(ordersReport(), options);
    const anchors = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
    expect(page).toContain('<mark class="is-error">ALTER TABLE orders RENAME COLUMN customer_email TO contact_email</mark>');
    expect(page.match(/<pre class="plain" data-copy/g)).toHaveLength(3);
  });

  test("marks spans that overlap", () => {
    const migration = migrationOf("V2.sql", "ALTER TABLE a\n  DROP b,\n  DROP c;\n");
    const findings = [
      findingOf({ ruleId: "one", span: spanOfText(migration, "ALTER TABLE a\n  DROP b,\n  DROP c"), severity: "warning" }),
      findingOf({ ruleId: "two", span: spanOfText(migration, "DROP c") }),
    ];
    const page = reporters.html(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(page).toContain('<mark class="is-warning">ALTER TABLE a</mark>');
    expect(page).toContain('<mark class="is-error">DROP c</mark>');
  });

  test("has one card for findings that say the same, and an anchor for each", () => {
    const migration = migrationOf("V2.sql", "ALTER TABLE a RENAME b TO c;\n");
    const span = spanOfText(migration, "ALTER TABLE a RENAME b TO c");
    const reason = '"c" must have a value and has no default, and events already in the topic do not have it.';
    const findings = ["key", "value"].map((part) =>
      findingOf({
        ruleId: "subject-refuses",
        subject: `s.a-${part}`,
        what: `It refuses the ${part} schema of "s.a-${part}": ${reason}`,
        span,
      }),
    );
    const page = reporters.html(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(page.match(/<article/g)).toHaveLength(1);
    expect(page.match(/<dt>Why<\/dt>/g)).toHaveLength(1);
    expect(page).toContain('<h4 id="f2">2. It refuses the value schema of &quot;s.a-value&quot;, for the same reason.');
  });

  test("leaves on paper what is folded folded, and says so", () => {
    expect(script).not.toContain("beforeprint");
    expect(style).not.toContain("details-content");
    expect(reporters.html(ordersReport(), options)).toContain("what is folded shows its title alone");
  });

  test("shows of a long file what is near its marks", () => {
    const migration = migrationOf("V2.sql", `${"SELECT 1;\n".repeat(5000)}DROP TABLE a;\n${"SELECT 2;\n".repeat(5000)}`);
    const findings = [findingOf({ ruleId: "table-dropped", span: spanOfText(migration, "DROP TABLE a") })];
    const page = reporters.html(reportOf({ migrations: [migration], verdict: verdictOf(findings) }), options);
    expect(page.match(/class="line"/g)?.length).toBe(13);
  });

  test("escapes values of a template, and only once", () => {
    expect(markup`<p title="${'"><b>'}">${markup`<i>${"<&>"}</i>`}${[markup`1`, markup`2`]}${3}</p>`.html).toBe(
      '<p title="&quot;&gt;&lt;b&gt;"><i>&lt;&amp;&gt;</i>123</p>',
    );
  });
});

describe("fields", () => {
  test("pairs columns by identity and tells what consumers see", () => {
    const [impact] = ordersReport().impacts;
    if (impact === undefined) throw new Error("the report has an impact");
    expect(fieldRows(impact).map(({ state, before, after }) => [state, before?.field, after?.field])).toEqual([
      ["same", "id", "id"],
      ["renamed", "customer_email", "contact_email"],
      ["changed", "total", "total"],
      ["removed", "note", undefined],
    ]);
  });

  test.each([
    [{ type: "int64", optional: true, name: "io.debezium.time.MicroTimestamp" }, "microseconds since 1970, no time zone (64-bit integer)"],
    [{ type: "array", optional: true, items: { type: "string", optional: true } }, "list of: text"],
    [{ type: "string", optional: true, name: "io.debezium.data.Enum", parameters: { allowed: "a,b" } }, "a label: a, b (text)"],
    [
      { type: "bytes", optional: true, name: "org.apache.kafka.connect.data.Decimal", parameters: { scale: "1" } },
      "decimal with 1 digit after the point (bytes)",
    ],
  ] as const)("says %j in words", (schema, words) => {
    expect(schemaWords(schema)).toBe(words);
  });

  test.each([
    ["AA==", "2", "0.00"],
    ["AJY=", "2", "1.50"],
    ["/w==", "0", "-1"],
    ["/zg=", "2", "-2.00"],
    ["AeJA", "3", "123.456"],
  ])("reads the decimal default %s at scale %s as %s", (value, scale, text) => {
    expect(
      defaultWords({
        type: "bytes",
        optional: false,
        name: "org.apache.kafka.connect.data.Decimal",
        parameters: { scale },
        default: value,
      }),
    ).toBe(text);
  });
});
