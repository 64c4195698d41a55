import { baseName } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareText } from "../version.ts";
import { answer, refused, skipped } from "./history.ts";
import type { Digest, HistoryNote, HistoryReader } from "./history.ts";

interface Committed {
  readonly draft: Draft;
  /** As the table has it, without the message: `000005.sql`. */
  readonly name: string;
  readonly previous: string | null;
  readonly hash: string;
  readonly anyHash: boolean;
  readonly body: string;
}

/**
 * graphile-migrate: committed files behind the newest row; all files form a chain of hashes, and a pending one must have the hash of its
 * header (graphile-migrate: src/migration.ts, getAllMigrations, runCommittedMigration).
 */
export const graphileMigrateHistory: HistoryReader = ({ drafts, rows, digest }) => {
  const files = drafts.map(readCommitted);
  const newest = rows.map((row) => row["filename"] ?? "").reduce((a, b) => (compareText(b, a) > 0 ? b : a), "");
  const pending = files.filter(({ name }) => compareText(name, newest) > 0);
  const hashes = new Map(rows.map((row) => [row["filename"], row["hash"]]));
  const others = files.filter(({ name, hash }) => hashes.has(name) && hashes.get(name) !== hash);
  const another =
    "another migration of this number was applied; graphile-migrate compares no hashes with the table and never runs this one";
  return answer(
    pending.map(({ draft }) => draft),
    [
      ...files
        .filter(({ hash }) => hash === "")
        .map(({ draft }) => refused(draft, draft.id, "graphile-migrate stops: it has no line for its hash")),
      ...chain(files),
      ...pending.flatMap((file) => changed(file, digest)),
      ...others.map(({ draft }) => skipped(draft, another)),
    ],
    new Set(others.map(({ draft }) => draft)),
  );
};

function readCommitted(draft: Draft): Committed {
  const header = /^(?:--!.*\r?\n)+/.exec(draft.text)?.[0] ?? "";
  const value = (name: string): string | null => new RegExp(`^--! ${name}:[ \\t]*(\\S+)`, "m").exec(header)?.[1] ?? null;
  const previous = value("Previous");
  return {
    draft,
    name: `${/^\d+/.exec(baseName(draft.path))?.[0] ?? ""}.sql`,
    previous: previous === "-" ? null : previous,
    hash: value("Hash") ?? "",
    anyHash: /^--! AllowInvalidHash\b/m.test(header),
    body: `${draft.text.slice(header.length).trim()}\n`,
  };
}

function chain(files: readonly Committed[]): readonly HistoryNote[] {
  const broken = files.find(({ previous }, index) => previous !== (files[index - 1]?.hash ?? null));
  if (broken === undefined) return [];
  const detail = "graphile-migrate stops: the hash of the migration before it is not the one it was committed after";
  return [refused(broken.draft, broken.draft.id, detail)];
}

function changed({ draft, previous, hash, anyHash, body }: Committed, digest: Digest): readonly HistoryNote[] {
  const text = previous === null ? body : `${previous}\n${body}`;
  const fits = hash === `sha1:${digest("sha1", text, "hex")}`;
  if (anyHash && fits) return [refused(draft, draft.id, "graphile-migrate stops: it allows an invalid hash, and its hash is valid")];
  if (anyHash || fits || hash === "") return [];
  return [refused(draft, draft.id, "graphile-migrate stops: the file was edited after it was committed (its hash is not the header's)")];
}
