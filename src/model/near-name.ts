/** The known name that a mistyped one most likely stands for; null where none is near. Words in another order count as near (`include.table.list`). */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: string | null = null;
  // A third of the letters wrong is another word.
  let bestDistance = Math.min(4, Math.floor(wanted.length / 3) + 1);
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const distance = sorted(other) === sorted(wanted) ? 0 : editDistance(wanted, other, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function sorted(name: string): string {
  return name.split(/[._-]/).toSorted().join(".");
}

/** Levenshtein's distance, or `limit` where it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
