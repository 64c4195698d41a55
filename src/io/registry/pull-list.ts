import type { SubjectVersion } from "../../model/subject.ts";
import type { RegistryClient } from "./client.ts";
import type { VersionEntry } from "./folder-form.ts";
import { entryOf } from "./write-folder.ts";
import type { SubjectWriter } from "./write-folder.ts";

/** A subject's versions of the registry's list, their texts written already. */
export interface Listed {
  readonly entries: readonly VersionEntry[];
  /** Those that were not there, or were to be fetched again. */
  readonly fetched: number;
  readonly changed: boolean;
}

export const nothingListed: ReadonlyMap<string, Listed> = new Map();

/**
 * Writes the texts of a registry's list of versions page by page, so that no more than a page of them is held.
 * @returns by subject; nothing where there is no list to be trusted
 * @throws UserError OUTPUT_FAILED
 */
export async function pullList(
  client: RegistryClient,
  writer: SubjectWriter,
  wanted: ReadonlySet<string>,
  fresh: boolean,
): Promise<ReadonlyMap<string, Listed>> {
  const subjects = new Map<string, Listed>();
  const pull = async (subject: string, versions: readonly SubjectVersion[]): Promise<void> => {
    const known = fresh ? null : await writer.known(subject);
    const news = versions.filter(({ version, id }) => known?.get(version)?.id !== id);
    // A subject's versions may go on over the next page.
    const before = subjects.get(subject) ?? { entries: [], fetched: 0, changed: false };
    const entries = [...before.entries, ...versions.map(entryOf)];
    const changed = (await writer.put(subject, news)) || before.changed;
    subjects.set(subject, { entries, fetched: before.fetched + news.length, changed });
  };
  const isComplete = await client.listVersions(async (page) => {
    const groups = Map.groupBy(page, ({ subject }) => subject);
    const those = [...groups].filter(([subject]) => wanted.has(subject));
    await Promise.all(
      those.map(([subject, listed]) =>
        pull(
          subject,
          listed.map(({ version }) => version),
        ),
      ),
    );
  });
  return isComplete ? subjects : nothingListed;
}
