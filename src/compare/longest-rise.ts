/** Indexes of a longest rising subsequence of distinct numbers: what stayed in place while the rest moved. */
export function longestRise(values: readonly number[]): ReadonlySet<number> {
  /** Index of the smallest last value of a rise of each length. */
  const tails: number[] = [];
  const previous: (number | null)[] = [];
  values.forEach((value, index) => {
    const at = firstAtLeast(tails, values, value);
    previous[index] = at === 0 ? null : (tails[at - 1] ?? null);
    tails[at] = index;
  });
  const rise = new Set<number>();
  for (let index: number | null = tails.at(-1) ?? null; index !== null; index = previous[index] ?? null) rise.add(index);
  return rise;
}

function firstAtLeast(tails: readonly number[], values: readonly number[], value: number): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
