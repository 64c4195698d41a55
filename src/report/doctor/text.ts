import type { Diagnosis, Health } from "../../model/doctor.ts";
import { wrap } from "../columns.ts";
import { paintOf } from "../text/paint.ts";
import type { Paint } from "../text/paint.ts";
import { proseWidth } from "../text/layout.ts";
import { sentence, visible } from "../visible.ts";
import type { DoctorReporter } from "./doctor.ts";
import { countsText, groupOrder, groupTitles, isGood } from "./words.ts";

/** By group, the worst first; what is good in one line each, or left out when quiet. */
export const doctorText: DoctorReporter = (report, options) => {
  const paint = paintOf(options.color);
  const width = proseWidth(options.width);
  const groups = groupOrder.flatMap((group) => {
    const all = report.diagnoses.filter((one) => one.group === group);
    const wrong = all.filter((one) => !isGood(one));
    const good = options.quiet ? [] : all.filter(isGood);
    if (wrong.length + good.length === 0) return [];
    return [
      paint.strong(groupTitles[group]),
      ...wrong.flatMap((one) => wrongLines(one, paint, width)),
      ...good.map((one) => goodLine(one, paint, width)),
      "",
    ];
  });
  const mark = report.verdict === "pass" ? paint.good : report.verdict === "fail" ? paint.bad : paint.doubtful;
  const looked = report.looked.map((one) => visible(one)).join(", ");
  return `${[...groups, `${mark(report.verdict)}: ${countsText(report)}. Looked at ${looked}.`].join("\n")}\n`;
};

const marks = (paint: Paint): Readonly<Record<Health, string>> => ({
  good: paint.good("ok"),
  note: paint.severity.note("note"),
  warning: paint.severity.warning("warning"),
  error: paint.severity.error("error"),
  unknown: paint.doubtful("unknown"),
});

function wrongLines({ health, check, what, why, remedy }: Diagnosis, paint: Paint, width: number): readonly string[] {
  const line = (label: string, text: string): readonly string[] =>
    text === ""
      ? []
      : wrap(sentence(text), width === 0 ? 0 : width - 7).map((part, at) => `  ${at === 0 ? paint.dim(label) : "     "}${part}`);
  return [
    `${marks(paint)[health]} ${paint.dim(check)}`,
    ...wrap(sentence(what), width === 0 ? 0 : width - 2).map((part) => `  ${part}`),
    ...line("Why: ", why),
    ...line("Do:  ", remedy),
  ];
}

function goodLine({ what }: Diagnosis, paint: Paint, width: number): string {
  return wrap(sentence(what), width === 0 ? 0 : width - 3)
    .map((part, at) => `${at === 0 ? `${marks(paint).good} ` : "   "}${part}`)
    .join("\n");
}
