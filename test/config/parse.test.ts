import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
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
  ["migrations:\n  pth: x\n", 'driftgate.yml:2:3: unknown key "pth" in "migrations"; did you mean "path"?'],
  ["ignore:\n  - rule: x\n    reson: y\n    reason: z\n", 'driftgate.yml:3:5: unknown key "reson" in "ignore.0"; did you mean "reason"?'],
  [
    "consumers:\n  - name: a\n    subject: x\n    schemas: y\n",
    'driftgate.yml:3:5: unknown key "subject" in "consumers.0"; did you mean "subjects"?',
  ],
  ["connectors: 3\n", "driftgate.yml:1:13: connectors: Invalid input: expected string or array"],
  ["migrations:\n  path: 3\n", "driftgate.yml:2:9: migrations.path: Invalid input: expected string, received number"],
  ["registry:\n  url: ${NOPE}\n", "driftgate.yml: the environment variable NOPE is not set; set it, or take ${NOPE} out"],
])("a mistake is named with line, column and key: %j", (text, message) => {
  expect(messageOf(text)).toBe(message);
});

test("broken YAML is named with its line", () => {
  expect(messageOf("a: [\n")).toMatch(/^driftgate\.yml:2:1: /);
});

test("an ignore without a reason is refused", () => {
  expect(messageOf("ignore:\n  - rule: column-dropped\n")).toContain("ignore.0.reason");
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
