import type { Caveat } from "../../model/projection.ts";
import type { Transform } from "../../model/connector.ts";
import type { Settings, StreamRecord, TransformProblem } from "./stream-record.ts";

/** What became of one event. `stopped`: the transform at which the prediction ends, and why. */
export interface EventResult {
  readonly record: StreamRecord;
  readonly dropped: Transform | null;
  readonly stopped: { readonly transform: Transform; readonly problem: TransformProblem } | null;
  readonly caveats: readonly Caveat[];
}

/**
 * What the chain does to deletes and to the tombstones behind them, where that is other than what it does to rows: it fails on them, or lets them go out with
 * a key or value schema of their own, which lands in the same subject.
 */
export function tellOthers(settings: Settings, row: EventResult, run: (event: StreamRecord["event"]) => EventResult): readonly Caveat[] {
  const skipped = (settings["skipped.operations"] ?? "t").split(",").map((one) => one.trim().toLowerCase());
  if (skipped.includes("d")) return [];
  const tombstones = (settings["tombstones.on.delete"] ?? "true").trim().toLowerCase() !== "false";
  const events = tombstones ? (["delete", "tombstone"] as const) : (["delete"] as const);
  return events.flatMap((event) => {
    const other = run(event);
    const who = event === "delete" ? "deletes" : "tombstones, which follow each delete";
    return [...failure(other, who), ...differences(row, other, who)];
  });
}

function failure({ stopped }: EventResult, who: string): readonly Caveat[] {
  if (stopped === null) return [];
  const { transform, problem } = stopped;
  const named = `"${transform.name}" (${transform.class})`;
  if (problem.kind === "unknown") {
    const message = `What the transform ${named} makes of ${who} cannot be told: it ${problem.message}.`;
    return [{ code: "transform-unknown-on-delete", message, effect: "note" }];
  }
  const message = `The transform ${named} fails on ${who}, so that the task stops at the first one: ${problem.message}. Keep them from it with a predicate, or drop them before it.`;
  return [{ code: "transform-fails-on-delete", message, effect: "note" }];
}

function differences(row: EventResult, other: EventResult, who: string): readonly Caveat[] {
  if (other.stopped !== null || other.dropped !== null || row.dropped !== null) return [];
  const parts = (["key", "value"] as const).filter((part) => {
    const mine = other.record[part];
    return !mine.isNull && JSON.stringify(mine.schema) !== JSON.stringify(row.record[part].schema);
  });
  if (parts.length === 0 || other.record.topic !== row.record.topic) return [];
  const message = `The transforms give the ${who} another ${parts.join(" and ")} schema than the rows: both are registered under the same subject.`;
  return [{ code: "delete-schema-differs", message, effect: "note" }];
}
