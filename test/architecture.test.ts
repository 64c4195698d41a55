import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Which parts each part may import besides itself: the table of src/README.md. */
const stages = ["discover", "parse", "catalog", "project", "compare", "judge", "rewrite", "report", "diagnose", "setup", "config"] as const;
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  errors: [],
  ...Object.fromEntries(stages.map((stage) => [stage, ["model", "errors"]])),
  // The one module of the stage that rules may import.
  "judge/rule": ["model"],
  rule: ["model", "judge/rule"],
  rules: ["rule", "judge/rule"],
  pipeline: [
    "model",
    "errors",
    "judge/rule",
    ...stages.filter(
      (stage) =>
        stage !== "config" && stage !== "report" && stage !== "parse" && stage !== "discover" && stage !== "setup" && stage !== "diagnose",
    ),
  ],
  io: ["model", "config", "errors", "parse", "catalog", "discover"],
  commands: ["model", "errors", "pipeline", "io", "rules", "judge/rule", ...stages],
  cli: ["commands", "errors"],
  action: ["commands", "errors", "io"],
  index: ["model", "errors", "pipeline", "io", "commands", "rules", "judge/rule", ...stages],
  build: ["io"],
};

/** Parts that may touch the world: node: modules, process, console, fetch, clock, randomness, async. */
const effectful = new Set(["io", "commands", "cli", "action", "index", "build"]);

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")));
}

function partOf(file: string): string {
  const parts = file.replace(/\.ts$/, "").split("/");
  if (parts[0] === "rules") return parts.length === 2 ? "rules" : "rule";
  if (parts[1] === "judge" && parts[2] === "rule") return "judge/rule";
  return parts[1] ?? "";
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|[^:"'`\w])\/\/.*$/gm, "$1");

function importsOf(file: string): readonly string[] {
  const text = withoutComments(readFileSync(join(root, file), "utf8"));
  return [
    ...text.matchAll(
      /(?:^|[\s;])(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|^import\s+["']([^"']+)["']/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const files = [...sourceFiles("src"), ...sourceFiles("rules")];
const edges: readonly Import[] = files.flatMap((from) =>
  importsOf(from)
    .filter((target) => target.startsWith("."))
    .map((target) => ({ from, to: posix.join(dirname(from), target) })),
);

function forbidden({ from, to }: Import): boolean {
  const [source, target] = [partOf(from), partOf(to)];
  if (source === "rule" && target === "rule") return from.split("/")[1] !== to.split("/")[1];
  if (source === target || (source === "judge" && target === "judge/rule") || (source === "judge/rule" && target === "judge")) return false;
  return !(allowed[source] ?? []).includes(target);
}

test("the table knows every part of the source", () => {
  const parts = new Set(files.map(partOf));
  expect([...parts].filter((part) => !(part in allowed) && part !== "judge/rule")).toEqual([]);
});

test("no import crosses the table", () => {
  expect(edges.length).toBeGreaterThan(50);
  expect(edges.filter(forbidden).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("an added edge would be seen", () => {
  expect(forbidden({ from: "src/project/a.ts", to: "src/compare/b.ts" })).toBe(true);
  expect(forbidden({ from: "src/model/a.ts", to: "src/errors.ts" })).toBe(true);
  expect(forbidden({ from: "rules/a/rule.ts", to: "rules/b/rule.ts" })).toBe(true);
  expect(forbidden({ from: "src/io/a.ts", to: "src/commands/b.ts" })).toBe(true);
  expect(forbidden({ from: "rules/a/rule.ts", to: "src/judge/rule.ts" })).toBe(false);
});

test("nothing in src or rules imports tests or fixtures", () => {
  expect(edges.filter(({ to }) => /^(test|fixtures)\//.test(to))).toEqual([]);
});

function isTypeOnly(file: string, target: string): boolean {
  const text = readFileSync(join(root, file), "utf8");
  return new RegExp(`(import|export) type [^;]*from ["'][^"']*${posix.basename(target).replaceAll(".", "\\.")}["']`).test(text);
}

test("no cycle between files", () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) if (!isTypeOnly(from, to)) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

describe("purity", () => {
  const banned: readonly (readonly [string, RegExp])[] = [
    ["node: import", /from\s+["']node:/],
    ["process", /\bprocess\s*\./],
    ["console", /\bconsole\s*\./],
    ["fetch", /\bfetch\s*\(/],
    ["clock", /\bDate\.now\s*\(|\bnew Date\s*\(\s*\)|\bperformance\s*\./],
    ["randomness", /\bMath\.random\s*\(|\bcrypto\s*\./],
    ["async", /\basync\b(?=\s*(?:\(|function|\w+\s*(?:=>|\()))|\bawait\b(?=\s+[\w(])/],
  ];
  test.each(banned)("no %s in the pure middle", (_, pattern) => {
    const pure = files.filter((file) => !effectful.has(partOf(file)));
    expect(pure.filter((file) => pattern.test(withoutStrings(withoutComments(readFileSync(join(root, file), "utf8")))))).toEqual([]);
  });
});

/** String literals hold prose for the user ("… await …"); imports keep theirs. */
function withoutStrings(text: string): string {
  return text.replaceAll(/(from\s+)?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g, (whole, from: string | undefined) =>
    from === undefined ? '""' : whole,
  );
}

test("no enum, export *, default export or any", () => {
  const offenders = files.filter((file) => {
    const text = withoutStrings(withoutComments(readFileSync(join(root, file), "utf8")));
    return (
      /^\s*(export\s+)?(const\s+)?enum\s/m.test(text) ||
      /export\s+\*/.test(text) ||
      /export\s+default/.test(text) ||
      // Not behind the (?: of a regular expression.
      /(?<!\(\?)[:<]\s*any\b|\bas any\b/.test(text)
    );
  });
  expect(offenders).toEqual([]);
});
