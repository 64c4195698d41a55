import { joined, mapAt, named, settingsOf, textAt, valueAt } from "./connector-source.ts";
import type { ConnectorSource, Settings, SourceFile } from "./connector-source.ts";
import { serverConverters } from "./debezium-server.ts";
import type { Tree } from "./setting-tree.ts";

/**
 * The configurations in Kubernetes resources: Strimzi's KafkaConnector and KafkaConnect, Debezium's own DebeziumServer, and lists of them. Null for what is no
 * resource; other resources hold none.
 */
export function fromResource(tree: Tree, file: SourceFile): readonly ConnectorSource[] | null {
  const kind = textAt(tree, "kind");
  if (kind === null || valueAt(tree, "connector.class") !== undefined)
    return mapAt(tree, "spec", "config") === null ? null : [kafkaConnector(tree, file)];
  switch (kind) {
    case "KafkaConnector":
      return [kafkaConnector(tree, file)];
    case "KafkaConnect":
      return [kafkaConnect(tree, file)];
    case "DebeziumServer":
      return [debeziumServer(tree, file)];
    case "List": {
      const items = valueAt(tree, "items");
      return items?.kind === "list" ? items.items.flatMap((item) => fromResource(item, file) ?? []) : [];
    }
    default:
      return [];
  }
}

/** Strimzi, "KafkaConnectorSpec schema reference". `version` picks among installed plugins. */
function kafkaConnector(tree: Tree, file: SourceFile): ConnectorSource {
  return {
    kind: "connector",
    name: textAt(tree, "metadata", "name"),
    ...joined(
      named("connector.class", textAt(tree, "spec", "class")),
      named("tasks.max", textAt(tree, "spec", "tasksMax")),
      settingsOf(mapAt(tree, "spec", "config"), file),
    ),
    converters: {},
    debeziumVersion: textAt(tree, "spec", "version"),
    cluster: textAt(tree, "metadata", "labels", "strimzi.io/cluster"),
  };
}

/** Strimzi, "KafkaConnectSpec schema reference": the worker, and with `build` the plugins that its image gets. */
function kafkaConnect(tree: Tree, file: SourceFile): ConnectorSource {
  const artifact = /debezium-connector-postgres[-/](\d+\.\d+[\w.]*)/;
  const found = artifact.exec(strings(valueAt(tree, "spec", "build")).join("\n"))?.[1] ?? mavenVersion(valueAt(tree, "spec", "build"));
  const name = textAt(tree, "metadata", "name");
  return {
    kind: "worker",
    name,
    ...settingsOf(mapAt(tree, "spec", "config"), file),
    converters: {},
    debeziumVersion: found,
    cluster: name,
  };
}

/** An artifact of `type: maven`: group, artifact and version stand apart. */
function mavenVersion(tree: Tree | undefined): string | null {
  if (tree === undefined || tree.kind === "scalar") return null;
  if (textAt(tree, "artifact") === "debezium-connector-postgres") return textAt(tree, "version");
  const inner = tree.kind === "map" ? tree.entries.map(({ value }) => value) : tree.items;
  for (const one of inner) {
    const version = mavenVersion(one);
    if (version !== null) return version;
  }
  return null;
}

function strings(tree: Tree | undefined): readonly string[] {
  if (tree === undefined) return [];
  if (tree.kind === "scalar") return typeof tree.value === "string" ? [tree.value] : [];
  return (tree.kind === "map" ? tree.entries.map(({ value }) => value) : tree.items).flatMap(strings);
}

/** Debezium's operator: what would be `debezium.source.*`, `debezium.format.*` and `debezium.transforms.*` as one resource. */
function debeziumServer(tree: Tree, file: SourceFile): ConnectorSource {
  const transforms = valueAt(tree, "spec", "transforms");
  const list = transforms?.kind === "list" ? transforms.items : [];
  const predicates = mapAt(tree, "spec", "predicates")?.entries ?? [];
  const formats = Object.fromEntries(
    ["key", "value"].flatMap((part): readonly (readonly [string, string | null])[] => [
      [part, textAt(tree, "spec", "format", part, "type")],
      ...Object.entries(settingsOf(mapAt(tree, "spec", "format", part, "config"), file, `${part}.`).settings),
    ]),
  );
  return {
    kind: "connector",
    name: textAt(tree, "metadata", "name"),
    ...joined(
      named("connector.class", textAt(tree, "spec", "source", "class")),
      settingsOf(mapAt(tree, "spec", "source", "config"), file),
      named("transforms", list.length === 0 ? null : list.map((_, at) => `t${at}`).join(",")),
      ...list.map((item, at) => withType(item, file, `transforms.t${at}.`)),
      named("predicates", predicates.length === 0 ? null : predicates.map(({ key }) => key).join(",")),
      ...predicates.map(({ key, value }) => withType(value, file, `predicates.${key}.`)),
    ),
    converters: serverConverters(formats),
    debeziumVersion: textAt(tree, "spec", "version"),
    cluster: null,
  };
}

function withType(tree: Tree, file: SourceFile, prefix: string): Settings {
  return joined(
    ...["type", "predicate", "negate"].map((name) => named(`${prefix}${name}`, textAt(tree, name))),
    settingsOf(mapAt(tree, "config"), file, prefix),
  );
}
