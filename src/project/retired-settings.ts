import type { SettingProblem, Unsupported } from "../model/connector.ts";
import { isFilledIn, isPlaceholder } from "./settings.ts";
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

/** Other settings and values that are gone, with what took their place. */
const REPLACED: Readonly<Record<string, string>> = {
  "toasted.value.placeholder": "use unavailable.value.placeholder",
  "truncate.handling.mode": "use skipped.operations",
  "snapshot.custom.class": "use snapshot.mode.custom.name",
  "plugin.name=wal2json": "use pgoutput",
  "plugin.name=wal2json_rds": "use pgoutput",
  "plugin.name=wal2json_streaming": "use pgoutput",
  "plugin.name=wal2json_rds_streaming": "use pgoutput",
  "snapshot.mode=never": "use no_data",
  "snapshot.mode=exported": "use initial",
  "snapshot.mode=schema_only": "use no_data",
  "snapshot.mode=schema_only_recovery": "use no_data",
};

/** What took the place of a setting, or of a value ("setting=value"), as an instruction; null when nothing did. */
export function replacementOf(name: string): string | null {
  const retired = RETIRED[name];
  return retired === undefined ? (REPLACED[name] ?? null) : `use ${retired}`;
}

/** Without knowing the version nobody can say whether a retired setting still counts. */
export function retiredSettings(settings: Readonly<Record<string, string>>): readonly Unsupported[] {
  return Object.entries(RETIRED).flatMap(([setting, successor]) =>
    settings[setting] === undefined || settings[successor] !== undefined
      ? []
      : [{ setting, reason: `Debezium 2.0 and later ignore it; use ${successor}` }],
  );
}

/** Settings and values that still work and that a later version no longer takes (Debezium's documentation of 2.6, 3.4 and 3.6). */
export function deprecations(setting: string, value: string, version: DebeziumVersion): readonly Omit<SettingProblem, "span">[] {
  const found = (reason: string, remedy: string): readonly Omit<SettingProblem, "span">[] => [
    { kind: "deprecated", setting, reason, remedy },
  ];
  const given = value.trim().toLowerCase();
  if (setting === "snapshot.mode" && given === "never" && atLeast(version, 2, 6))
    return found(`"never" is deprecated since 2.6 and refused since 3.3`, "use no_data, which does the same");
  if (setting === "flush.lsn.source" && atLeast(version, 3, 4))
    return found("it is deprecated since 3.4", `use lsn.flush.mode=${given === "false" ? "manual" : "connector"}, which does the same`);
  if (setting === "legacy.snapshot.max.threads") return found("it is deprecated from its start in 3.6", "use snapshot.max.threads");
  if (setting === "heartbeat.topics.prefix") return found("it is an older name", "use topic.heartbeat.prefix");
  return [];
}

/** Settings of Debezium's connectors for other databases; null for any other name. */
export function foreignSettings(setting: string): string | null {
  if (/^(?:database\.history|schema\.history\.internal)(?:\.|$)/.test(setting)) return "a PostgreSQL connector keeps no schema history";
  if (/^(?:database\.(?:include|exclude)\.list|include\.schema\.changes|database\.server\.id|database\.names)$/.test(setting))
    return "it is of connectors for other databases and does nothing for PostgreSQL";
  return null;
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
  /^(topic\.|schema\.|table\.|column\.|datatype\.|message\.key|field\.name|decimal\.|time\.precision|binary\.|interval\.|hstore\.|money\.|include\.unknown|publication\.|publish\.|transforms|predicates\.|snapshot\.(?:mode|include)|skipped\.|signal\.)/;

/** Where `${name}` may be the setting's own syntax. */
const OWN_SYNTAX = /^(?:transforms|predicates)\.|\.replacement$/;

/** Settings that shape the stream and whose value only the Connect worker knows. */
export function placeholders(settings: Readonly<Record<string, string>>): readonly Unsupported[] {
  return Object.entries(settings)
    .filter(([setting, value]) => RELEVANT.test(setting) && (OWN_SYNTAX.test(setting) ? isPlaceholder(value) : isFilledIn(value)))
    .map(([setting, value]) => ({ setting, reason: `its value ${value} is filled in by the Connect worker and not known here` }));
}
