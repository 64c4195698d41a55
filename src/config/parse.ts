import { LineCounter, isMap, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import { UserError } from "../errors.ts";
import { nearestName } from "../model/near-name.ts";
import { issueSentence, keyPath, meantKey } from "./issue.ts";
import { configSchema } from "./schema.ts";
import type { WrittenConfig } from "./schema.ts";

/** A parsed driftgate.yml; `path` is where it stood, null when there was none. */
export interface Config extends WrittenConfig {
  readonly path: string | null;
}

export const emptyConfig: Config = { path: null };

/** What the command line says of the registry, in place of the file. */
export type RegistryGiven = "url" | "folder" | null;

/**
 * Parses driftgate.yml (YAML 1.2, of which JSON is a part). `${NAME}` in URLs and secrets is replaced from `environment`, where they are used.
 * @param ruleIds those that there are, so that others are refused; null where nobody knows them
 * @throws UserError CONFIG_INVALID naming file, line, column and key.
 */
export function parseConfig(
  text: string,
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  registryGiven: RegistryGiven = null,
  ruleIds: readonly string[] | null = null,
): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax !== undefined) throw invalid(path, lines, syntax.pos[0], syntax.message);
  const value = toValue(document, path, lines) ?? {};
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw fromIssue(path, lines, document, parsed.error.issues);
  if (ruleIds !== null) refuseUnknownRules(parsed.data, ruleIds, (offset, detail) => invalid(path, lines, offset, detail), document);
  return { ...expandSecrets(parsed.data, environment, path, registryGiven), path };
}

function refuseUnknownRules(
  { rules = {}, ignore = [] }: WrittenConfig,
  known: readonly string[],
  failure: (offset: number, detail: string) => UserError,
  document: Document,
): void {
  const named: readonly (readonly [string, number])[] = [
    ...Object.keys(rules).map((id) => [id, keyOffset(document, ["rules"], id)] as const),
    ...ignore.map(({ rule }, index) => [rule, valueOffset(document, ["ignore", index, "rule"])] as const),
  ];
  const wrong = named.find(([id]) => !known.includes(id));
  if (wrong === undefined) return;
  const near = nearestName(wrong[0], known);
  throw failure(wrong[1], `unknown rule "${wrong[0]}"${near === null ? "" : `; did you mean "${near}"?`} ("driftgate rules" lists them)`);
}

/** Aliases of aliases can stand for more than the memory holds; the parser stops at some number of them. */
function toValue(document: Document, path: string, lines: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw invalid(path, lines, 0, `its aliases cannot be resolved (${error instanceof Error ? error.message : String(error)})`);
  }
}

function fromIssue(path: string, lines: LineCounter, document: Document, issues: readonly z.core.$ZodIssue[]): UserError {
  // A key that is misspelt is also one that is missing: the first says more.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return invalid(path, lines, 0, "it does not fit the schema");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const offset = keyOffset(document, [...issue.path], key);
    const meant = meantKey(key, issue.path);
    const where = issue.path.length === 0 ? "" : ` in ${keyPath(issue.path)}`;
    return invalid(path, lines, offset, `unknown key "${key}"${where}${meant === null ? "" : `; did you mean "${meant}"?`}`);
  }
  const value: unknown = document.getIn(issue.path);
  return invalid(path, lines, valueOffset(document, issue.path), issueSentence(issue, issue.path.length === 0 ? null : value));
}

function keyOffset(document: Document, parents: readonly PropertyKey[], key: string): number {
  const parent = parents.length === 0 ? document.contents : document.getIn(parents, true);
  if (!isMap(parent)) return 0;
  for (const pair of parent.items) {
    // A key node of a parsed document is a scalar with a range; anything else has no place to point at.
    const node = pair.key as { value?: unknown; range?: readonly number[] } | null;
    if (node?.value === key) return node.range?.[0] ?? 0;
  }
  return 0;
}

function valueOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    // Every node that the parser made carries its range; a missing one means that the key is absent.
    const range = (node as { range?: readonly number[] } | null | undefined)?.range;
    if (range?.[0] !== undefined) return range[0];
  }
  return 0;
}

function invalid(path: string, lines: LineCounter, offset: number, detail: string): UserError {
  const { line, col } = lines.linePos(offset);
  return new UserError("CONFIG_INVALID", `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${detail}`);
}

function expandSecrets(
  config: WrittenConfig,
  environment: Readonly<Record<string, string | undefined>>,
  path: string,
  registryGiven: RegistryGiven,
): WrittenConfig {
  const expand = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const value = environment[name];
      if (value === undefined)
        throw new UserError("CONFIG_INVALID", `${path}: the environment variable ${name} is not set; set it, or take \${${name}} out`);
      return value;
    });
  const { registry, connectors, connect, postgres } = config;
  const baseline = postgres?.baseline?.map(expand);
  return {
    ...config,
    ...(postgres === undefined ? {} : { postgres: { ...expandAll(postgres, expand), ...(baseline === undefined ? {} : { baseline }) } }),
    ...(connectors === undefined ? {} : { connectors: connectors.map(expand) }),
    ...(connect === undefined ? {} : { connect: expandAll(connect, expand) }),
    ...(registry === undefined
      ? {}
      : {
          registry: expandRegistry(registry, expand, registryGiven),
        }),
  };
}

/** What the command line says instead needs no variable: all of the section beside a folder, the address alone beside a URL. */
function expandRegistry(
  registry: NonNullable<WrittenConfig["registry"]>,
  expand: (text: string) => string,
  given: RegistryGiven,
): NonNullable<WrittenConfig["registry"]> {
  if (given === "folder") return {};
  const { url: _url, directory: _directory, ...rest } = registry;
  if (given === "url") return expandAll(rest, expand);
  return expandAll(registry, expand);
}

/** Every text in the value replaced, at any depth; the form stays. */
function expandAll<Value>(value: Value, expand: (text: string) => string): Value {
  // Each branch gives back the form it was given, which TypeScript cannot follow.
  if (typeof value === "string") return expand(value) as Value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expandAll(part, expand)])) as Value;
}
