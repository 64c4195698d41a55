import { sentence, visible } from "../visible.ts";
import type { FieldDifference } from "./differences.ts";
import type { SchemaPage } from "./relation.ts";

/** What becomes of one subject. */
export interface SubjectDifference {
  readonly connector: string;
  readonly subject: string;
  readonly part: "key" | "value";
  readonly change: "same" | "changed" | "new" | "gone";
  readonly differences: readonly FieldDifference[];
  /** Whether the later schema reads data of the earlier, and the earlier of the later; null where nothing is compared. */
  readonly compatible: { readonly backward: boolean; readonly forward: boolean } | null;
}

/** The differences of all subjects as text, those that stay the same only counted. `from` and `to` name the two sides. */
export function againstText(all: readonly SubjectDifference[], from: string, to: string, page: SchemaPage): string {
  const shown = all.filter(({ change }) => change !== "same");
  const same = all.length - shown.length;
  const several = new Set(all.map(({ connector }) => connector)).size > 1;
  const blocks = shown.map((one) => subjectLines(one, several, page).join("\n"));
  const count = (change: SubjectDifference["change"], words: string): readonly string[] => {
    const number = shown.filter((one) => one.change === change).length;
    return number === 0 ? [] : [`${number} ${words}`];
  };
  const parts = [
    ...count("changed", "with another schema"),
    ...count("new", "only in the second"),
    ...count("gone", "only in the first"),
    ...(shown.length === 0 ? ["all the same"] : same === 0 ? [] : [`${same} the same`]),
  ];
  const head = sentence(`From ${from} to ${to}: ${all.length} ${all.length === 1 ? "subject" : "subjects"}, ${parts.join(", ")}.`);
  return `${[head, ...blocks].join("\n\n")}\n`;
}

function subjectLines(
  { connector, subject, change, differences, compatible }: SubjectDifference,
  several: boolean,
  page: SchemaPage,
): readonly string[] {
  const { paint } = page;
  const mark = { same: "", changed: "another schema", new: "new", gone: "nothing is sent to it any more" }[change];
  const head = `${paint.strong(visible(subject))}${several ? paint.dim(` (${visible(connector)})`) : ""}: ${mark}`;
  const verdict =
    compatible === null
      ? []
      : [
          `  ${paint.dim("compatible")}  BACKWARD ${yesNo(compatible.backward, page)}, FORWARD ${yesNo(compatible.forward, page)}, FULL ${yesNo(compatible.backward && compatible.forward, page)}`,
        ];
  return [head, ...verdict, ...differences.flatMap((one) => differenceLines(one, page))];
}

const yesNo = (is: boolean, { paint }: SchemaPage): string => (is ? paint.good("yes") : paint.bad("no"));

function differenceLines({ field, before, after }: FieldDifference, { paint }: SchemaPage): readonly string[] {
  const name = visible(field);
  if (before === null && after === null) return [`  ${paint.dim("~")} ${name}`];
  if (before === null) return [`  ${paint.good("+")} ${name}  ${visible(after ?? "")}`];
  if (after === null) return [`  ${paint.bad("-")} ${name}  ${visible(before)}`];
  return [`  ${paint.doubtful("~")} ${name}  ${visible(before)}`, `    ${" ".repeat(name.length)}→ ${visible(after)}`];
}
