import type { Metric } from "../../model/doctor.ts";
import type { DoctorReporter } from "./doctor.ts";

/** Prometheus' text exposition format 0.0.4, for a textfile collector. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const doctorPrometheus: DoctorReporter = ({ metrics }) => {
  const families = Map.groupBy(metrics, ({ name }) => name);
  return [...families]
    .map(([name, samples]) => `# HELP ${name} ${samples[0]?.help ?? ""}\n# TYPE ${name} gauge\n${samples.map(sample).join("")}`)
    .join("");
};

function sample({ name, labels, value }: Metric): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

const escaped = (text: string): string =>
  text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
