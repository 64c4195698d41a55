import { UserError } from "../errors.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Inputs } from "../model/inputs.ts";
import type { PastState } from "../model/past-state.ts";
import type { Step } from "../model/step.ts";

const format = "driftgate-inputs";
const version = 1;

/** A list in which equal references are kept once; catalogs share most of their relations and types. */
class Pool<T extends object> {
  readonly items: T[] = [];
  readonly #places = new Map<T, number>();

  place(item: T): number {
    const known = this.#places.get(item);
    if (known !== undefined) return known;
    this.items.push(item);
    this.#places.set(item, this.items.length - 1);
    return this.items.length - 1;
  }
}

/** The text of `--save-inputs`: every catalog as indexes into shared lists, and no secret. */
export function serializeInputs(inputs: Inputs): string {
  const relations = new Pool<Catalog["relations"][number]>();
  const types = new Pool<Catalog["types"][number]>();
  const catalogs = new Pool<Catalog>();
  const { baseline, steps, connectors, past, ...rest } = inputs;
  const packedSteps = steps.map((step) => ({ ...step, before: catalogs.place(step.before), after: catalogs.place(step.after) }));
  const packedBaseline = catalogs.place(baseline);
  const packedPast = past?.map((state) => ({ ...state, catalog: catalogs.place(state.catalog) }));
  const packedCatalogs = catalogs.items.map((catalog) => ({
    ...catalog,
    relations: catalog.relations.map((relation) => relations.place(relation)),
    types: catalog.types.map((type) => types.place(type)),
  }));
  return `${JSON.stringify({
    format,
    version,
    ...rest,
    connectors: connectors.map(withoutSecrets),
    relations: relations.items,
    types: types.items,
    catalogs: packedCatalogs,
    baseline: packedBaseline,
    steps: packedSteps,
    past: packedPast,
  })}\n`;
}

interface PackedCatalog extends Omit<Catalog, "relations" | "types"> {
  readonly relations: readonly number[];
  readonly types: readonly number[];
}

interface PackedInputs extends Omit<Inputs, "baseline" | "steps" | "past"> {
  readonly format: string;
  readonly version: number;
  readonly relations: Catalog["relations"];
  readonly types: Catalog["types"];
  readonly catalogs: readonly PackedCatalog[];
  readonly baseline: number;
  readonly steps: readonly (Omit<Step, "before" | "after"> & { readonly before: number; readonly after: number })[];
  readonly past?: readonly (Omit<PastState, "catalog"> & { readonly catalog: number })[];
}

/** Reads what serializeInputs wrote. @throws UserError INPUTS_INVALID */
export function parseInputs(text: string, path: string): Inputs {
  const packed = readPacked(text, path);
  const at = <T>(list: readonly T[], index: number): T => {
    const item = list[index];
    if (item === undefined) throw invalid(path, `it points at item ${index}, which it does not have`);
    return item;
  };
  const catalogs = packed.catalogs.map((catalog): Catalog => ({
    ...catalog,
    relations: catalog.relations.map((index) => at(packed.relations, index)),
    types: catalog.types.map((index) => at(packed.types, index)),
  }));
  const {
    format: _format,
    version: _version,
    relations: _relations,
    types: _types,
    catalogs: _catalogs,
    baseline,
    steps,
    past,
    ...rest
  } = packed;
  return {
    ...rest,
    baseline: at(catalogs, baseline),
    steps: steps.map((step) => ({ ...step, before: at(catalogs, step.before), after: at(catalogs, step.after) })),
    ...(past === undefined ? {} : { past: past.map((state) => ({ ...state, catalog: at(catalogs, state.catalog) })) }),
  };
}

function readPacked(text: string, path: string): PackedInputs {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(path, `it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (value === null || typeof value !== "object" || !("format" in value) || value.format !== format)
    throw invalid(path, "it was not written by --save-inputs");
  if (!("version" in value) || value.version !== version)
    throw invalid(path, `it has another version than ${version}, which this driftgate reads`);
  for (const key of ["relations", "types", "catalogs", "steps", "connectors", "subjects", "migrations", "comparisons"]) {
    if (!Array.isArray(Reflect.get(value, key))) throw invalid(path, `"${key}" is missing`);
  }
  // The format and version marks were checked above; the rest is what serializeInputs of the same version wrote.
  return value as PackedInputs;
}

function invalid(path: string, detail: string): UserError {
  return new UserError("INPUTS_INVALID", `${path} cannot be replayed: ${detail}. Write it again with --save-inputs.`);
}

const secretKey = /password|secret|token|credential|user\.info|jaas|api\.key|private\.key/i;

function withoutSecrets(connector: Connector): Connector {
  return {
    ...connector,
    settings: clean(connector.settings),
    keyConverter: { ...connector.keyConverter, settings: clean(connector.keyConverter.settings) },
    valueConverter: { ...connector.valueConverter, settings: clean(connector.valueConverter.settings) },
  };
}

/** Secrets in values, in URLs, and the salt that a hash mask has in its name. */
function clean(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(settings).map(([key, value]) => [
    key.replace(/(\.with\.salt\.).*$/, "$1hidden"),
    secretKey.test(key) ? "hidden" : value.replaceAll(/\/\/[^/@\s]+@/g, "//hidden@"),
  ]);
  return Object.fromEntries(entries);
}
