import { LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { UserError } from "../errors.ts";

interface YamlFile {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly path: string;
}

/**
 * Reads a YAML connector: Strimzi's KafkaConnector (`metadata.name`, `spec.class`, `spec.config`), or a plain mapping of settings with or without `config`.
 * @throws UserError CONNECTOR_INVALID with path, line and column
 */
export function parseYamlConnector(text: string, path: string): Record<string, string> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(path, lines, error.pos[0], error.message);
  const root: unknown = document.toJS({ maxAliasCount: 50 });
  if (!isRecord(root)) throw invalid(path, lines, 0, "a connector's configuration is a mapping of settings");
  const spec = isRecord(root["spec"]) ? root["spec"] : null;
  const config = spec === null ? root["config"] : spec["config"];
  const metadata = isRecord(root["metadata"]) ? root["metadata"] : root;
  const name = typeof metadata["name"] === "string" ? { name: metadata["name"] } : {};
  const className = typeof spec?.["class"] === "string" ? { "connector.class": spec["class"] } : {};
  const file: YamlFile = { document, lines, path };
  const where = spec === null ? ["config"] : ["spec", "config"];
  const settings = isRecord(config) ? scalars(config, where, file) : spec === null ? scalars(root, [], file) : {};
  return { ...name, ...className, ...settings };
}

function scalars(record: Readonly<Record<string, unknown>>, parents: readonly string[], file: YamlFile): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      // A node of a parsed document carries its range.
      const node = file.document.getIn([...parents, key], true) as { readonly range?: readonly number[] } | null | undefined;
      throw invalid(file.path, file.lines, node?.range?.[0] ?? 0, `"${key}" is no scalar; settings are strings, numbers or true and false`);
    }
    found[key] = String(value);
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(path: string, lines: LineCounter, offset: number, detail: string): UserError {
  const { line, col } = lines.linePos(offset);
  return new UserError("CONNECTOR_INVALID", `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${detail}. Correct the file.`);
}
