import type { Span } from "../model/span.ts";
import { spanAt } from "../model/position.ts";
import { invalidAt } from "./setting-tree.ts";
import type { MapTree, Tree } from "./setting-tree.ts";

/** One configuration found in a file: a connector's, or the Connect worker's own. */
export interface ConnectorSource {
  readonly kind: "connector" | "worker";
  readonly name: string | null;
  readonly settings: Readonly<Record<string, string>>;
  /** Where each setting stands. */
  readonly places: Readonly<Record<string, Span>>;
  /** Converters that are not part of the connector's own settings: Debezium Server hands them to its engine. */
  readonly converters: Readonly<Record<string, string>>;
  /** Debezium's version where the file names it. */
  readonly debeziumVersion: string | null;
  /** The KafkaConnect resource that it belongs to, or is. */
  readonly cluster: string | null;
}

/** The file that is read. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The part below the keys, each a mapping's; undefined where there is none. */
export function valueAt(tree: Tree | undefined, ...keys: readonly string[]): Tree | undefined {
  return keys.reduce<Tree | undefined>(
    (at, key) => (at?.kind === "map" ? at.entries.find((entry) => entry.key === key)?.value : undefined),
    tree,
  );
}

/** As valueAt, for a scalar, as text; null for anything else. */
export function textAt(tree: Tree | undefined, ...keys: readonly string[]): string | null {
  const value = valueAt(tree, ...keys);
  return value?.kind === "scalar" && value.value !== null ? String(value.value) : null;
}

/** As valueAt, for a mapping; null for anything else. */
export function mapAt(tree: Tree | undefined, ...keys: readonly string[]): MapTree | null {
  const value = valueAt(tree, ...keys);
  return value?.kind === "map" ? value : null;
}

export interface Settings {
  readonly settings: Readonly<Record<string, string>>;
  readonly places: Readonly<Record<string, Span>>;
}

export const noSettings: Settings = { settings: {}, places: {} };

/** The scalars of a mapping, each name with a prefix. @throws UserError CONNECTOR_INVALID for a value that is none */
export function settingsOf(map: MapTree | null, file: SourceFile, prefix = ""): Settings {
  const settings: Record<string, string> = {};
  const places: Record<string, Span> = {};
  for (const { key, value, start, end } of map?.entries ?? []) {
    if (value.kind !== "scalar" || value.value === null) {
      const what = value.kind === "map" ? "an object" : value.kind === "list" ? "a list" : "null";
      throw invalidAt(file.path, file.text, value.start, `"${key}" is ${what}; settings are strings, numbers or true and false`);
    }
    settings[`${prefix}${key}`] = String(value.value);
    places[`${prefix}${key}`] = spanAt(file.path, file.text, start, end);
  }
  return { settings, places };
}

/** All scalars below a mapping under dotted names, as Quarkus reads its application.yaml; a list is its items with commas between. */
export function flattened(map: MapTree, file: SourceFile, prefix = ""): Settings {
  return joined(
    ...map.entries.map(({ key, value, start, end }): Settings => {
      const name = key === "" ? prefix : prefix === "" ? key : `${prefix}.${key}`;
      if (value.kind === "map") return flattened(value, file, name);
      const items = value.kind === "list" ? value.items : [value];
      const texts = items.flatMap((item) => (item.kind === "scalar" && item.value !== null ? [String(item.value)] : []));
      return { settings: { [name]: texts.join(",") }, places: { [name]: spanAt(file.path, file.text, start, end) } };
    }),
  );
}

/** All settings together; of the same name the last one counts. */
export function joined(...parts: readonly Settings[]): Settings {
  return {
    settings: Object.fromEntries(parts.flatMap(({ settings }) => Object.entries(settings))),
    places: Object.fromEntries(parts.flatMap(({ places }) => Object.entries(places))),
  };
}

/** A setting that the file says in another form, as Strimzi's `spec.class`. */
export function named(setting: string, value: string | null): Settings {
  return value === null ? noSettings : { settings: { [setting]: value }, places: {} };
}
