import { baseName, isSql } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { shouldExecute } from "../layouts/flyway.ts";
import { canonicalVersion, compareVersions } from "../version.ts";
import { crc32 } from "./checksum.ts";
import { byRun, contextOf, isSynthetic, stateOfRow, statesOfFiles } from "./flyway-state.ts";
import type { FlywayContext, Resolved } from "./flyway-state.ts";
import { answer, clashes, failed, late, refused, skipped } from "./history.ts";
import type { HistoryInput, HistoryNote, HistoryReader } from "./history.ts";

const named = /^([VBR])(\d+(?:[._]\d+)*)?__(.+)\.\w+$/;

function resolve(draft: Draft): Resolved {
  const [, kind = "V", version, rest = ""] = named.exec(baseName(draft.path)) ?? [];
  return {
    draft,
    version: kind === "R" ? null : canonicalVersion(version ?? "0"),
    description: rest.replaceAll("_", " "),
    type: kind === "B" ? "SQL_BASELINE" : isSql(draft.path) ? "SQL" : "JDBC",
  };
}

/**
 * Flyway: versions above the highest applied one and above the baseline are pending, repeatable migrations when their checksum changed;
 * migrate validates first and stops on a failed row, another checksum, type or description, an applied migration without a file, and a
 * version that was passed over (flyway-core: MigrationInfoServiceImpl, MigrationInfoImpl.getState and validate, DbMigrate.migrateGroup).
 */
export const flywayHistory: HistoryReader = (input) => {
  const { drafts, options, table } = input;
  const resolved = drafts.map(resolve);
  const context = contextOf(rowsOf(input), resolved, { outOfOrder: options.outOfOrder, target: options.target });
  const states = statesOfFiles(context, (file, { row }) => checksumsOf(file, input).includes(row["checksum"] ?? ""));
  const runs = ({ draft }: Resolved): boolean => shouldExecute(input.sources, draft.path) !== false;
  const inState = (wanted: string): readonly Resolved[] => resolved.filter((file) => states.get(file) === wanted && runs(file));
  const passedOver = inState("late");
  const pending = inState("pending").toSorted(byRun);
  const notes = [
    ...(table.rows === null ? noTable(input) : []),
    ...noTarget(context),
    ...clashes(
      resolved.filter(({ version, type }) => version !== null && type !== "SQL_BASELINE").map(({ draft }) => draft),
      (draft) => resolve(draft).version ?? "",
      "Flyway",
    ),
    ...resolved.flatMap((file) => (states.get(file) === "applied" ? edited(file, context, input) : [])),
    ...failures(context),
    ...missing(context, input),
    ...passedOver.map((file) => lateNote(file, context, input)),
    ...pending.flatMap((file) => outOfOrderNote(file, context)),
  ];
  return answer(
    pending.map(({ draft }) => draft),
    notes,
    new Set([...passedOver, ...inState("above-target")].map(({ draft }) => draft)),
  );
};

/** With baselineOnMigrate a run on a database that has tables and no history begins with a row for the baseline. */
function rowsOf({ rows, table, options }: HistoryInput): HistoryInput["rows"] {
  if (table.rows !== null || options.baseline === null) return rows;
  return [{ installed_rank: "1", version: options.baseline, description: "<< Flyway Baseline >>", type: "BASELINE", success: "true" }];
}

function noTable({ table, options }: HistoryInput): readonly HistoryNote[] {
  if (table.occupied !== true || options.baseline !== null) return [];
  const detail =
    "Flyway stops: the schema has tables and no history table; run flyway baseline, or set baselineOnMigrate (and migrations.history.baseline in driftgate.yml)";
  return [refused(null, table.title, detail)];
}

/** failOnMissingTarget is on by default. */
function noTarget({ target, resolved, applied }: FlywayContext): readonly HistoryNote[] {
  if (target === null || [...resolved, ...applied].some(({ version }) => version !== null && compareVersions(version, target) === 0))
    return [];
  return [refused(null, target, "Flyway stops: no migration has the target's version")];
}

/** Flyway's checksum of a file: over its lines without their ends, so that CRLF makes no difference (ChecksumCalculator). */
export const flywayChecksum = (text: string): number => crc32(text.replace(/^\uFEFF/, "").replaceAll(/\r\n|\r|\n/g, ""));

/** Of a repeatable migration the text counts as it stands and with its placeholders filled in (SqlMigrationResolver). */
function checksumsOf({ draft, version }: Resolved, { placeholders }: HistoryInput): readonly string[] {
  const asWritten = String(flywayChecksum(draft.text));
  if (version !== null) return [asWritten];
  const filled = draft.text.replaceAll(/\$\{([^{}\r\n]*)\}/g, (whole, name: string) => placeholders[name] ?? whole);
  return [asWritten, String(flywayChecksum(filled))];
}

function edited(file: Resolved, { applied, appliedBaseline }: FlywayContext, input: HistoryInput): readonly HistoryNote[] {
  const { draft, version, description, type } = file;
  if (version === null || (appliedBaseline !== null && compareVersions(version, appliedBaseline) <= 0)) return [];
  const found = applied.filter((one) => one.version === version && one.type === type && !one.deleted && !one.undone).at(-1);
  if (found === undefined) return [];
  const checksum = found.row["checksum"] ?? null;
  const [now] = checksumsOf(file, input);
  if (checksum !== null && draft.sections.length > 0 && checksum !== now) {
    const detail = `Flyway stops: the checksum of version ${version} is ${checksum} in the history and ${now} in the file, so the file was edited after it was applied`;
    return [refused(draft, draft.id, detail)];
  }
  const shown = found.description === "<< no description >>" ? "" : found.description;
  if (shown === abbreviated(description)) return [];
  return [refused(draft, draft.id, `Flyway stops: version ${version} was applied as "${shown}", and the file says "${description}"`)];
}

const abbreviated = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 197)}...`);

/** One failed row of a version above all files is the future's, which is let pass. */
function failures(context: FlywayContext): readonly HistoryNote[] {
  const found = context.applied.filter((one) => stateOfRow(one, context).endsWith("failed"));
  const [first] = found;
  if (found.length === 1 && first !== undefined && stateOfRow(first, context) === "future-failed") return [];
  return found.map((one) => {
    const file = context.resolved.find(({ version, description }) =>
      version === null ? one.version === null && description === one.description : version === one.version,
    );
    const detail = "the last run failed in it, and part of it may be in the database; Flyway stops until it is repaired";
    return failed(file?.draft ?? null, file?.draft.id ?? one.row["script"] ?? "", detail, true);
  });
}

/** Above the last file is the future, which is let pass (ignoreMigrationPatterns, default *:future). */
function missing(context: FlywayContext, { options }: HistoryInput): readonly HistoryNote[] {
  if (options.ignoreMissing) return [];
  return context.applied
    .filter((one) => stateOfRow(one, context) === "missing" && !isSynthetic(one.type))
    .map(({ row }) => refused(null, row["script"] ?? "", "Flyway stops: it was applied, and there is no such file any more"));
}

/** Flyway's ignoreMigrationPatterns `*:ignored` passes over a late file without an error. */
function lateNote({ draft }: Resolved, { lastApplied }: FlywayContext, { options }: HistoryInput): HistoryNote {
  const where = `it sorts before ${lastApplied}, which is already applied`;
  if (options.skipLate) return skipped(draft, `${where}; Flyway passes over it (ignoreMigrationPatterns) and never runs it`);
  return skipped(draft, `${where}; Flyway stops unless outOfOrder is set, and never runs it`, true);
}

function outOfOrderNote({ draft, version }: Resolved, { lastApplied }: FlywayContext): readonly HistoryNote[] {
  if (version === null || lastApplied === null || compareVersions(version, lastApplied) > 0) return [];
  return [late(draft, `it sorts before ${lastApplied}, which is already applied; Flyway runs it out of order`, false)];
}
