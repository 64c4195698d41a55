import { code, prose } from "../markdown/escape.ts";
import type { DoctorReporter } from "./doctor.ts";
import { countsText, groupOrder, groupTitles, isGood } from "./words.ts";

/** For a job summary or an incident page. */
export const doctorMarkdown: DoctorReporter = (report) => {
  const parts = groupOrder.flatMap((group) => {
    const all = report.diagnoses.filter((one) => one.group === group);
    const wrong = all.filter((one) => !isGood(one));
    if (all.length === 0) return [];
    const good = all.length - wrong.length;
    return [
      `### ${groupTitles[group]}`,
      ...wrong.map(({ health, check, what, why, remedy }) =>
        [
          `- **${health}** ${code(check)}: ${prose(what)}`,
          ...(why === "" ? [] : [`  ${prose(why)}`]),
          ...(remedy === "" ? [] : [`  **Do:** ${prose(remedy)}`]),
        ].join("\n"),
      ),
      ...(good === 0 ? [] : [`${good} ${good === 1 ? "check is" : "checks are"} good.`]),
    ];
  });
  return `${[`## driftgate doctor: ${report.verdict}`, `${countsText(report)}. Looked at ${report.looked.map(prose).join(", ")}.`, ...parts].join("\n\n")}\n`;
};
