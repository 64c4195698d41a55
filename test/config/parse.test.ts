import { expect, test } from "vitest";
import { z } from "zod";
import { parseConfig } from "../../src/config/parse.ts";
import { configSchema } from "../../src/config/schema.ts";
import { nearestName } from "../../src/model/near-name.ts";

const messageOf = (text: string): string => {
  try {
    parseConfig(text, "driftgate.yml", {});
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "no error";
};

test("an empty file is an empty configuration", () => {
  expect(parseConfig("", "driftgate.yml", {})).toEqual({ path: "driftgate.yml" });
});

test("one connector may be written without a list, and a version as a number", () => {
  const config = parseConfig("connectors: a.json\ndebezium:\n  version: 3.6\n", "driftgate.yml", {});
  expect(config.connectors).toEqual(["a.json"]);
  expect(config.debezium?.version).toBe("3.6");
});

test.each([
  ["conectors: x\n", 'driftgate.yml:1:1: unknown key "conectors"; did you mean "connectors"?'],
  ["migrations:\n  pth: x\n", 'driftgate.yml:2:3: unknown key "pth" in migrations; did you mean "path"?'],
  ["ignore:\n  - rule: x\n    reson: y\n    reason: z\n", 'driftgate.yml:3:5: unknown key "reson" in ignore[0]; did you mean "reason"?'],
  [
    "consumers:\n  - name: a\n    subject: x\n    schemas: y\n",
    'driftgate.yml:3:5: unknown key "subject" in consumers[0]; did you mean "subjects"?',
  ],
  ["connectors: 3\n", "driftgate.yml:1:13: connectors takes a text or a list"],
  ["migrations:\n  path: 3\n", "driftgate.yml:2:9: migrations.path takes a text: write it in quotes"],
  ['postgres: { version: "16" }\n', "driftgate.yml:1:22: postgres.version takes a number: write it without quotes"],
  ["postgres: { version: 9 }\n", "driftgate.yml:1:22: postgres.version takes 12 or more"],
  ["failOn: eror\n", 'driftgate.yml:1:9: failOn takes error, warning or never; did you mean "error"?'],
  ["rules: { column-renamed: fatal }\n", 'driftgate.yml:1:26: rules.column-renamed takes off, note, warning or error, not "fatal"'],
  ["registry: http://r\n", "driftgate.yml:1:11: registry takes keys of its own: url, directory, username, password …"],
  ["consumers:\n  - name: a\n", "driftgate.yml:2:5: consumers[0].subjects is missing; it takes a text or a list"],
  ["ignore:\n  - { rule: r, reason: x, expires: tomorrow }\n", "driftgate.yml:2:36: ignore[0].expires takes a day written as 2027-01-31"],
  ["registry: { context: lab }\n", "driftgate.yml:1:22: registry.context: a context begins with a dot, as .lab"],
  ["database_url: x\n", 'driftgate.yml:1:1: unknown key "database_url"; did you mean "postgres.databaseUrl"?'],
  ["registry:\n  url: ${NOPE}\n", "driftgate.yml: the environment variable NOPE is not set; set it, or take ${NOPE} out"],
])("a mistake is named with line, column and key: %j", (text, message) => {
  expect(messageOf(text)).toBe(message);
});

const unknownRule = (text: string) => () => parseConfig(text, "driftgate.yml", {}, null, ["column-renamed"]);

test("a rule that there is not is named with its place and the near one", () => {
  const message = 'unknown rule "colum-renamed"; did you mean "column-renamed"? ("driftgate rules" lists them)';
  expect(unknownRule("rules:\n  colum-renamed: off\n")).toThrow(`driftgate.yml:2:3: ${message}`);
  expect(unknownRule("ignore:\n  - { rule: colum-renamed, reason: x }\n")).toThrow(`driftgate.yml:2:13: ${message}`);
  expect(unknownRule("rules: { column-renamed: off }\n")).not.toThrow();
});

test("every key says in the editor's schema what it is", () => {
  const bare: string[] = [];
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const [word, part] of Object.entries(schema)) {
      if (word !== "properties") walk(part, path);
      else
        for (const [key, value] of Object.entries(part)) {
          if (typeof value !== "object" || value === null || !("description" in value)) bare.push(`${path}.${key}`);
          walk(value, `${path}.${key}`);
        }
    }
  };
  walk(z.toJSONSchema(configSchema, { io: "input" }), "");
  expect(bare).toEqual([]);
});

test("broken YAML is named with its line", () => {
  expect(messageOf("a: [\n")).toMatch(/^driftgate\.yml:2:1: /);
});

test("an ignore without a reason is refused", () => {
  expect(messageOf("ignore:\n  - rule: column-dropped\n")).toBe("driftgate.yml:2:5: ignore[0].reason is missing; it takes a text");
});

test("environment variables are expanded in URLs and secrets only", () => {
  const text = "registry:\n  url: https://${HOST}/\nmigrations:\n  placeholders:\n    a: ${HOST}\n";
  const config = parseConfig(text, "driftgate.yml", { HOST: "registry.example" });
  expect(config.registry?.url).toBe("https://registry.example/");
  expect(config.migrations?.placeholders).toEqual({ a: "${HOST}" });
});

test("nearest finds a misspelt word and nothing far away", () => {
  expect(nearestName("colum-renamed", ["column-renamed", "column-dropped"])).toBe("column-renamed");
  expect(nearestName("zzz", ["column-renamed"])).toBeNull();
});

test("a variable that the command line makes needless need not be set", () => {
  const text = 'registry:\n  url: "${NO_URL}"\n  username: "${USER}"\n';
  expect(() => parseConfig(text, "driftgate.yml", { USER: "u" })).toThrow("NO_URL is not set");
  expect(parseConfig(text, "driftgate.yml", { USER: "u" }, "url").registry).toEqual({ username: "u" });
  expect(() => parseConfig(text, "driftgate.yml", {}, "url")).toThrow("USER is not set");
  expect(parseConfig(text, "driftgate.yml", {}, "folder").registry).toEqual({});
});
