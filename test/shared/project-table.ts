import { createParser } from "../../src/io/parsers.ts";
import type { Parser } from "../../src/parse/parser.ts";
import type { Outcome, Result } from "./project-golden.ts";

/** The grammar of the server that the oracle ran. */
export function oracleParser(): Promise<Parser> {
  return createParser({ postgresVersion: 18 });
}

const RESULTS: readonly Result[] = ["equal", "equal, other order", "unknown", "different"];

export interface Tally {
  readonly schemas: Readonly<Record<Result, number>>;
  readonly compat: Readonly<Record<Result, number>>;
}

const isCompat = ({ where }: Outcome): boolean => / compat (key|value) /.test(where);

function countOf(outcomes: readonly Outcome[]): Readonly<Record<Result, number>> {
  const [equal = 0, ordered = 0, unknown = 0, different = 0] = RESULTS.map(
    (wanted) => outcomes.filter(({ result }) => result === wanted).length,
  );
  return { equal, "equal, other order": ordered, unknown, different };
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  return { schemas: countOf(outcomes.filter((one) => !isCompat(one))), compat: countOf(outcomes.filter(isCompat)) };
}

/** A line of the table: file, cases, then schemas and compatibilities by result. */
export function tableRow(name: string, cases: number | string, { schemas, compat }: Tally): string {
  const cells = [schemas, compat].flatMap((counts) => RESULTS.map((result) => String(counts[result]).padStart(8)));
  return `${name.padEnd(12)} ${String(cases).padStart(6)} ${cells.slice(0, 4).join("")}  |${cells.slice(4).join("")}\n`;
}

export const tableHead = `${"".padEnd(12)} ${"cases".padStart(6)}    equal order   unknown    diff  | compat= order   unknown    diff\n`;
