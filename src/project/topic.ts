import type { Unsupported } from "../model/connector.ts";
import { compileJavaPattern } from "./java-regex.ts";
import type { JavaPattern } from "./java-regex.ts";

const MAX_LENGTH = 249;
const PHYSICAL_TABLE = "__dbz__physicalTableIdentifier";

/** How topics are named (`topic.naming.strategy`). */
export interface TopicNaming {
  /** Topic of a table, sanitised and routed; the prefix of its schema names too. */
  readonly topicOf: (schema: string, table: string) => string;
  /** Name of the field that the strategy appends to every key; null for none. */
  readonly keyField: string | null;
}

const STRATEGIES: Readonly<Record<string, "plain" | "unicode" | "regex">> = {
  SchemaTopicNamingStrategy: "plain",
  SchemaUnicodeTopicNamingStrategy: "unicode",
  SchemaRegexTopicNamingStrategy: "regex",
};

export function topicNaming(settings: Readonly<Record<string, string>>, prefix: string, unsupported: Unsupported[]): TopicNaming {
  const given = settings["topic.naming.strategy"] ?? "io.debezium.schema.SchemaTopicNamingStrategy";
  const strategy = STRATEGIES[given.replace(/^io\.debezium\.schema\./, "")];
  if (strategy === undefined) unsupported.push({ setting: "topic.naming.strategy", reason: `the topics of ${given} cannot be predicted` });
  const delimiter = settings["topic.delimiter"] ?? ".";
  const name = (schema: string, table: string): string =>
    sanitise([prefix, schema, table].filter((part) => part.trim() !== "").join(delimiter), strategy === "unicode");
  if (strategy !== "regex") return { topicOf: name, keyField: null };
  const route = routing(settings, unsupported);
  const unique = (settings["topic.key.enforce.uniqueness"] ?? "true").trim().toLowerCase() === "true";
  return {
    topicOf: (schema, table) => {
      const plain = name(schema, table);
      const routed = route?.(plain);
      return routed === undefined || routed === null || routed === "" ? plain : sanitise(routed, false);
    },
    keyField: unique ? (settings["topic.key.field.name"] ?? PHYSICAL_TABLE) : null,
  };
}

function routing(settings: Readonly<Record<string, string>>, unsupported: Unsupported[]): ((topic: string) => string | null) | null {
  const regex = settings["topic.regex"];
  const replacement = settings["topic.replacement"];
  if (regex === undefined || replacement === undefined) {
    unsupported.push({ setting: "topic.regex", reason: "the regex topic naming strategy needs topic.regex and topic.replacement" });
    return null;
  }
  const pattern: JavaPattern | null = compileJavaPattern(regex, false);
  if (pattern === null) {
    unsupported.push({
      setting: "topic.regex",
      reason: `the pattern "${regex}" uses a part of Java's regular expressions that cannot be read here`,
    });
    return null;
  }
  return (topic) => pattern.replace(topic, replacement);
}

/** io.debezium.schema.AbstractTopicNamingStrategy.sanitizedTopicName, per UTF-16 unit. */
function sanitise(name: string, unicode: boolean): string {
  const clean = unicode
    ? name.replace(/[^A-Za-z0-9.-]/g, (char) =>
        [...Array(char.length).keys()].map((at) => `_u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
      )
    : name.replace(/[^A-Za-z0-9._-]/g, "_");
  const short = clean.slice(0, MAX_LENGTH);
  if (short === ".") return "_";
  return short === ".." ? "__" : short;
}
