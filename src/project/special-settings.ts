import type { SettingProblem } from "../model/connector.ts";
import { isFilledIn } from "./settings.ts";
import { patternsRefusal } from "./setting-value.ts";
import { splitPatterns } from "./java-regex.ts";
import { atLeast } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

type Settings = Readonly<Record<string, string>>;
type Found = Omit<SettingProblem, "span">;

/** What Debezium's validations with code of their own refuse (RelationalDatabaseConnectorConfig, CommonConnectorConfig, PostgresConnectorConfig). */
export function specialRefusals(settings: Settings, version: DebeziumVersion): readonly Found[] {
  return [
    ...bothLists(settings),
    ...customNames(settings),
    ...queueSize(settings),
    ...Object.entries(FORMS).flatMap(([setting, form]) => {
      const value = settings[setting];
      const reason = value === undefined || isFilledIn(value) ? null : form(value, version);
      return reason === null ? [] : [refused(setting, `it is "${value ?? ""}", and ${reason}`, "correct the value")];
    }),
    ...masks(settings),
  ];
}

function refused(setting: string, reason: string, remedy: string): Found {
  return { kind: "refused", setting, reason, remedy };
}

/** A list that is there without a value counts as well. */
function bothLists(settings: Settings): readonly Found[] {
  return ["schema", "table", "column", "message.prefix"].flatMap((kind) => {
    const [include, exclude] = [`${kind}.include.list`, `${kind}.exclude.list`];
    if (settings[include] === undefined || (settings[exclude] ?? "") === "") return [];
    return [refused(exclude, `${include} is set as well, and Debezium takes only one of the two`, "remove one of them")];
  });
}

function customNames(settings: Settings): readonly Found[] {
  return ["snapshot.mode", "snapshot.locking.mode", "snapshot.query.mode"].flatMap((setting) => {
    const name = `${setting}.custom.name`;
    if (settings[setting]?.trim().toLowerCase() !== "custom" || (settings[name] ?? "") !== "") return [];
    // The class had a setting of its own before 2.6.
    if (setting === "snapshot.mode" && settings["snapshot.custom.class"] !== undefined) return [];
    return [refused(setting, `it is "custom", and ${name} does not say which`, `set ${name}`)];
  });
}

function queueSize(settings: Settings): readonly Found[] {
  const number = (setting: string, fallback: number): number => Number(settings[setting] ?? fallback);
  const [queue, batch] = [number("max.queue.size", 8192), number("max.batch.size", 2048)];
  if (Number.isNaN(queue) || Number.isNaN(batch) || queue > batch || queue < 1 || batch < 1) return [];
  const setting = settings["max.queue.size"] === undefined ? "max.batch.size" : "max.queue.size";
  return [refused(setting, `max.queue.size (${queue}) must be larger than max.batch.size (${batch})`, "correct the value")];
}

type Form = (value: string, version: DebeziumVersion) => string | null;

const OPERATIONS = new Set(["c", "u", "d", "t", "r"]);

const FORMS: Readonly<Record<string, Form>> = {
  "topic.prefix": (value) => (/^[\w.-]*$/.test(value) ? null : "it takes only letters of ASCII, digits, underscore, hyphen and dot"),
  "slot.name": (value) => (/^[a-z0-9_]{1,63}$/.test(value) ? null : "it takes only lower-case letters, digits and underscores, at most 63"),
  "skipped.operations": (value) => {
    const given = value.split(",").map((one) => one.trim());
    if (given.length === 1 && given[0] === "none") return null;
    if (given.includes("none")) return '"none" excludes every other operation';
    return given.every((one) => OPERATIONS.has(one)) ? null : "it takes only c, u, d, t and r in a list, or none";
  },
  "signal.data.collection": (value, version) => (value.trim() === "" && !atLeast(version, 3, 4) ? "it must name a table" : null),
  "message.key.columns": keyColumnsRefusal,
  "replica.identity.autoset.values": (value) => {
    const form = /^\s*[^\s:]+:(?:DEFAULT|INDEX .\w*|FULL|NOTHING)\s*$/i;
    return value.split(",").every((one) => form.test(one.replace(/(INDEX)\s+/i, "$1 ")))
      ? null
      : "each part must have the form table:DEFAULT, table:FULL, table:NOTHING or table:INDEX name";
  },
};

function keyColumnsRefusal(value: string, version: DebeziumVersion): string | null {
  const form = atLeast(version, 3, 5) ? /^\s*[^:]+:[^:,]+(?:,[^:,]+)*\s*$/ : /^\s*[^\s:]+:[^:\s]+\s*$/;
  // As Java splits: nothing after the last separator is no part.
  const parts = value.replace(/;+$/, "").split(";");
  const wrong = parts.find((part) => !form.test(part));
  if (wrong !== undefined) return `"${wrong}" does not have the form table:column,column`;
  return patternsRefusal(parts.map((part) => part.slice(0, part.indexOf(":")).trim()));
}

/** Not validated, but the connector's task fails on them when it starts. */
function masks(settings: Settings): readonly Found[] {
  return Object.entries(settings).flatMap(([setting, value]) => {
    if (!COLUMN_RULE.test(setting) || isFilledIn(value)) return [];
    const reason = patternsRefusal(splitPatterns(value)) ?? hashRefusal(setting);
    return reason === null ? [] : [refused(setting, reason, "correct it")];
  });
}

const COLUMN_RULE = /^column\.(?:truncate\.to\.\d+\.chars|mask\.with\.\d+\.chars|mask\.hash\.(?:v2\.)?[^.]+\.with\.salt\..+)$/;

/** Message digests of Java 17. */
const DIGESTS = /^(?:MD2|MD5|SHA-?1|SHA|SHA-?224|SHA-?256|SHA-?384|SHA-?512(?:\/(?:224|256))?|SHA3-(?:224|256|384|512))$/i;

function hashRefusal(setting: string): string | null {
  const algorithm = /^column\.mask\.hash\.(?:v2\.)?([^.]+)\.with\.salt\./.exec(setting)?.[1];
  return algorithm === undefined || DIGESTS.test(algorithm) ? null : `Java has no message digest called ${algorithm}`;
}
