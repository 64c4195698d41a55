import { expect, test } from "vitest";
import { databaseBranches } from "../../src/discover/database-branches.ts";
import { discover } from "../../src/discover/discover.ts";

function left(text: string): string {
  let [result, position] = ["", 0];
  for (const { start, end } of databaseBranches(text).toSorted((a, b) => a.start - b.start)) {
    if (start < position) continue;
    result += text.slice(position, start);
    position = end;
  }
  return result + text.slice(position);
}

test.each([
  ["a {{if .postgres}}JSON{{else}}TEXT{{end}} b", "a JSON b"],
  ["{{if .mysql}}`x`{{else}}x{{end}} {{- if .sqlite -}} y {{- end }}", "x "],
  ["{{if .mysql}}m{{else if .postgres}}p{{else}}o{{end}}", "p"],
  ["{{if .mysql}}m{{else if .sqlite}}s{{end}}", ""],
  ['{{ if eq .Dialect "postgres" }}p{{ end }}{{ if ne .Dialect "mysql" }}q{{ end }}', "pq"],
  ["{{if or .postgres .sqlite}}p{{end}}{{if and .postgres .mysql}}m{{end}}{{if not .mysql}}n{{end}}", "pn"],
  ["{{if .mysql}}{{if .postgres}}a{{end}}{{range .x}}b{{end}}{{else}}{{if .postgres}}c{{end}}{{end}}", "c"],
  // Asks for something else: left as it stands, but for what is decided in it.
  ["{{if .plugin}}a{{if .mysql}}b{{end}}{{else}}c{{end}}", "{{if .plugin}}a{{else}}c{{end}}"],
  ["{{if or .plugin .mysql}}a{{end}}", "{{if or .plugin .mysql}}a{{end}}"],
  ["{{if and .mysql .plugin}}a{{end}}{{if or .plugin .postgres}}b{{end}}", "b"],
  ["{{if .postgres}}never closed", "{{if .postgres}}never closed"],
])("%s", (text, expected) => {
  expect(left(text)).toBe(expected);
});

test("a template's placeholders are filled in the branch that is left", () => {
  const text =
    "CREATE TABLE {{.prefix}}blocks (id int, {{if .postgres}}at timestamptz{{end}}{{if .mysql}}at DATETIME({{.digits}}){{end}});";
  const sources = [{ path: "m/000001_init.up.sql", text }];
  const { migrations } = discover(sources, {
    tool: null,
    root: null,
    pending: { kind: "all" },
    placeholders: { prefix: "fb_", digits: "6" },
  });
  expect(migrations[0]?.pieces.map(({ sql }) => sql)).toEqual(["CREATE TABLE fb_blocks (id int, at timestamptz);"]);
  expect(migrations[0]?.gaps).toEqual([]);
});
