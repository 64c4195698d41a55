import { parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import { UserError } from "../errors.ts";
import { parseYamlConnector } from "./yaml-connector.ts";
import { parseProperties } from "./properties.ts";

type Settings = Record<string, string>;

/**
 * The settings of a connector file: JSON (comments and trailing commas allowed), either flat or `{"name": …, "config": {…}}`, a .properties file of Kafka
 * Connect or Debezium Server, or YAML such as Strimzi's KafkaConnector.
 * @throws UserError CONNECTOR_INVALID with path, line and column
 */
export function parseConnectorFile(text: string, path: string): Settings {
  if (/\.ya?ml$/i.test(path)) return parseYamlConnector(text, path);
  const looksLikeJson = text.trimStart().startsWith("{") || text.trimStart().startsWith("/");
  if (!looksLikeJson && (/\.(properties|conf|cfg)$/i.test(path) || /^[\w.]+\s*[=:]/m.test(text))) return fromServer(parseProperties(text));
  const root = parseJson(text, path);
  const config = root.children?.find((property) => property.children?.[0]?.value === "config")?.children?.[1];
  if (config?.type !== "object") return entries(root, text, path);
  const name = root.children?.find((property) => property.children?.[0]?.value === "name")?.children?.[1];
  return { ...(typeof name?.value === "string" ? { name: name.value } : {}), ...entries(config, text, path) };
}

function parseJson(text: string, path: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [error] = errors;
  if (error !== undefined) throw invalid(path, text, error.offset, `the JSON cannot be read (${words(printParseErrorCode(error.error))})`);
  if (root?.type !== "object") throw invalid(path, text, root?.offset ?? 0, "a connector's configuration is an object of settings");
  return root;
}

function entries(object: Node, text: string, path: string): Settings {
  const settings: Settings = {};
  for (const property of object.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    if (value.type !== "string" && value.type !== "number" && value.type !== "boolean") {
      throw invalid(
        path,
        text,
        value.offset,
        `"${String(key.value)}" is ${value.type === "null" ? "null" : `an ${value.type}`}; settings are strings, numbers or true and false`,
      );
    }
    settings[String(key.value)] = String(value.value);
  }
  return settings;
}

function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function invalid(path: string, text: string, offset: number, detail: string): UserError {
  const lines = text.slice(0, offset).split("\n");
  return new UserError("CONNECTOR_INVALID", `${path}:${lines.length}:${(lines.at(-1) ?? "").length + 1}: ${detail}. Correct the file.`);
}

/** Debezium Server's application.properties: `debezium.source.` before the connector's settings, converters by a word. */
function fromServer(properties: Settings): Settings {
  if (!Object.keys(properties).some((key) => key.startsWith("debezium.source."))) return properties;
  const settings: Settings = {};
  const avro = "io.confluent.connect.avro.AvroConverter";
  const classes: Readonly<Record<string, string>> = {
    avro,
    json: "org.apache.kafka.connect.json.JsonConverter",
    protobuf: "io.confluent.connect.protobuf.ProtobufConverter",
  };
  for (const [key, value] of Object.entries(properties)) {
    const part = /^debezium\.format\.(key|value)(?:\.(.+))?$/.exec(key);
    if (key.startsWith("debezium.source.")) settings[key.slice("debezium.source.".length)] = value;
    else if (/^debezium\.(transforms|predicates)/.test(key)) settings[key.slice("debezium.".length)] = value;
    else if (part !== null)
      settings[`${part[1] ?? ""}.converter${part[2] === undefined ? "" : `.${part[2]}`}`] =
        part[2] === undefined ? (classes[value] ?? value) : value;
  }
  return settings;
}
