import { join } from "node:path";
import { readTextFile } from "../files.ts";
import { parseAddresses } from "./address.ts";
import { hasFile } from "./folder-entries.ts";
import type { Registry } from "./vendor.ts";

/** `source.json`: the registry that `driftgate pull` read. No time stamp, so that nothing changes where nothing did. */
export interface WrittenSource extends Registry {
  /** As the client shows it: without credentials; several with commas between. */
  readonly url: string;
}

/**
 * The registry that a pulled folder stands for, as a live check names it; null for a folder made by hand.
 * The text is a pull request's to write, so it is only taken where it is a URL, and without credentials.
 * @param top the folder that holds the subjects
 */
export async function sourceOf(top: string): Promise<string | null> {
  if (!(await hasFile(top, "source.json"))) return null;
  try {
    const source: unknown = JSON.parse(await readTextFile(join(top, "source.json"), { cwd: "." }));
    const url = typeof source === "object" && source !== null && "url" in source ? source.url : null;
    const shown = typeof url === "string" ? parseAddresses(url).map((address) => address.shown) : [];
    return shown.length === 0 ? null : shown.join(", ");
  } catch {
    // Not what a pull writes: then it is a folder like any other.
    return null;
  }
}
