import type { Finding } from "../model/report.ts";

/** `… refuses the key schema of "orders-key": "state" must have a value …`: a clause that gives the reason, after a name. */
const withReason = /^(.*?"): (.{30,})\.$/s;

/**
 * What each finding of a group says, as it is read below the one before it: a reason is told in full once, then "for the same reason", since key and value
 * of a table mostly fail on one column.
 */
export function whatsOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ what }, index) => {
    const match = withReason.exec(what);
    const before = withReason.exec(findings[index - 1]?.what ?? "");
    return match === null || before === null || what === findings[index - 1]?.what || match[2] !== before[2]
      ? what
      : `${match[1] ?? ""}, for the same reason.`;
  });
}
