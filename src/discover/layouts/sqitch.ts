import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { baseName, foldersWith, joinPath, wholeFile } from "../layout.ts";

interface PlanEntry {
  readonly name: string;
  /** First tag after it in the plan; null for none. */
  readonly nextTag: string | null;
  /** 0 for the first of its name, 1 when reworked once … */
  readonly instance: number;
  /** Another change of the same name follows. */
  readonly reworked: boolean;
}

/**
 * Sqitch: the order of sqitch.plan; `deploy/<change>.sql`, and `deploy/<change>@<tag>.sql` for an instance that was reworked later, where
 * the tag is the first one after it (manual page sqitchchanges). psql runs the scripts in autocommit: only a script's own BEGIN … COMMIT makes
 * a transaction.
 */
export const sqitch: Layout = {
  tool: "sqitch",
  dialect: { dollar: "none", psql: true, copyData: true },
  roots: (sources) => foldersWith(sources, (source) => baseName(source.path) === "sqitch.plan"),
  read(root, sources) {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const plan = byPath.get(joinPath(root, "sqitch.plan"));
    if (plan === undefined) return [];
    const folder = deployFolder(byPath.get(joinPath(root, "sqitch.conf")));
    return readPlan(plan.text).map((entry) => deploy(root, folder, entry, byPath));
  },
};

function deploy(root: string, folder: string, entry: PlanEntry, byPath: ReadonlyMap<string, Source>): Draft {
  const name = entry.reworked && entry.nextTag !== null ? `${entry.name}@${entry.nextTag}` : entry.name;
  const path = joinPath(root, `${folder}/${name}.sql`);
  const key = entry.instance === 0 ? entry.name : `${entry.name}#${entry.instance}`;
  const source = byPath.get(path);
  if (source !== undefined) return wholeFile(root, source, { key, transactional: false });
  const reason = `sqitch.plan lists ${entry.name}, but there is no ${folder}/${name}.sql`;
  return wholeFile(root, { path, text: "" }, { key, sections: [], gaps: [{ start: 0, end: 0, reason, effect: "opaque" }] });
}

/** `deploy_dir` and `top_dir` of sqitch.conf. */
function deployFolder(conf: Source | undefined): string {
  const setting = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\n;#]+?)"?\\s*$`, "m").exec(conf?.text ?? "")?.[1];
  const top =
    setting("top_dir")
      ?.replace(/^\.\/?/, "")
      .replace(/\/$/, "") ?? "";
  return setting("deploy_dir")?.replace(/^\.\//, "").replace(/\/$/, "") ?? joinPath(top, "deploy");
}

/** Changes of a plan in order, duplicates numbered. Pragmas, comments and revert lines are left out. */
function readPlan(text: string): readonly PlanEntry[] {
  const entries: { name: string; nextTag: string | null; instance: number; reworked: boolean }[] = [];
  const latest = new Map<string, { instance: number; reworked: boolean }>();
  let untagged = 0;
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === "" || content.startsWith("%") || content.startsWith("#")) continue;
    if (content.startsWith("@")) {
      const tag = /^@(\S+)/.exec(content)?.[1] ?? "";
      for (const entry of entries.slice(untagged)) entry.nextTag = tag;
      untagged = entries.length;
      continue;
    }
    const name = /^\+?\s*([^\s[\]#@]+)/.exec(content)?.[1];
    if (name === undefined || content.startsWith("-")) continue;
    const earlier = latest.get(name);
    if (earlier !== undefined) earlier.reworked = true;
    const entry = { name, nextTag: null, instance: (earlier?.instance ?? -1) + 1, reworked: false };
    latest.set(name, entry);
    entries.push(entry);
  }
  return entries;
}
