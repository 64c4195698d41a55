import { forVersion, leastListed } from "../catalog/versions/tell.ts";
import type { ReplayResult } from "../io/engine/replay.ts";
import type { Unknown } from "../model/report.ts";

/** An engine of an exact version says which one the migrations are for, where nobody else does. */
export function majorOf(engine: string): number | null {
  const major = /^embedded@(\d+)$/.exec(engine)?.[1];
  return major === undefined ? null : Number(major);
}

/** What changes where the server that the migrations are for is not of the version that ran them. */
export function onVersion(
  { ranOn, steps, problems }: ReplayResult,
  target: number | null,
): { readonly problems: readonly Unknown[]; readonly assumption: string | null } {
  if (ranOn === null || target === null || target === ranOn) return { problems, assumption: null };
  const told = forVersion({ steps, problems }, ranOn, target);
  if (target >= leastListed) return { problems: told, assumption: null };
  const assumption = `How PostgreSQL ${target} differs from ${leastListed} in what the migrations do was not looked at; the URL of an empty scratch database of that version as --engine makes it certain.`;
  return { problems: told, assumption };
}
