import { parse } from "jsonc-parser";
import type { MigrationTool, Source } from "../model/migration.ts";
import type { Placeholders } from "./fill-in.ts";
import { flatSettings } from "./flat-settings.ts";
import { baseName } from "./layout.ts";
import type { PlaceholderMarks } from "./layout.ts";

const spring = ["application.properties", "application.yml", "application.yaml"];
const underResources = (names: readonly string[]): readonly string[] => [...names, ...names.map((name) => `src/main/resources/${name}`)];

/** Where each tool keeps its placeholders, below the migrations folder or a folder above it. */
const settingsFiles: { readonly [tool in MigrationTool]?: readonly string[] } = {
  flyway: ["flyway.toml", "flyway.conf", "conf/flyway.toml", "conf/flyway.conf", ...underResources(spring)],
  liquibase: underResources(["liquibase.properties", ...spring]),
  sqitch: ["sqitch.conf"],
  "graphile-migrate": [".gmrc", ".gmrc.jsonc"],
};

/** The files that may give the tool's placeholders their values, the nearest to the migrations folder first. */
export function placeholderFiles(tool: MigrationTool, root: string): readonly string[] {
  const names = settingsFiles[tool] ?? [];
  const folders: string[] = [];
  for (let folder = root; folder !== ""; folder = folder.slice(0, Math.max(folder.lastIndexOf("/"), 0))) folders.push(`${folder}/`);
  return [...folders, ""].flatMap((folder) => names.map((name) => folder + name));
}

/** What the tool's own files say of its placeholders. */
export interface ToolPlaceholders {
  readonly values: Placeholders;
  /** Flyway's, where they are not `${` and `}`; "none" where it replaces nothing. */
  readonly marks: PlaceholderMarks | "none" | null;
}

const flywaySetting = (name: string): RegExp => new RegExp(`^(?:spring\\.|quarkus\\.)?flyway\\.(${name})$`, "i");

/** Flyway documentation, "Placeholder Replacement", "Placeholder Prefix", "Placeholder Suffix". */
function flywayMarks(files: readonly Source[]): ToolPlaceholders["marks"] {
  const setting = (name: RegExp): string | undefined =>
    files.flatMap((file) => (file.path.endsWith(".sql") ? [] : [...under(flatSettings(file), name)].map(([, value]) => value)))[0];
  if (setting(flywaySetting("placeholder-?replacement"))?.toLowerCase() === "false") return "none";
  const prefix = setting(flywaySetting("placeholder-?prefix")) ?? "${";
  const suffix = setting(flywaySetting("placeholder-?suffix")) ?? "}";
  return prefix === "${" && suffix === "}" ? null : { prefix, suffix };
}

/**
 * The values that the tool's own files give its placeholders: Flyway's and Spring Boot's, Liquibase's parameters and the properties of formatted SQL,
 * Sqitch's variables, graphile-migrate's placeholders. Values that come from an environment are left out, as this one is not theirs.
 * @param files those of `placeholderFiles` that are there, nearest first, and the texts of the migrations
 */
export function toolPlaceholders(tool: MigrationTool, files: readonly Source[]): ToolPlaceholders {
  const reader = readers[tool];
  if (reader === undefined) return { values: {}, marks: null };
  const values: Record<string, string> = {};
  for (const file of files) {
    for (const [name, value] of reader(file)) if (!Object.hasOwn(values, name) && !isFromEnvironment(value)) values[name] = value;
  }
  return { values, marks: tool === "flyway" ? flywayMarks(files) : null };
}

type Pairs = Iterable<readonly [string, string]>;

const readers: { readonly [tool in MigrationTool]?: (file: Source) => Pairs } = {
  flyway: flywayPairs,
  liquibase: liquibasePairs,
  sqitch: sqitchPairs,
  "graphile-migrate": graphilePairs,
};

const isFromEnvironment = (value: string): boolean => /\$\{[^}]+\}|^!ENV$/.test(value);

function* under(settings: ReadonlyMap<string, string>, prefix: RegExp): Pairs {
  for (const [key, value] of settings) {
    const name = prefix.exec(key)?.[1];
    if (name !== undefined) yield [name, withDefault(value)];
  }
}

/** Spring's `${NAME:default}` has the default that stands in the file. */
const withDefault = (value: string): string => value.replaceAll(/\$\{[^:}]+:([^}]*)\}/g, "$1");

/** Flyway documentation, "Flyway Placeholders", "Default placeholders"; Spring Boot and Quarkus: their flyway properties. */
function* flywayPairs(file: Source): Pairs {
  if (file.path.endsWith(".sql")) return;
  const settings = flatSettings(file);
  yield* under(settings, /^(?:spring\.|quarkus\.)?flyway\.placeholders\.(.+)$/);
  const setting = (name: RegExp): string | undefined => [...under(settings, name)][0]?.[1];
  const schemas = setting(/^(?:spring\.|quarkus\.)?flyway\.(schemas(?:\.0)?)$/)
    ?.split(",", 1)[0]
    ?.trim();
  const schema = setting(/^(?:spring\.|quarkus\.)?flyway\.(default-?schema)$/i) ?? schemas;
  if (schema !== undefined) yield ["flyway:defaultSchema", schema];
  const table = setting(flywaySetting("table"));
  if (table !== undefined) yield ["flyway:table", table];
}

const property = /^[ \t]*--[ \t]*property[ \t]+([^\r\n]*)$/gim;

/** Liquibase documentation, "Substituting properties in changelogs": the first definition of a name counts. */
function* liquibasePairs(file: Source): Pairs {
  if (!file.path.endsWith(".sql")) {
    yield* under(flatSettings(file), /^(?:liquibase\.)?parameter\.(.+)$/);
    yield* under(flatSettings(file), /^(?:spring|quarkus)\.liquibase\.(?:change-log-)?parameters\.(.+)$/);
    return;
  }
  for (const [, text = ""] of file.text.matchAll(property)) {
    const pairs = [...text.matchAll(/([A-Za-z]+):("[^"]*"|'[^']*'|\S*)/g)];
    const written = new Map(pairs.map(([, name = "", value = ""]) => [name.toLowerCase(), value.replace(/^(["'])(.*)\1$/, "$2")]));
    const [name, value, dbms] = [written.get("name"), written.get("value"), written.get("dbms")];
    if (name !== undefined && value !== undefined && (dbms === undefined || /(?:^|[\s,])(?:postgresql|all)\b/i.test(dbms)))
      yield [name, value];
  }
}

/** sqitch-deploy and sqitch-configuration: `[deploy "variables"]` before `[engine "pg.variables"]` before `[core "variables"]`. */
function* sqitchPairs({ path, text }: Source): Pairs {
  if (baseName(path) !== "sqitch.conf") return;
  const sections = ["deploy.variables", "engine.pg.variables", "core.variables"];
  for (const wanted of sections) {
    let section = "";
    for (const line of text.split(/\r?\n/)) {
      const header = /^\s*\[\s*([\w.-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line);
      if (header !== null) section = [header[1], header[2]].filter((part) => part !== undefined).join(".");
      const pair = /^\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;#]*?))\s*(?:[;#].*)?$/.exec(line);
      if (header === null && pair !== null && section.toLowerCase() === wanted) yield [pair[1] ?? "", pair[2] ?? pair[3] ?? ""];
    }
  }
}

/** graphile-migrate's README, "placeholders": names begin with a colon. */
function* graphilePairs({ path, text }: Source): Pairs {
  if (!/\.gmrc(?:\.jsonc)?$/.test(path)) return;
  const settings: unknown = parse(text);
  if (typeof settings !== "object" || settings === null || !("placeholders" in settings)) return;
  const { placeholders } = settings;
  if (typeof placeholders !== "object" || placeholders === null) return;
  for (const [name, value] of Object.entries(placeholders)) if (typeof value === "string") yield [name.replace(/^:/, ""), value];
}
