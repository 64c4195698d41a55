import { array, assert, constantFrom, dictionary, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { readConnector } from "../../src/project/connector.ts";
import { parseConnectors } from "../../src/project/connector-file.ts";
import { idlePatterns } from "../../src/project/idle-patterns.ts";
import { compileJavaFilter } from "../../src/project/java-filter.ts";
import { readJavaSyntax } from "../../src/project/java-syntax.ts";
import { knownSettings } from "../../src/project/known-settings.ts";
import { literalEnds } from "../../src/project/literal-ends.ts";
import { project } from "../../src/project/project.ts";
import { catalog, column, table } from "./build-catalog.ts";
import { cpuMs } from "../support/cpu-time.ts";

const base = { "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "srv", "plugin.name": "pgoutput" };

/** What is neither a result nor a message for the user. */
function faultOf(action: () => unknown): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error instanceof UserError ? null : error;
  }
}

const words = `{ } [ ] : , " ' # = \\ *a // null 1 config name connector.class spec debezium.source.topic.prefix %prod. \${env:X} public.orders`;
const lines = ["\n", "  ", "- ", "&a ", "!!x ", "---\n", "kind: KafkaConnector\n", "apiVersion: v1\n"];
const piece = constantFrom(...words.split(" "), ...lines);
const text = oneof(
  string(),
  array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
);
const pattern = array(
  constantFrom(..."public orders . \\. .* [a-z] [^ ] ( ) (?: (?! (?<! | * + ? {1,} { } ^ $ \\ \\d \\Q \\E && A ü , ;".split(" ")),
  { maxLength: 8 },
).map((parts) => parts.join(""));
const names = [
  ...knownSettings.keys(),
  "column.mask.with.5.chars",
  "column.truncate.to.3.chars",
  "column.mask.hash.SHA-256.with.salt.x",
  "tabel.include.list",
  "database.server.name",
];
const settings = dictionary(
  constantFrom(...names),
  oneof(pattern, string(), constantFrom("", " ", "true", "none", "-1", "5", "${file:a:b}")),
  {
    maxKeys: 6,
  },
);

describe("whatever a user gives", () => {
  test.each(["c.json", "c.yaml", "c.properties", "c"])("a file called %s is read or refused with a message", (path) => {
    assert(
      property(text, (content) => {
        expect(faultOf(() => parseConnectors(content, path))).toBeNull();
      }),
    );
  });

  test("settings give a connector, and a connector gives schemas", () => {
    const tables = catalog([table("orders", [column("id", 1, { notNull: true }), column("email", 2, { type: "text" })])]);
    const versions = constantFrom(undefined, "2.3", "2.7", "3.0", "3.3", "3.6", "3.7", "4.1");
    assert(
      property(settings, versions, (given, debeziumVersion) => {
        const options = debeziumVersion === undefined ? {} : { debeziumVersion };
        const run = (): unknown => {
          const connector = readConnector({ ...base, ...given, "connector.class": base["connector.class"] }, options);
          return [project(tables, connector), idlePatterns([tables], connector)];
        };
        expect(faultOf(run)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test("what a pattern fits has the pattern's literal ends", () => {
    const name = array(constantFrom(..."public orders . PUBLIC ü , ; a _ [ ]".split(" ")), { maxLength: 6 }).map((parts) => parts.join(""));
    assert(
      property(pattern, name, (source, one) => {
        if (compileJavaFilter(source)?.(one) !== true) return;
        const { prefix, suffix } = literalEnds(source);
        expect(one.toLowerCase().startsWith(prefix) && one.toLowerCase().endsWith(suffix)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test("a pattern that Java refuses is never matched, and none takes long", () => {
    assert(
      property(pattern, string({ maxLength: 190 }), (source, name) => {
        const filter = compileJavaFilter(source);
        if (readJavaSyntax(source).error !== null) expect(filter).toBeNull();
        expect(cpuMs(() => filter?.(name))).toBeLessThan(1000);
      }),
      { numRuns: 2000 },
    );
  });
});
