import { text } from "./options.ts";
import { refuse } from "./stream-record.ts";
import type { Settings } from "./stream-record.ts";

/** The steps of a field's path (org.apache.kafka.connect.transforms.field.SingleFieldPath): one in version 1, dotted in version 2. */
export function fieldPath(settings: Settings, path: string): readonly string[] {
  const version = text(settings, "field.syntax.version", "V1").toUpperCase();
  if (version !== "V1" && version !== "V2") refuse(`field.syntax.version is "${version}"; it must be V1 or V2`);
  return version === "V1" ? [path] : dotted(path);
}

/** Dots between the steps; backticks around a step that has dots itself; a backslash before a backtick that ends no step. */
function dotted(path: string): readonly string[] {
  const steps: string[] = [];
  let at = 0;
  while (at < path.length) {
    if (path.charAt(at) === "`") {
      const [step, next] = quoted(path, at);
      steps.push(step);
      at = next;
    } else {
      const dot = path.indexOf(".", at);
      steps.push(dot === -1 ? path.slice(at) : path.slice(at, dot));
      at = dot === -1 ? path.length : dot + 1;
    }
  }
  return path.endsWith(".") ? [...steps, ""] : steps;
}

function quoted(path: string, open: number): readonly [string, number] {
  let step = "";
  let start = open + 1;
  let at = open + 1;
  for (;;) {
    at = path.indexOf("`", at);
    if (at === -1) return incomplete(path);
    const escaped = path.charAt(at - 1) === "\\";
    if (at >= path.length - 1) return escaped ? incomplete(path) : [step + path.slice(start, at), at + 1];
    if (path.charAt(at + 1) !== ".") at += 1;
    else if (escaped) {
      step += `${path.slice(start, at - 1)}\``;
      at += 1;
      start = at;
    } else return [step + path.slice(start, at), at + 2];
  }
}

function incomplete(path: string): never {
  return refuse(`Incomplete backtick pair in path: [${path}]`);
}
