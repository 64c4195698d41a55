import { readFileSync } from "node:fs";
import { InternalError } from "../errors.ts";

/** Version in package.json, which stands two folders above src/commands and three above dist/src/commands. */
export function toolVersion(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    const version = versionIn(new URL(up, import.meta.url));
    if (version !== null) return version;
  }
  throw new InternalError("package.json of driftgate is not where it belongs");
}

function versionIn(file: URL): string | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (parsed === null || typeof parsed !== "object" || !("name" in parsed) || parsed.name !== "driftgate") return null;
    return "version" in parsed ? String(parsed.version) : null;
  } catch {
    return null;
  }
}
