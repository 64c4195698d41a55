import type { ConnectField } from "../model/connect-schema.ts";
import type { Catalog, Relation } from "../model/catalog.ts";
import type { Caveat, Projection } from "../model/projection.ts";
import type { Connector, Unsupported } from "../model/connector.ts";
import type { IncludeExclude } from "./filters.ts";
import { envelopeTail } from "./envelope.ts";
import { keyExpressions } from "./key.ts";
import type { KeyExpression } from "./key.ts";
import { columnRules } from "./parameters.ts";
import type { ColumnRule } from "./parameters.ts";
import { columnSelection, tableSelection } from "./selection.ts";
import type { TableSelection } from "./selection.ts";
import { settingCaveats } from "./setting-notes.ts";
import { adjustmentMode, typeSettings } from "./settings.ts";
import type { AdjustmentMode, TypeSettings } from "./settings.ts";
import { topicNaming } from "./topic.ts";
import type { TopicNaming } from "./topic.ts";
import { transformChain } from "./transforms/chain.ts";
import type { TransformChain } from "./transforms/chain.ts";

/** A connector's settings compiled: read and checked once, used for every table. */
export interface Plan {
  readonly connector: Connector;
  readonly types: TypeSettings;
  readonly fieldNames: AdjustmentMode;
  readonly schemaNames: AdjustmentMode;
  readonly naming: TopicNaming;
  readonly tables: TableSelection;
  readonly columns: IncludeExclude;
  readonly keyExpressions: readonly KeyExpression[];
  readonly rules: readonly ColumnRule[];
  readonly transforms: TransformChain;
  readonly tail: readonly ConnectField[];
  /** Doubts that hold for every table. */
  readonly caveats: readonly Caveat[];
  /** The last projection of a relation and what it was made from; only saves work. */
  readonly memory: WeakMap<Relation, { readonly types: Catalog["types"]; readonly text: string; readonly projection: Projection }>;
}

const plans = new WeakMap<Connector, Plan>();

/** Compiles a connector; the same object gives the same plan. */
export function planOf(connector: Connector): Plan {
  const known = plans.get(connector);
  if (known !== undefined) return known;
  const plan = compile(connector);
  plans.set(connector, plan);
  return plan;
}

/** What reading a connector's settings finds that cannot be predicted; used by readConnector, whose result carries it. */
export function unsupportedIn(connector: Connector): readonly Unsupported[] {
  const unsupported: Unsupported[] = [];
  tableSelection(connector, unsupported);
  columnSelection(connector.settings, unsupported);
  keyExpressions(connector.settings["message.key.columns"], unsupported);
  columnRules(connector.settings, unsupported);
  topicNaming(connector.settings, connector.topicPrefix, unsupported);
  return unsupported;
}

function compile(connector: Connector): Plan {
  const { settings } = connector;
  const types = typeSettings(settings, connector.version);
  // Found again here, but already in connector.unsupported.
  const ignored: Unsupported[] = [];
  return {
    connector,
    types,
    fieldNames: fieldNameMode(connector),
    schemaNames: adjustmentMode(settings, "schema.name.adjustment.mode"),
    naming: topicNaming(settings, connector.topicPrefix, ignored),
    tables: tableSelection(connector, ignored),
    columns: columnSelection(settings, ignored),
    keyExpressions: keyExpressions(settings["message.key.columns"], ignored),
    rules: columnRules(settings, ignored),
    transforms: transformChain(connector, types.version),
    tail: envelopeTail(types.version),
    caveats: [...connector.unsupported.map(unsupportedCaveat), ...settingCaveats(connector)],
    memory: new WeakMap(),
  };
}

function unsupportedCaveat(one: Unsupported): Caveat {
  return { code: "setting-unsupported", message: `${one.setting}: ${one.reason}`, effect: "unknown" };
}

/**
 * field.name.adjustment.mode, but "avro" when the connector's own configuration names Confluent's or Apicurio's AvroConverter
 * (io.debezium.config.CommonConnectorConfig.fieldNameAdjustmentMode); a converter of the worker does not count.
 */
function fieldNameMode(connector: Connector): AdjustmentMode {
  const mode = adjustmentMode(connector.settings, "field.name.adjustment.mode");
  const avro = ["io.confluent.connect.avro.AvroConverter", "io.apicurio.registry.utils.converter.AvroConverter"];
  const own = [connector.settings["key.converter"], connector.settings["value.converter"]];
  return mode === "none" && own.some((name) => name !== undefined && avro.includes(name.trim())) ? "avro" : mode;
}
