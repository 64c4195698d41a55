import type { SchemaReference, SubjectVersion } from "../../model/subject.ts";

/** `<subject>/versions.json`: what the texts beside it do not tell. */
export interface VersionEntry {
  readonly version: number;
  readonly id: number | null;
  readonly schemaType?: "JSON" | "PROTOBUF";
  readonly references?: readonly SchemaReference[];
}

/** `config.json` of a subject, and at the top for all. */
export interface WrittenConfig {
  readonly compatibilityLevel?: string;
  /** Where the level was found, if not at the place that the file stands for. */
  readonly compatibilityOrigin?: "global" | "default";
  readonly mode?: string;
  /** Why the registry did not give the subject. */
  readonly unavailable?: string;
}

const extensions = { AVRO: "avsc", JSON: "json", PROTOBUF: "proto" } as const;

export const versionFile = (version: number, type: SubjectVersion["schemaType"]): string => `${version}.${extensions[type]}`;

/** A subject as the name of a folder: percent-encoded where file systems could not hold it. */
export function folderName(subject: string): string {
  return encodeURIComponent(subject).replaceAll("*", "%2A").replace(/^\./, "%2E");
}

/** The name that a percent-encoded one of a file or folder stands for; one that is not encoded is itself. */
export function decodedName(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/** One line per property, so that versions differ line by line; tokens stay as written. What is no JSON is left alone. */
export function spreadJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let [spread, depth] = ["", 0];
  const line = (): string => `\n${"  ".repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g)) {
    if (token === "{" || token === "[") {
      depth += 1;
      spread += token + line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      spread = /[[{]\s*$/.test(spread.slice(-200)) ? spread.trimEnd() + token : spread + line() + token;
    } else if (token === ",") spread += token + line();
    else spread += token === ":" ? ": " : token;
  }
  return `${spread}\n`;
}
