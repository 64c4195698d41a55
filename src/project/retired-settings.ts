import type { Unsupported } from "../model/connector.ts";
import { isPlaceholder } from "./settings.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

/** Settings that Debezium no longer reads although what they say changes what is captured or how it is named. */
const RETIRED: Readonly<Record<string, string>> = {
  "database.server.name": "topic.prefix",
  "schema.whitelist": "schema.include.list",
  "schema.blacklist": "schema.exclude.list",
  "table.whitelist": "table.include.list",
  "table.blacklist": "table.exclude.list",
  "column.whitelist": "column.include.list",
  "column.blacklist": "column.exclude.list",
  "sanitize.field.names": "field.name.adjustment.mode",
};

export function retiredSettings(settings: Readonly<Record<string, string>>, version: DebeziumVersion): readonly Unsupported[] {
  const found: Unsupported[] = [];
  for (const [setting, successor] of Object.entries(RETIRED)) {
    if (settings[setting] === undefined || settings[successor] !== undefined) continue;
    found.push({ setting, reason: `Debezium 2.0 and later ignore it; use ${successor}` });
  }
  const mode = settings["snapshot.mode"]?.trim().toLowerCase();
  if (mode === "never" && atLeast(version, 3, 3))
    found.push({ setting: "snapshot.mode", reason: '"never" is refused since Debezium 3.3; use no_data' });
  return found;
}

/** Parts of a connector that replace what is predicted here by code of their own. */
export function customParts(settings: Readonly<Record<string, string>>): readonly Unsupported[] {
  const found: Unsupported[] = [];
  const custom = (setting: string, reason: string): void => {
    if ((settings[setting] ?? "").trim() !== "") found.push({ setting, reason });
  };
  custom("converters", "custom converters may give any column another schema and another default");
  const maker = settings["sourceinfo.struct.maker"];
  if (maker !== undefined && !maker.endsWith(".PostgresSourceInfoStructMaker"))
    custom("sourceinfo.struct.maker", "a custom class makes the source block");
  const factory = settings["transaction.metadata.factory"];
  if (factory !== undefined && !factory.endsWith(".DefaultTransactionMetadataFactory"))
    custom("transaction.metadata.factory", "a custom class makes the transaction block");
  const plugin = (settings["plugin.name"] ?? "decoderbufs").trim().toLowerCase();
  if (plugin !== "pgoutput") {
    const given = settings["plugin.name"] === undefined ? "it is not set, and its default is decoderbufs" : `it is ${plugin}`;
    found.push({ setting: "plugin.name", reason: `${given}; only the schemas of pgoutput can be predicted` });
  }
  return found;
}

const RELEVANT =
  /^(topic\.|schema\.|table\.|column\.|datatype\.|message\.key|field\.name|decimal\.|time\.precision|binary\.|interval\.|hstore\.|money\.|include\.unknown|publication\.|publish\.|transforms|predicates\.|snapshot\.mode|signal\.)/;

/** Settings that shape the stream and whose value only the Connect worker knows. */
export function placeholders(settings: Readonly<Record<string, string>>): readonly Unsupported[] {
  return Object.entries(settings)
    .filter(([setting, value]) => RELEVANT.test(setting) && isPlaceholder(value))
    .map(([setting, value]) => ({ setting, reason: `its value ${value} is filled in by the Connect worker and not known here` }));
}
