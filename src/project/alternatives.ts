import { UserError } from "../errors.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Connector, Converter } from "../model/connector.ts";
import type { FoundSource } from "../model/impact.ts";
import type { PastState } from "../model/past-state.ts";
import type { Projection } from "../model/projection.ts";
import { readConnector } from "./connector.ts";
import { project } from "./project.ts";
import { knownVersions } from "./version.ts";

/** Where a projection like the one looked for comes from; null when nothing that is tried gives it. */
export type Explain = (connector: Connector, oid: number, isLike: (projection: Projection) => boolean) => FoundSource | null;

/** The tables after one of the pending migrations. */
export interface AheadState {
  readonly path: string;
  readonly catalog: Catalog;
}

/** One change of a connector. */
interface Change {
  /** Two of the same kind cannot be made together. */
  readonly kind: string;
  readonly words: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Setting that is left out. */
  readonly without?: string;
  readonly version?: string;
  /** Of both converters. */
  readonly converters?: readonly [name: string, value: string];
  readonly withoutTransforms?: true;
}

interface Alternative {
  readonly words: string;
  /** Null where the connector does not start with that. */
  readonly connector: () => Connector | null;
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

/** Settings of the given connector that are left out in turn: those of transforms, lists of columns, the columns of keys. */
const mayGo = /^(?:transforms\.[^.]+\.(?!type$|predicate$|negate$)|predicates\.|column\.|message\.key\.columns$)/;

/** Streams for which every single change is tried, and every pair (some 400); for more only what explained one of these. */
const maxTried = { one: 20, two: 3 };

/**
 * Finds out by trying where a registered schema comes from that is not what the connector sends: another state of the table; else another setting or
 * version of Debezium; else two of these. Each table of a wrong configuration has the same explanation, so what explained one is tried first for the next.
 */
export function createExplainer(catalog: Catalog, past: readonly PastState[], ahead: readonly AheadState[] = []): Explain {
  const known = new Map<string, Tries>();
  const good = new Set<string>();
  let streams = 0;
  return (connector, oid, isLike) => {
    const state = past.find((one) => one.relation === oid && project(one.catalog, connector, new Set([oid])).some(isLike));
    if (state !== undefined) return { kind: "behind", path: state.path };
    const next = ahead.find((one) => project(one.catalog, connector, new Set([oid])).some(isLike));
    if (next !== undefined) return { kind: "ahead", path: next.path };
    const tries = known.get(connector.name) ?? triesFor(connector);
    known.set(connector.name, tries);
    const gives = ({ connector: other }: Alternative): boolean => {
      const changed = other();
      return changed !== null && project(catalog, changed, new Set([oid])).some(isLike);
    };
    const ones = streams < maxTried.one ? tries.ones : [];
    const twos = streams < maxTried.two ? tries.twos : [];
    streams += 1;
    const found = [...tries.ones, ...tries.twos].filter(({ words }) => good.has(words)).find(gives) ?? ones.find(gives) ?? twos.find(gives);
    if (found === undefined) return null;
    good.add(found.words);
    return { kind: "settings", words: found.words };
  };
}

interface Tries {
  readonly ones: readonly Alternative[];
  readonly twos: readonly Alternative[];
}

function triesFor(connector: Connector): Tries {
  const changes = changesOf(connector);
  const pairs = changes.flatMap((one, index) =>
    changes.slice(index + 1).flatMap((other) => (one.kind === other.kind ? [] : [[one, other]])),
  );
  const alternative = (together: readonly Change[]): Alternative => {
    let changed: Connector | null | undefined;
    return {
      words: together.map(({ words }) => words).join(" and "),
      connector: () => (changed === undefined ? (changed = changedBy(connector, together)) : changed),
    };
  };
  return { ones: changes.map((one) => alternative([one])), twos: pairs.map(alternative) };
}

function changesOf(connector: Connector): readonly Change[] {
  const current = (name: string, among: readonly string[]): string => connector.settings[name] ?? among[0] ?? "";
  const settings = Object.entries(values).flatMap(([name, list]) =>
    list
      .filter((value) => value !== current(name, list))
      .map((value): Change => ({ kind: name, words: value === "" ? `no ${name}` : `${name}=${value}`, settings: { [name]: value } })),
  );
  const removals = Object.keys(connector.settings)
    .filter((name) => mayGo.test(name) && values[name] === undefined)
    .map((name): Change => ({ kind: name, words: `no ${name}`, without: name }));
  const converters = Object.entries(converterValues).map(([name, [usual = "", other = ""]]): Change => {
    const value = (connector.valueConverter.settings[name] ?? usual) === usual ? other : usual;
    return { kind: name, words: `${name}=${value} for the converters`, converters: [name, value] };
  });
  const versions = knownVersions
    .map(({ major, minor }) => `${major}.${minor}`)
    .toReversed()
    .filter((version) => version !== connector.version)
    .map((version): Change => ({ kind: "version", words: `Debezium ${version}`, version }));
  const plain: readonly Change[] =
    connector.transforms.length === 0 ? [] : [{ kind: "transforms", words: "no transforms", withoutTransforms: true }];
  return [...settings, ...removals, ...converters, ...versions, ...plain];
}

/** Null where the connector does not start with that. */
function changedBy(connector: Connector, changes: readonly Change[]): Connector | null {
  const kept = Object.entries(connector.settings).filter(([name]) => !changes.some(({ without }) => without === name));
  const settings = Object.fromEntries([...kept, ...changes.flatMap((change) => Object.entries(change.settings ?? {}))]);
  const version = changes.find((change) => change.version !== undefined)?.version ?? connector.version;
  const turned = (converter: Converter): Converter => ({
    ...converter,
    settings: {
      ...converter.settings,
      ...Object.fromEntries(changes.flatMap(({ converters }) => (converters === undefined ? [] : [converters]))),
    },
  });
  try {
    const read = readConnector(settings, { name: connector.name, path: connector.path, debeziumVersion: version });
    return {
      ...read,
      // Converters may come from the worker, whose settings are not at hand.
      keyConverter: turned(connector.keyConverter),
      valueConverter: turned(connector.valueConverter),
      transforms: changes.some(({ withoutTransforms }) => withoutTransforms) ? [] : read.transforms,
    };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
