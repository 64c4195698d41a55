import type { Answer } from "./answer.ts";
import { objectIn } from "./answer.ts";

/** The registry answered, and not with what was asked for. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
}

export function wrongAnswer(what: string, answer: Answer): AnswerError {
  const { message, error_code: code } = objectIn(answer);
  const detail = typeof message === "string" ? `: ${firstLine(message)}${typeof code === "number" ? ` (error code ${code})` : ""}` : "";
  if (answer.status === 403) return new AnswerError(`${what} may not be read with these credentials (HTTP 403)${detail}`);
  return new AnswerError(`${what} cannot be read (HTTP ${answer.status})${detail}`);
}

/** A message can be a stack trace of the server. */
export const firstLine = (text: string): string => text.split("\n", 1)[0]?.slice(0, 300) ?? "";
