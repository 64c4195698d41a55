import type { Unsupported } from "../model/connector.ts";
import { escapeChar } from "./adjust.ts";
import { compileJavaPattern } from "./java-regex.ts";

const MAX_LENGTH = 249;
const PHYSICAL_TABLE = "__dbz__physicalTableIdentifier";

/** How topics are named (`topic.naming.strategy`). */
export interface TopicNaming {
  /** Topic of a table, sanitised, then routed; the prefix of its schema names too. */
  readonly topicOf: (schema: string, table: string) => string;
  /** Name of the field that the strategy appends to every key; null for none. */
  readonly keyField: string | null;
}

interface Strategy {
  readonly form: "plain" | "unicode" | "regex";
  /** PostgreSQL's table ids have no catalog, so the strategies by database leave the schema out and put nothing in its place. */
  readonly withSchema: boolean;
}

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  SchemaTopicNamingStrategy: { form: "plain", withSchema: true },
  SchemaUnicodeTopicNamingStrategy: { form: "unicode", withSchema: true },
  SchemaRegexTopicNamingStrategy: { form: "regex", withSchema: true },
  DefaultTopicNamingStrategy: { form: "plain", withSchema: false },
  DefaultUnicodeTopicNamingStrategy: { form: "unicode", withSchema: false },
  DefaultRegexTopicNamingStrategy: { form: "regex", withSchema: false },
};

type Settings = Readonly<Record<string, string>>;

/** Reads how topics are named; what cannot be predicted, or is refused by Debezium, is added to `unsupported`. */
export function topicNaming(settings: Settings, prefix: string, unsupported: Unsupported[]): TopicNaming {
  const given = (settings["topic.naming.strategy"] ?? "io.debezium.schema.SchemaTopicNamingStrategy").trim();
  const known = STRATEGIES[given.replace(/^io\.debezium\.schema\./, "")];
  if (known === undefined) unsupported.push({ setting: "topic.naming.strategy", reason: `the topics of ${given} cannot be predicted` });
  const { form, withSchema } = known ?? { form: "plain", withSchema: true };
  const delimiter = settings["topic.delimiter"] ?? ".";
  refuseBadName("topic.prefix", prefix, unsupported);
  refuseBadName("topic.delimiter", delimiter, unsupported);
  const name = (schema: string, table: string): string => {
    const parts = [prefix, ...(withSchema ? [schema] : []), table];
    return sanitise(parts.filter((part) => part.trim() !== "").join(delimiter), form === "unicode");
  };
  if (form !== "regex") return { topicOf: name, keyField: null };
  const route = routing(settings, unsupported);
  const unique = (settings["topic.key.enforce.uniqueness"] ?? "true").trim().toLowerCase() !== "false";
  return {
    topicOf: (schema, table) => route(name(schema, table)),
    keyField: unique ? (settings["topic.key.field.name"] ?? PHYSICAL_TABLE) : null,
  };
}

/** io.debezium.config.CommonConnectorConfig.validateTopicName. */
function refuseBadName(setting: string, value: string, unsupported: Unsupported[]): void {
  if (/^[a-zA-Z0-9_.-]+$/.test(value) || /\$\{\w+:/.test(value)) return;
  const reason = `"${value}" has characters other than letters, digits, underscore, hyphen and dot, with which Debezium refuses to start`;
  unsupported.push({ setting, reason });
}

const unrouted = (topic: string): string => topic;

/** io.debezium.schema.AbstractRegexTopicNamingStrategy: the new topic is not sanitised again; an empty one is not taken. */
function routing(settings: Settings, unsupported: Unsupported[]): (topic: string) => string {
  const doubt = (setting: string, reason: string): typeof unrouted => {
    unsupported.push({ setting, reason });
    return unrouted;
  };
  const regex = settings["topic.regex"];
  const replacement = settings["topic.replacement"] ?? "";
  if (regex === undefined || replacement.trim() === "")
    return doubt("topic.regex", "the regex topic naming strategy needs topic.regex and topic.replacement");
  const pattern = compileJavaPattern(regex, false);
  if (pattern === null)
    return doubt("topic.regex", `the pattern "${regex}" uses a part of Java's regular expressions that cannot be read here`);
  const problem = pattern.replacementProblem(replacement);
  if (problem !== null)
    return doubt("topic.replacement", `"${replacement}" does not fit topic.regex (${problem}): the connector fails at the first table`);
  return (topic) => {
    const outcome = pattern.replace(topic, replacement);
    return outcome === null || "error" in outcome || outcome.text === "" ? topic : outcome.text;
  };
}

/** io.debezium.schema.AbstractTopicNamingStrategy.sanitizedTopicName, per UTF-16 unit. */
function sanitise(name: string, unicode: boolean): string {
  const clean = unicode
    ? name.replace(/[^A-Za-z0-9.-]/gu, (char) => char.split("").map(escapeChar).join(""))
    : name.replace(/[^A-Za-z0-9._-]/g, "_");
  const dot = unicode ? escapeChar(".") : "_";
  if (clean.length > MAX_LENGTH) return clean.slice(0, MAX_LENGTH);
  if (clean === ".") return dot;
  return clean === ".." ? dot + dot : clean;
}

/** Why a broker refuses a topic of this name (org.apache.kafka.common.internals.Topic.validate); null when it takes it. */
export function topicProblem(topic: string): string | null {
  if (topic === "") return "it is empty";
  if (topic === "." || topic === "..") return 'it is "." or ".."';
  if (topic.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  return /^[a-zA-Z0-9._-]+$/.test(topic) ? null : "it has characters other than letters, digits, dot, underscore and hyphen";
}
