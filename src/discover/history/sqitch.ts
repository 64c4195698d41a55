import { joinPath } from "../layout.ts";
import { compareText } from "../version.ts";
import { answer, refused } from "./history.ts";
import type { Digest, HistoryInput, HistoryNote, HistoryReader } from "./history.ts";

interface PlanChange {
  readonly name: string;
  readonly id: string;
  /** As written: a name, with "project:" before it and a tag behind it where that is meant. */
  readonly requires: readonly string[];
  readonly conflicts: readonly string[];
}

/**
 * Sqitch: what comes in the plan behind the change that was deployed last. A change's id covers its entry and all before it, so an edit of the
 * deployed part of the plan makes Sqitch lose its place; a conflict with a deployed change and a required one that is not there stop it
 * (App::Sqitch::Plan::Change, info; App::Sqitch::Engine, _sync_plan, check_deploy_dependencies).
 */
export const sqitchHistory: HistoryReader = (input) => {
  const { drafts, rows, sources, root, digest, table } = input;
  const plan = sources.find((source) => source.path === joinPath(root, "sqitch.plan"));
  const changes = plan === undefined ? [] : readChanges(plan.text, digest);
  const project = /^%project=(.*?)\s*$/m.exec(plan?.text ?? "")?.[1] ?? null;
  const deployed = rows
    .filter((row) => project === null || row["project"] === project)
    .toSorted((a, b) => compareText(a["committed_at"] ?? "", b["committed_at"] ?? ""));
  const last = deployed.at(-1);
  if (last === undefined) return answer(drafts, dependencies(changes, 0, input, project));
  const at = changes.findIndex(({ id }) => id === last["change_id"]);
  if (at !== -1) return answer(drafts.slice(at + 1), dependencies(changes, at + 1, input, project));
  const name = last["change"] ?? "";
  const byName = changes.findLastIndex((change) => change.name === name);
  const detail = `Sqitch stops: the change deployed last (${last["change_id"]} in ${table.title}) is not in the plan, whose deployed part was edited, reordered or added to`;
  return answer(drafts.slice(byName + 1), [refused(drafts[byName] ?? null, name, detail)]);
};

const splitName = (written: string, project: string | null): readonly [project: string | null, name: string] => {
  const [, other, name = written] = /^([^:]+):(.+)$/.exec(written) ?? [];
  return [other ?? project, name.replace(/@.*$/, "")];
};

/** What the changes from `from` on require or conflict with, against what is deployed and what comes before them. */
function dependencies(
  changes: readonly PlanChange[],
  from: number,
  { drafts, rows }: HistoryInput,
  project: string | null,
): readonly HistoryNote[] {
  const isThere = (written: string, before: number): boolean => {
    const [of, name] = splitName(written, project);
    const inPlan = of === project && changes.slice(0, before).some((change) => change.name === name);
    return inPlan || rows.some((row) => row["change"] === name && (of === null || row["project"] === of));
  };
  return changes.flatMap(({ name, id, requires, conflicts }, index) => {
    if (index < from) return [];
    const note = (what: string): HistoryNote => refused(drafts[index] ?? null, drafts[index]?.id ?? name, `Sqitch stops: ${what}`);
    return [
      ...conflicts.filter((one) => isThere(one, index)).map((one) => note(`${name} conflicts with ${one}, which is deployed`)),
      ...requires.filter((one) => !isThere(one, index)).map((one) => note(`${name} requires ${one}, which is not deployed`)),
      ...(rows.some((row) => row["change_id"] === id) ? [note(`${name} has already been deployed`)] : []),
    ];
  });
}

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
    changes.push({ name, requires, conflicts, id: digest("sha1", `change ${byteLength(info)}\0${info}`, "hex") });
  }
  return changes;
}

const unescapeNote = (note: string): string =>
  note.trim().replaceAll(/\\([nr\\])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "r" ? "\r" : "\\"));

const byteLength = (text: string): number => new TextEncoder().encode(text).length;
