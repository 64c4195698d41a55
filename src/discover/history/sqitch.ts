import { joinPath } from "../layout.ts";
import { compareText } from "../version.ts";
import { answer, refused } from "./history.ts";
import type { Digest, HistoryReader } from "./history.ts";

interface PlanChange {
  readonly name: string;
  readonly id: string;
}

/**
 * Sqitch: what comes in the plan behind the change that was deployed last. A change's id covers its entry and all before it, so an edit of the
 * deployed part of the plan makes Sqitch lose its place (App::Sqitch::Plan::Change, info; App::Sqitch::Engine, _sync_plan).
 */
export const sqitchHistory: HistoryReader = ({ drafts, rows, sources, root, digest, table }) => {
  const plan = sources.find((source) => source.path === joinPath(root, "sqitch.plan"));
  const changes = plan === undefined ? [] : readChanges(plan.text, digest);
  const project = /^%project=(.*?)\s*$/m.exec(plan?.text ?? "")?.[1] ?? null;
  const deployed = rows
    .filter((row) => project === null || row["project"] === project)
    .toSorted((a, b) => compareText(a["committed_at"] ?? "", b["committed_at"] ?? ""));
  const last = deployed.at(-1);
  if (last === undefined) return answer(drafts);
  const at = changes.findIndex(({ id }) => id === last["change_id"]);
  if (at !== -1) return answer(drafts.slice(at + 1));
  const name = last["change"] ?? "";
  const byName = changes.findLastIndex((change) => change.name === name);
  const detail = `Sqitch stops: the change deployed last (${last["change_id"]} in ${table.title}) is not in the plan, whose deployed part was edited, reordered or added to`;
  return answer(drafts.slice(byName + 1), [refused(drafts[byName] ?? null, name, detail)]);
};

const entry = /^\+?\s*([^\s[\]#@]+)\s*(?:\[([^\]]*)\])?\s*(\S+T\S+Z)\s+(.*?<[^>]*>)\s*(?:#\s?(.*))?$/;

/** The ids that Sqitch computes: SHA-1 in the manner of Git objects of type "change". */
function readChanges(text: string, digest: Digest): readonly PlanChange[] {
  const pragma = (name: string): string | null => new RegExp(`^%${name}=(.*?)\\s*$`, "m").exec(text)?.[1] ?? null;
  const changes: PlanChange[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, name, needs = "", date = "", planner = "", note = ""] = entry.exec(line.trim()) ?? [];
    if (name === undefined || line.trim().startsWith("-")) continue;
    const words = needs.split(/\s+/).filter((word) => word !== "");
    const requires = words.filter((word) => !word.startsWith("!"));
    const conflicts = words.filter((word) => word.startsWith("!")).map((word) => word.slice(1));
    const uri = pragma("uri");
    const parent = changes.at(-1)?.id;
    const info = [
      `project ${pragma("project") ?? ""}`,
      ...(uri === null ? [] : [`uri ${uri}`]),
      `change ${name}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      `planner ${planner}`,
      `date ${date}`,
      ...(requires.length === 0 ? [] : ["requires", ...requires.map((word) => `  + ${word}`)]),
      ...(conflicts.length === 0 ? [] : ["conflicts", ...conflicts.map((word) => `  - ${word}`)]),
      ...(note === "" ? [] : ["", unescapeNote(note)]),
    ].join("\n");
    changes.push({ name, id: digest("sha1", `change ${byteLength(info)}\0${info}`, "hex") });
  }
  return changes;
}

const unescapeNote = (note: string): string =>
  note.trim().replaceAll(/\\([nr\\])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "r" ? "\r" : "\\"));

const byteLength = (text: string): number => new TextEncoder().encode(text).length;
