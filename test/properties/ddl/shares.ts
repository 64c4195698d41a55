import { setUpKind } from "./drive.ts";
import type { Taken } from "./drive.ts";

/** Of what kinds the statements of all scripts were; those that set up a script are not counted. */
export class Shares {
  readonly #counts = new Map<string, number>();

  add(taken: readonly Taken[]): void {
    for (const { kind } of taken) if (kind !== setUpKind) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  text(): string {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...this.#counts]
      .toSorted((a, b) => b[1] - a[1])
      .map(([kind, count]) => `${kind} ${((100 * count) / total).toFixed(1)} %`);
    return `${total} statements: ${parts.join(", ")}`;
  }
}
