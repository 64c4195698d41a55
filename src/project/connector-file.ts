import { isServer, fromServer } from "./debezium-server.ts";
import { flattened, joined, mapAt, named, settingsOf, textAt, valueAt } from "./connector-source.ts";
import type { ConnectorSource, Settings, SourceFile } from "./connector-source.ts";
import { fromResource } from "./kubernetes.ts";
import { parseProperties } from "./properties.ts";
import { invalidAt, parseJsonTree, parseYamlTrees } from "./setting-tree.ts";
import type { MapTree, Tree } from "./setting-tree.ts";

/**
 * The configurations in a file, connectors and Connect workers, in the file's order:
 * - JSON (comments and trailing commas allowed) or YAML: the settings themselves, Kafka Connect's `{"name": …, "config": {…}}`, a list of either, or what
 *   `GET /connectors?expand=info` answers; what `driftgate pull` writes of a connector; in YAML also Strimzi's and Debezium's Kubernetes resources
 * - what Debezium Server reads as application.yaml
 * - .properties of Kafka Connect (a connector or a worker) or of Debezium Server.
 * @throws UserError CONNECTOR_INVALID with path, line and column
 */
export function parseConnectors(text: string, path: string): readonly ConnectorSource[] {
  const file = { path, text: text.replace(/^\uFEFF/, "") };
  const found = isYaml(path)
    ? fromYaml(file)
    : isProperties(file)
      ? [fromProperties(file)]
      : fromTree(parseJsonTree(file.text, path), file);
  if (found.length === 0) throw invalidAt(path, file.text, 0, "it holds no connector's configuration");
  return found;
}

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

function isProperties({ text, path }: SourceFile): boolean {
  if (/^\s*[{[/]/.test(text)) return false;
  return /\.(properties|conf|cfg)$/i.test(path) || /^[\w.]+\s*[=:]/m.test(text);
}

function fromYaml(file: SourceFile): readonly ConnectorSource[] {
  return parseYamlTrees(file.text, file.path).flatMap((tree) => fromResource(tree, file) ?? fromTree(tree, file));
}

function fromProperties(file: SourceFile): ConnectorSource {
  const properties = parseProperties(file);
  return isServer(properties) ? serverSource(properties) : source(null, properties);
}

function serverSource(properties: Settings): ConnectorSource {
  const server = fromServer(properties);
  return { ...source(null, server), ...server };
}

function fromTree(tree: Tree, file: SourceFile): readonly ConnectorSource[] {
  if (tree.kind === "list") return tree.items.flatMap((item) => fromTree(item, file));
  if (tree.kind === "scalar") throw invalidAt(file.path, file.text, tree.start, "a connector's configuration is an object of settings");
  const config = mapAt(tree, "config");
  if (config !== null) return [asPulled(tree, source(textAt(tree, "name"), settingsOf(config, file)))];
  const info = mapAt(tree, "info");
  if (info !== null) return fromTree(info, file);
  const list = valueAt(tree, "connectors");
  if (list?.kind === "list") return fromTree(list, file);
  if (valueAt(tree, "tasks")?.kind === "list" && valueAt(tree, "connector.class") === undefined)
    throw invalidAt(file.path, file.text, tree.start, "it is a connector's status, not its configuration");
  if (isServerTree(tree)) return [serverSource(flattened(tree, file))];
  const byName = connectorsByName(tree);
  if (byName !== null) return byName.flatMap(({ key, value }) => fromTree(value, file).map((one) => ({ ...one, name: one.name ?? key })));
  return [source(textAt(tree, "name"), settingsOf(tree, file))];
}

/** With `pulled`, what the worker said of it; nobody changes a setting in such a copy, so no place is told. */
function asPulled(tree: MapTree, own: ConnectorSource): ConnectorSource {
  if (mapAt(tree, "pulled") === null) return own;
  return { ...own, places: {}, debeziumVersion: textAt(tree, "pulled", "debeziumVersion") };
}

/** Quarkus' application.yaml: `debezium:` with `source:` below it, or `%prod:` with both. */
function isServerTree(tree: MapTree): boolean {
  const tops = [tree, ...tree.entries.filter(({ key }) => key.startsWith("%")).map(({ value }) => value)];
  return tops.some((top) => mapAt(top, "debezium", "source") !== null);
}

const isConnector = (one: Tree): boolean => ["info", "config", "connector.class"].some((key) => valueAt(one, key) !== undefined);

/** `{"orders": {"info": {…}}, …}` or `{"orders": {"connector.class": …}, …}`. */
function connectorsByName(tree: MapTree): MapTree["entries"] | null {
  return tree.entries.length > 0 && tree.entries.every(({ value }) => isConnector(value)) ? tree.entries : null;
}

function source(name: string | null, { settings, places }: Settings): ConnectorSource {
  const given = name === null ? { settings, places } : joined(named("name", name), { settings, places });
  const isWorker =
    settings["connector.class"] === undefined &&
    ["bootstrap.servers", "group.id", "plugin.path", "offset.storage.topic", "config.storage.topic"].some(
      (key) => settings[key] !== undefined,
    );
  return {
    kind: isWorker ? "worker" : "connector",
    name: name ?? settings["name"] ?? null,
    ...given,
    converters: {},
    debeziumVersion: settings["connector.plugin.version"] ?? null,
    cluster: null,
  };
}
