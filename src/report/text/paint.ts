import pc from "picocolors";
import type { Severity } from "../../model/report.ts";

type Style = (text: string) => string;

/** The few styles of the text report, named for what they mark; plain text without colour. */
export interface Paint {
  readonly strong: Style;
  readonly dim: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly doubtful: Style;
  readonly severity: Readonly<Record<Severity, Style>>;
}

export function paintOf(color: boolean): Paint {
  const { bold, dim, green, red, yellow, cyan } = pc.createColors(color);
  const bad: Style = (text) => bold(red(text));
  const doubtful: Style = (text) => bold(yellow(text));
  return {
    strong: bold,
    dim,
    good: (text) => bold(green(text)),
    bad,
    doubtful,
    severity: { error: bad, warning: doubtful, note: (text) => bold(cyan(text)) },
  };
}
