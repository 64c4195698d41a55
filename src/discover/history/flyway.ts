import { baseName } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { canonicalVersion, compareText, compareVersions } from "../version.ts";
import { crc32 } from "./checksum.ts";
import { answer, clashes, failed, isTrue, late, refused, skipped } from "./history.ts";
import type { HistoryNote, HistoryReader, HistoryRow } from "./history.ts";

const named = /^([VBR])(\d+(?:[._]\d+)*)?__(.+)\.\w+$/;

interface Resolved {
  readonly draft: Draft;
  /** Null for a repeatable one. */
  readonly version: string | null;
  readonly description: string;
  readonly isBaseline: boolean;
}

/** What the rows say of one version after all of them. */
interface Applied {
  readonly row: HistoryRow;
  readonly version: string;
}

function resolve(draft: Draft): Resolved {
  const [, kind = "V", version, rest = ""] = named.exec(baseName(draft.path)) ?? [];
  return {
    draft,
    version: kind === "R" ? null : canonicalVersion(version ?? "0"),
    description: rest.replaceAll("_", " "),
    isBaseline: kind === "B",
  };
}

/**
 * Flyway (flyway-core: MigrationInfoServiceImpl, MigrationInfoImpl.getState and validate): versions above the highest applied one and above
 * the baseline are pending, repeatable migrations when their checksum changed; migrate validates first and stops on a failed row, another
 * checksum or description, an applied migration without a file, and a version that was passed over.
 */
export const flywayHistory: HistoryReader = (input) => {
  const resolved = input.drafts.map(resolve);
  const rows = input.rows.toSorted((a, b) => Number(a["installed_rank"]) - Number(b["installed_rank"]));
  const applied = effectiveVersions(rows);
  const baseline = highest(rows.filter(isBaselineRow).map((row) => canonicalVersion(row["version"] ?? "0")));
  const last = highest([...applied.values()].map(({ version }) => version));
  const candidates = withoutReplaced(resolved, rows.length === 0);
  const open = candidates.filter(({ version }) => version !== null && !applied.has(version) && isAbove(version, baseline));
  const isLate = ({ version }: Resolved): boolean => last !== null && version !== null && compareVersions(version, last) < 0;
  const { outOfOrder } = input.options;
  const pending = open.filter((migration) => outOfOrder || !isLate(migration));
  const repeated = candidates.filter((migration) => migration.version === null && needsRun(migration, rows));
  const notes = [
    ...clashes(
      resolved.filter(({ version, isBaseline }) => version !== null && !isBaseline).map(({ draft }) => draft),
      (draft) => resolve(draft).version ?? "",
      "Flyway",
    ),
    ...resolved.flatMap((migration) => validate(migration, applied, rows, baseline)),
    ...failedRows(rows, resolved),
    ...missing(rows, resolved, applied),
    ...open.filter(isLate).map(({ draft }) => lateNote(draft, last ?? "", outOfOrder)),
  ];
  return answer(
    [...pending, ...repeated.toSorted((a, b) => compareText(a.description, b.description))].map(({ draft }) => draft),
    notes,
  );
};

const isBaselineRow = (row: HistoryRow): boolean => row["type"] === "BASELINE" || row["type"] === "SQL_BASELINE";
const isAbove = (version: string, mark: string | null): boolean => mark === null || compareVersions(version, mark) > 0;

function highest(versions: readonly string[]): string | null {
  return versions.reduce<string | null>((most, version) => (most === null || compareVersions(version, most) > 0 ? version : most), null);
}

/** A row of type DELETE takes its version back, and so does one of an undo. */
function effectiveVersions(rows: readonly HistoryRow[]): ReadonlyMap<string, Applied> {
  const applied = new Map<string, Applied>();
  for (const row of rows) {
    const { type, version: written } = row;
    if (written === null || written === undefined || type === "SCHEMA") continue;
    const version = canonicalVersion(written);
    if (type === "DELETE" || type?.startsWith("UNDO") === true) {
      if (isTrue(row["success"])) applied.delete(version);
    } else applied.set(version, { row, version });
  }
  return applied;
}

/** On a database without a history the newest B file stands for all versions up to its own; on any other it is passed over. */
function withoutReplaced(resolved: readonly Resolved[], isEmpty: boolean): readonly Resolved[] {
  const versioned = resolved.filter(({ isBaseline }) => !isBaseline);
  if (!isEmpty) return versioned;
  const newest = highest(resolved.flatMap(({ isBaseline, version }) => (isBaseline && version !== null ? [version] : [])));
  if (newest === null) return versioned;
  const first = resolved.filter(({ isBaseline, version }) => isBaseline && version === newest);
  return [...first, ...versioned.filter(({ version }) => version === null || isAbove(version, newest))];
}

/** Flyway's checksum of a file: over its lines without their ends, so that CRLF makes no difference (ChecksumCalculator). */
export const flywayChecksum = (text: string): number => crc32(text.replace(/^\uFEFF/, "").replaceAll(/\r\n|\r|\n/g, ""));

const checksumOf = ({ draft }: Resolved): string => String(flywayChecksum(draft.text));

/** The newest row of a description counts. */
function needsRun(migration: Resolved, rows: readonly HistoryRow[]): boolean {
  const row = rows.findLast(({ version, description }) => version === null && description === migration.description);
  return row === undefined || row["checksum"] !== checksumOf(migration);
}

function validate(
  migration: Resolved,
  applied: ReadonlyMap<string, Applied>,
  rows: readonly HistoryRow[],
  baseline: string | null,
): readonly HistoryNote[] {
  const { draft, version, isBaseline } = migration;
  const found = version === null || isBaseline ? undefined : applied.get(version);
  if (found === undefined || (found.row["type"] === "BASELINE" && rows.length > 0)) return [];
  if (version !== null && !isAbove(version, baseline)) return [];
  const { checksum, description } = found.row;
  if (checksum !== null && checksum !== undefined && draft.sections.length > 0 && checksum !== checksumOf(migration)) {
    const detail = `Flyway stops: the checksum of version ${version} is ${checksum} in the history and ${checksumOf(migration)} in the file, so the file was edited after it was applied`;
    return [refused(draft, draft.id, detail)];
  }
  if (description === migration.description) return [];
  const detail = `Flyway stops: version ${version} was applied as "${description}", and the file says "${migration.description}"`;
  return [refused(draft, draft.id, detail)];
}

function failedRows(rows: readonly HistoryRow[], resolved: readonly Resolved[]): readonly HistoryNote[] {
  return rows
    .filter((row) => row["success"] === "false" || row["success"] === "f")
    .map((row) => {
      const version = row["version"] ?? null;
      const file = resolved.find((migration) =>
        version === null
          ? migration.version === null && migration.description === row["description"]
          : migration.version === canonicalVersion(version),
      );
      const name = file?.draft.id ?? row["script"] ?? "";
      return failed(
        file?.draft ?? null,
        name,
        "the last run failed in it, and part of it may be in the database; Flyway stops until it is repaired",
        true,
      );
    });
}

/** Above the last file is the future, which is let pass (ignoreMigrationPatterns, default *:future). */
function missing(
  rows: readonly HistoryRow[],
  resolved: readonly Resolved[],
  applied: ReadonlyMap<string, Applied>,
): readonly HistoryNote[] {
  const last = highest(resolved.flatMap(({ version }) => version ?? []));
  const versions = new Set(resolved.flatMap(({ version }) => version ?? []));
  const detail = "Flyway stops: it was applied, and there is no such file any more";
  const versioned = [...applied.values()].filter(
    ({ row, version }) => !isBaselineRow(row) && !versions.has(version) && last !== null && compareVersions(version, last) < 0,
  );
  const names = new Set(resolved.flatMap(({ version, description }) => (version === null ? [description] : [])));
  const repeatable = rows.filter(
    (row) => row["version"] === null && row["type"]?.startsWith("SQL") === true && !names.has(row["description"] ?? ""),
  );
  return [...versioned.map(({ row }) => row), ...new Map(repeatable.map((row) => [row["description"], row])).values()].map((row) =>
    refused(null, row["script"] ?? "", detail),
  );
}

function lateNote(draft: Draft, last: string, outOfOrder: boolean): HistoryNote {
  if (outOfOrder) return late(draft, `it sorts before ${last}, which is already applied; Flyway runs it out of order`, false);
  return skipped(
    draft,
    `it sorts before ${last}, which is already applied; Flyway stops unless outOfOrder is set, and never runs it`,
    true,
  );
}
