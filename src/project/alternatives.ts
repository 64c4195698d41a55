import { UserError } from "../errors.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Connector, Converter } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import { readConnector } from "./connector.ts";
import { project } from "./project.ts";
import { knownVersions } from "./version.ts";

/** Words for the one change of a connector that gives a projection like the one looked for; null when none of those that are tried does. */
export type Explain = (connector: Connector, oid: number, isLike: (projection: Projection) => boolean) => string | null;

interface Alternative {
  /** Continues "… would give exactly this". */
  readonly words: string;
  readonly connector: Connector;
}

/** Settings whose values change schemas and nothing else. */
const values: Readonly<Record<string, readonly string[]>> = {
  "decimal.handling.mode": ["precise", "double", "string"],
  "time.precision.mode": ["adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"],
  "binary.handling.mode": ["bytes", "base64", "base64-url-safe", "hex"],
  "hstore.handling.mode": ["json", "map"],
  "interval.handling.mode": ["numeric", "string"],
  "include.unknown.datatypes": ["false", "true"],
  "field.name.adjustment.mode": ["none", "avro", "avro_unicode"],
  "schema.name.adjustment.mode": ["none", "avro", "avro_unicode"],
  "column.propagate.source.type": ["", ".*"],
};
const converterValues: Readonly<Record<string, readonly string[]>> = {
  "connect.meta.data": ["true", "false"],
  "scrub.invalid.names": ["false", "true"],
};

/** Streams for which every alternative is tried; for more only those that explained one of these. */
const maxTried = 20;

/**
 * Finds out by trying which other setting, or version of Debezium, a registered schema comes from. Each table of a wrong configuration has the same
 * explanation, so what explained one is tried first for the next.
 */
export function createExplainer(catalog: Catalog): Explain {
  const known = new Map<string, readonly Alternative[]>();
  const good = new Set<string>();
  let tried = 0;
  return (connector, oid, isLike) => {
    const all = known.get(connector.name) ?? alternativesOf(connector);
    known.set(connector.name, all);
    const first = all.filter(({ words }) => good.has(words));
    const rest = tried < maxTried ? all.filter(({ words }) => !good.has(words)) : [];
    tried += 1;
    const found = [...first, ...rest].find((one) => project(catalog, one.connector, new Set([oid])).some(isLike));
    if (found !== undefined) good.add(found.words);
    return found?.words ?? null;
  };
}

function alternativesOf(connector: Connector): readonly Alternative[] {
  const current = (name: string, among: readonly string[]): string => connector.settings[name] ?? among[0] ?? "";
  const settings = Object.entries(values).flatMap(([name, list]) =>
    list
      .filter((value) => value !== current(name, list))
      .flatMap((value) => again(connector, { ...connector.settings, [name]: value }, value === "" ? `no ${name}` : `${name}=${value}`)),
  );
  const versions = knownVersions
    .map(({ major, minor }) => `${major}.${minor}`)
    .toReversed()
    .filter((version) => version !== connector.version)
    .flatMap((version) => again(connector, connector.settings, `Debezium ${version}`, version));
  const plain =
    connector.transforms.length === 0
      ? []
      : [{ words: "the same connector without its transforms", connector: { ...connector, transforms: [] } }];
  return [...settings, ...converters(connector), ...versions, ...plain];
}

/** None where the connector does not start with that. */
function again(connector: Connector, settings: Connector["settings"], words: string, version = connector.version): readonly Alternative[] {
  try {
    const read = readConnector(settings, { name: connector.name, path: connector.path, debeziumVersion: version });
    // Converters may come from the worker, whose settings are not at hand.
    const { keyConverter, valueConverter } = connector;
    return [{ words, connector: { ...read, keyConverter, valueConverter } }];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function converters(connector: Connector): readonly Alternative[] {
  return Object.entries(converterValues).flatMap(([name, [usual = "", other = ""]]) => {
    const turned = (converter: Converter): Converter => {
      const value = (converter.settings[name] ?? usual) === usual ? other : usual;
      return { ...converter, settings: { ...converter.settings, [name]: value } };
    };
    const [keyConverter, valueConverter] = [turned(connector.keyConverter), turned(connector.valueConverter)];
    const value = valueConverter.settings[name] ?? other;
    return [{ words: `${name}=${value} for the converters`, connector: { ...connector, keyConverter, valueConverter } }];
  });
}
