import type { DoctorReport } from "../../model/doctor.ts";
import type { ReportOptions } from "../reporter.ts";
import { doctorGithub, doctorGitlab, doctorSarif } from "./machine.ts";
import { doctorHtml } from "./html.ts";
import { doctorMarkdown } from "./markdown.ts";
import { doctorPrometheus } from "./prometheus.ts";
import { doctorText } from "./text.ts";

export type DoctorFormat = "text" | "json" | "sarif" | "github" | "gitlab" | "markdown" | "html" | "prometheus";

export type DoctorReporter = (report: DoctorReport, options: ReportOptions) => string;

const json: DoctorReporter = (report) => `${JSON.stringify(report, null, 2)}\n`;

/** Every format of doctor, by the name that `--format` takes. */
export const doctorReporters: Readonly<Record<DoctorFormat, DoctorReporter>> = {
  text: doctorText,
  json,
  sarif: doctorSarif,
  github: doctorGithub,
  gitlab: doctorGitlab,
  markdown: doctorMarkdown,
  html: doctorHtml,
  prometheus: doctorPrometheus,
};
