import type { Diagnosis } from "../../model/doctor.ts";
import { markup, when } from "../html/markup.ts";
import type { Markup } from "../html/markup.ts";
import type { DoctorReporter } from "./doctor.ts";
import { countsText, groupOrder, groupTitles, isGood } from "./words.ts";

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2rem;border-bottom:1px solid #8886}article{margin:1rem 0;padding:.5rem 1rem;border-left:.3rem solid #888;overflow-wrap:anywhere}
article.error{border-color:#c22}article.warning,article.unknown{border-color:#c80}article.note{border-color:#28c}p{margin:.3rem 0}
.health{font-weight:700;text-transform:uppercase;font-size:.8rem;letter-spacing:.04em}.check{opacity:.7;font-size:.9rem}li{margin:.2rem 0}`;

/** One self-contained page; nothing is loaded and nothing runs. */
export const doctorHtml: DoctorReporter = (report) => {
  const body = markup`<h1>driftgate doctor: ${report.verdict}</h1>
<p>${countsText(report)}. Looked at ${report.looked.join(", ")}.</p>
${groupOrder.map((group) =>
  groupPart(
    groupTitles[group],
    report.diagnoses.filter((one) => one.group === group),
  ),
)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
${markup`<title>driftgate doctor: ${report.verdict}</title>`.html}
<style>${style}</style>
</head>
<body>
${body.html}
</body>
</html>
`;
};

function groupPart(title: string, all: readonly Diagnosis[]): Markup {
  const good = all.filter(isGood);
  return when(
    all.length > 0,
    () => markup`<h2>${title}</h2>
${all.filter((one) => !isGood(one)).map(article)}${when(good.length > 0, () => markup`<ul>${good.map(({ what }) => markup`<li>${what}</li>`)}</ul>`)}
`,
  );
}

function article({ health, check, what, why, remedy }: Diagnosis): Markup {
  return markup`<article class="${health}"><p><span class="health">${health}</span> <span class="check">${check}</span></p>
<p>${what}</p>${when(why !== "", () => markup`<p>Why: ${why}</p>`)}${when(remedy !== "", () => markup`<p>Do: ${remedy}</p>`)}</article>
`;
}
