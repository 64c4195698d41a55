import { join } from "node:path";
import type { NewNames } from "../../model/subject.ts";
import { readTextFile } from "../files.ts";
import { parseAddresses } from "./address.ts";
import { hasFile } from "./folder-entries.ts";
import { vendors } from "./vendor.ts";
import type { Registry } from "./vendor.ts";

/** `source.json`: the registry that `driftgate pull` read. No time stamp, so that nothing changes where nothing did. */
export interface WrittenSource extends Registry {
  /** As the client shows it: without credentials; several with commas between. */
  readonly url: string;
  /** Which names it takes in new schemas; null where that is not known. */
  readonly newNames: NewNames | null;
}

/**
 * The registry that a pulled folder stands for, its URL as a live check names it; null for a folder made by hand.
 * The text is a pull request's to write, so it is only taken where it is a URL, and without credentials.
 * @param top the folder that holds the subjects
 */
export async function sourceOf(top: string): Promise<WrittenSource | null> {
  if (!(await hasFile(top, "source.json"))) return null;
  try {
    const source: unknown = JSON.parse(await readTextFile(join(top, "source.json"), { cwd: "." }));
    // What each holds is checked below.
    const { url, vendor, version, newNames } = typeof source === "object" && source !== null ? (source as Partial<WrittenSource>) : {};
    const shown = typeof url === "string" ? parseAddresses(url).map((address) => address.shown) : [];
    if (shown.length === 0) return null;
    return {
      url: shown.join(", "),
      vendor: vendors.find((one) => one === vendor) ?? "unknown",
      version: typeof version === "string" ? version : null,
      newNames: (["any", "letters", "ascii"] as const).find((one) => one === newNames) ?? null,
    };
  } catch {
    // Not what a pull writes: then it is a folder like any other.
    return null;
  }
}
