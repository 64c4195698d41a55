import type { Draft } from "../layout.ts";
import { canonicalVersion, compareText, compareVersions } from "../version.ts";
import { isTrue } from "./history.ts";
import type { HistoryRow } from "./history.ts";

/** A migration file as Flyway resolves it. */
export interface Resolved {
  readonly draft: Draft;
  /** Null for a repeatable one. */
  readonly version: string | null;
  readonly description: string;
  /** As the history's column `type` has it: SQL, SQL_BASELINE, JDBC for program code. */
  readonly type: string;
}

/** A row of the history after all rows behind it. */
export interface Applied {
  readonly row: HistoryRow;
  readonly version: string | null;
  readonly description: string;
  readonly type: string;
  readonly success: boolean;
  deleted: boolean;
  undone: boolean;
}

export interface FlywayContext {
  readonly applied: readonly Applied[];
  readonly resolved: readonly Resolved[];
  readonly lastApplied: string | null;
  readonly lastResolved: string | null;
  readonly appliedBaseline: string | null;
  readonly target: string | null;
  readonly outOfOrder: boolean;
  readonly unresolvable: (applied: Applied) => boolean;
  /** The newest row of each repeatable migration, a deletion too, by description. */
  readonly newestRuns: ReadonlyMap<string, Applied>;
}

export const isBaselineType = (type: string): boolean => type === "BASELINE" || type.endsWith("_BASELINE");
const isUndo = (type: string): boolean => type.startsWith("UNDO_");
/** Types that only the history has. */
export const isSynthetic = (type: string): boolean => type === "SCHEMA" || type === "BASELINE" || type === "DELETE";
const isAbove = (version: string, mark: string | null): boolean => mark === null || compareVersions(version, mark) > 0;
const pairOf = ({ version, type }: { readonly version: string | null; readonly type: string }): string => `${version} ${type}`;

export function highest(versions: readonly (string | null)[]): string | null {
  return versions.reduce<string | null>((most, version) => (version !== null && isAbove(version, most) ? version : most), null);
}

/** Rows in the order of their rank; a deletion and an undo mark the row that they take back. */
function readRows(rows: readonly HistoryRow[]): readonly Applied[] {
  const all: Applied[] = [];
  for (const row of rows.toSorted((a, b) => Number(a["installed_rank"]) - Number(b["installed_rank"]))) {
    const written = row["version"] ?? null;
    const applied = {
      row,
      version: written === null ? null : canonicalVersion(written),
      description: row["description"] ?? "",
      type: row["type"] === "SPRING_JDBC" ? "JDBC" : (row["type"] ?? ""),
      success: isTrue(row["success"]),
      deleted: false,
      undone: false,
    };
    if (applied.success && (applied.type === "DELETE" || isUndo(applied.type))) {
      const taken = all.findLast(
        ({ version, description, type }) =>
          !isSynthetic(type) && !isUndo(type) && version === applied.version && (version !== null || description === applied.description),
      );
      if (taken !== undefined) taken[applied.type === "DELETE" ? "deleted" : "undone"] = true;
    }
    all.push(applied);
  }
  return all;
}

/** What all rows and files say together (flyway-core: internal/info/MigrationInfoServiceImpl.refresh, MigrationInfoContext). */
export function contextOf(
  rows: readonly HistoryRow[],
  resolved: readonly Resolved[],
  { outOfOrder, target }: Pick<FlywayContext, "outOfOrder" | "target">,
): FlywayContext {
  const applied = readRows(rows);
  const counted = applied.filter(({ type, deleted, undone }) => type !== "DELETE" && !isUndo(type) && !deleted && !undone);
  const pairs = new Set(resolved.map(pairOf));
  const descriptions = new Set(resolved.flatMap(({ version, description }) => (version === null ? [description] : [])));
  return {
    applied,
    resolved,
    lastApplied: highest(counted.map(({ version }) => version)),
    lastResolved: highest(resolved.map(({ version }) => version)),
    appliedBaseline: highest(applied.flatMap(({ version, type }) => (isBaselineType(type) ? [version] : []))),
    target,
    outOfOrder,
    unresolvable: (one) => !(one.version === null ? descriptions.has(one.description) : pairs.has(pairOf(one))),
    newestRuns: new Map(applied.flatMap((one) => (one.version === null ? [[one.description, one]] : []))),
  };
}

type RowState = "success" | "undone" | "deleted" | "failed" | "missing" | "missing-failed" | "future" | "future-failed";

/** AppliedMigration.getState, as far as a run depends on it. */
export function stateOfRow(one: Applied, context: FlywayContext): RowState {
  const { version, type, success } = one;
  if (one.undone) return "undone";
  if (one.deleted) return "deleted";
  if (type === "DELETE" || type === "BASELINE") return "success";
  const isNewest = version !== null || (context.newestRuns.get(one.description) ?? one) === one;
  if (context.unresolvable(one) && isNewest && type !== "SCHEMA" && !isUndo(type)) {
    const isMissing = version === null || (context.lastResolved !== null && compareVersions(version, context.lastResolved) < 0);
    return isMissing ? (success ? "missing" : "missing-failed") : success ? "future" : "future-failed";
  }
  return success ? "success" : "failed";
}

const isHeld = ({ type, deleted, undone }: Applied): boolean => type !== "DELETE" && !deleted && !undone;

/** A file that no row stands for; "late" is Flyway's Ignored, "replaced" what lies below or at a baseline. */
export type FileState = "pending" | "late" | "replaced" | "above-target" | "applied";

/** What a run does with each file (ResolvedMigration.getState, BaselineResolvedMigration.getState). */
export function statesOfFiles(
  context: FlywayContext,
  matches: (file: Resolved, row: Applied) => boolean,
): ReadonlyMap<Resolved, FileState> {
  const { applied, lastApplied, appliedBaseline, newestRuns } = context;
  const held = new Set(applied.filter((one) => one.version !== null && isHeld(one)).map(pairOf));
  const isDone = (file: Resolved): boolean => {
    if (file.version !== null) return held.has(pairOf(file));
    const newest = newestRuns.get(file.description);
    return newest !== undefined && isHeld(newest) && matches(file, newest);
  };
  const open = context.resolved.filter((file) => !isDone(file));
  const pendingBaseline = highest(open.flatMap(({ version, type }) => (isBaselineType(type) ? [version] : [])));
  const isNew = lastApplied === null && appliedBaseline === null;
  const stateOf = (file: Resolved): FileState => {
    const { version, type } = file;
    if (version === null) return "pending";
    const base = lastApplied === null ? pendingBaseline : appliedBaseline;
    if (isBaselineType(type)) return isNew && version === pendingBaseline ? "pending" : "replaced";
    if (base !== null && !isAbove(version, base)) return "replaced";
    if (isAboveTarget(version, context)) return "above-target";
    return lastApplied !== null && compareVersions(version, lastApplied) < 0 && !context.outOfOrder ? "late" : "pending";
  };
  const opened = new Set(open);
  return new Map(context.resolved.map((file) => [file, opened.has(file) ? stateOf(file) : "applied"]));
}

const isAboveTarget = (version: string, { target }: FlywayContext): boolean => target !== null && compareVersions(version, target) > 0;

/** The order of a run: versions, then repeatable ones by description. */
export function byRun(a: Resolved, b: Resolved): number {
  if (a.version !== null && b.version !== null) return compareVersions(a.version, b.version);
  if (a.version !== null || b.version !== null) return a.version !== null ? -1 : 1;
  return compareText(a.description, b.description);
}
