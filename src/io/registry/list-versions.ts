import type { JsonValue } from "../../model/json.ts";
import type { SubjectVersion } from "../../model/subject.ts";
import { asObject } from "./answer.ts";
import type { RegistryHttp } from "./http.ts";
import type { Vendor } from "./vendor.ts";
import { versionOf } from "./version-answer.ts";

/** One entry of the list. */
export interface ListedVersion {
  readonly subject: string;
  readonly version: SubjectVersion;
}

/** Entries of one page: some megabytes of texts. Confluent's registry gives at most 1,000. */
const pageSize = 250;

/**
 * Registries whose list is to be trusted, by their sources: Confluent's SchemasResource (in pages), and Karapace's schemas_list (all at
 * once). Both leave out what is soft-deleted, and subjects that the credentials may not read. Seen running: Apicurio 2.6.13 has no such list, and
 * 3.3.3 has one without subject, version and id. Redpanda has none.
 */
const listing: ReadonlySet<Vendor> = new Set(["confluent", "karapace"]);

/**
 * Every version of every subject by `GET /schemas`, in place of a request for each.
 * @param prefix of the subjects, `:.context:`; empty: those of the default context
 * @returns false where there is no such list, or it changed under way: then the subjects are to be asked one by one. A subject that it leaves out is
 *   to be asked for itself in any case.
 */
export async function listVersions(
  http: RegistryHttp,
  vendor: Vendor,
  prefix: string,
  take: (page: readonly ListedVersion[]) => Promise<void>,
): Promise<boolean> {
  if (!listing.has(vendor)) return false;
  const query = `${prefix === "" ? "" : `subjectPrefix=${encodeURIComponent(prefix)}&`}deleted=false&latestOnly=false&limit=${pageSize}`;
  const pageAt = async (offset: number): Promise<readonly ListedVersion[] | null> =>
    entriesIn(await http.attempt(`/schemas?${query}&offset=${offset}`));
  let last: ListedVersion | null = null;
  for (let count = 0; ;) {
    // The last entry is asked for again: when it is not there any more, entries before it came or went, and one could be missed.
    const page = await pageAt(Math.max(0, count - 1));
    if (page === null || (last !== null && !isSame(page[0], last))) return false;
    const more = last === null ? page : page.slice(1);
    await take(more.map((entry) => ({ ...entry, subject: entry.subject.slice(prefix.length) })));
    // An operator may have set smaller pages, so that a short one is not the last; a registry without pages gives more than was asked for.
    if (page.length > pageSize) return true;
    // With pages of one entry, asking for the last one again would never lead on.
    if (more.length === 0) return count !== 1 || (await pageAt(1))?.length === 0;
    count += more.length;
    last = page.at(-1) ?? null;
  }
}

function isSame(one: ListedVersion | undefined, other: ListedVersion): boolean {
  return one !== undefined && one.subject === other.subject && one.version.version === other.version.version;
}

/** Null for an answer that is no list of versions under their subjects. */
function entriesIn(answer: { readonly status: number; readonly body: JsonValue } | null): readonly ListedVersion[] | null {
  if (answer?.status !== 200 || !Array.isArray(answer.body)) return null;
  const entries: ListedVersion[] = [];
  for (const item of answer.body) {
    const [{ subject }, version] = [asObject(item), versionOf(item)];
    if (typeof subject !== "string" || version === null || version.id === null) return null;
    entries.push({ subject, version });
  }
  return entries;
}
