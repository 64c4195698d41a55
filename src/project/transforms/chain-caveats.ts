import type { Transform } from "../../model/connector.ts";
import type { Caveat } from "../../model/projection.ts";
import { topicProblem } from "../topic.ts";
import type { Remark, TransformProblem } from "./stream-record.ts";

/** Why the prediction ends at a transform, in words. */
export function problemCaveat(transform: Transform, { kind, message, on }: TransformProblem): Caveat {
  switch (kind) {
    case "config":
      return {
        code: "transform-invalid",
        message: `The connector does not start: ${said(transform, `cannot be configured: ${message}`, "the")}`,
        effect: "unknown",
      };
    case "fails":
      return { code: "transform-fails", message: said(transform, `fails on ${on}: ${message}`), effect: "unknown" };
    case "unknown":
      return { code: "transform-unsupported", message: said(transform, message), effect: "unknown" };
    default:
      return kind satisfies never;
  }
}

function said(transform: Transform, reason: string, article = "The"): string {
  return `${article} transform "${transform.name}" (${transform.class}) ${reason}.`;
}

export function remarkCaveat(transform: Transform, { reason, effect }: Remark): Caveat {
  return { code: effect === "unknown" ? "transform-unsupported" : "transform-note", message: said(transform, reason), effect };
}

/** Whether a broker takes the topic. */
export function topicCaveat(topic: string): readonly Caveat[] {
  const problem = topicProblem(topic);
  if (problem === null) return [];
  return [
    { code: "topic-invalid", message: `Kafka refuses a topic named "${topic}": ${problem}. Correct what names it.`, effect: "unknown" },
  ];
}
