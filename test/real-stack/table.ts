import type { Outcome } from "./outcome.ts";

/** The outcomes as lines of text: a case, what was predicted, what happened; and the sums. */
export function printTable(outcomes: readonly Outcome[], times: Readonly<Record<string, number>>): string {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  const lines = outcomes.flatMap(({ name, predicted, happened, differences, unknown, seconds }) => {
    const mark = unknown !== null ? "?" : differences.length === 0 ? "=" : "X";
    const more = [...differences, ...(unknown === null ? [] : [`unknown: ${unknown}`])];
    return [
      `${mark} ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(4)} s  predicted ${predicted}  |  happened ${happened}`,
      ...more.map((text) => `  ${" ".repeat(width)}    ${text}`),
    ];
  });
  const sum = (of: (one: Outcome) => number): number => outcomes.reduce((total, one) => total + of(one), 0);
  const unknown = outcomes.filter((one) => one.unknown !== null).length;
  const different = outcomes.filter(({ differences }) => differences.length > 0).length;
  const started = Object.entries(times).map(([part, seconds]) => `${part} ${seconds} s`);
  return `\n${lines.join("\n")}\n${outcomes.length} cases: ${outcomes.length - unknown - different} as predicted, ${unknown} unknown, ${different} different; ${sum(
    ({ schemas }) => schemas,
  )} registered schemas compared, ${sum(({ exact }) => exact)} the same text; ready: ${started.join(", ")}\n`;
}
