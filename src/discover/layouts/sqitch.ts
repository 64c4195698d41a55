import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { baseName, belowRoot, folderOf, foldersWith, joinPath, wholeFile } from "../layout.ts";

interface PlanEntry {
  readonly name: string;
  /** Tags between it and the next change of its name, latest first; empty for the last of its name. */
  readonly tags: readonly string[];
  /** 0 for the first of its name, 1 when reworked once … */
  readonly instance: number;
}

/**
 * Sqitch: the order of sqitch.plan; `deploy/<change>.sql`, and `deploy/<change>@<tag>.sql` for an instance that was reworked later, where
 * the tag is the latest one before the rework that has a file (App::Sqitch::Plan::Change: path_segments). psql runs the scripts in autocommit: only a script's own BEGIN … COMMIT makes
 * a transaction.
 */
export const sqitch: Layout = {
  tool: "sqitch",
  dialect: { dollar: "none", psql: true, copyData: true },
  roots(sources) {
    const folders = foldersWith(sources, (source) => baseName(source.path) === "sqitch.plan");
    // A plan beside a sqitch.conf that names a folder with another is not read (sqitch-configuration: core.top_dir, core.plan_file).
    const passed = sources.filter(({ path, text }) => {
      const top = topFolder(text);
      return (
        baseName(path) === "sqitch.conf" &&
        top !== "" &&
        !/^\s*plan_file\s*=/m.test(text) &&
        folders.includes(joinPath(folderOf(path), top))
      );
    });
    return folders.filter((folder) => !passed.some(({ path }) => folderOf(path) === folder));
  },
  owns: (root, source) => /^(?:.*\/)?(?:sqitch\.(?:plan|conf)$|(?:deploy|revert|verify)\/)/.test(belowRoot(root, source.path)),
  read(root, sources) {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const plan = byPath.get(joinPath(root, "sqitch.plan"));
    if (plan === undefined) return [];
    const folder = deployFolder(byPath.get(joinPath(root, "sqitch.conf")));
    return readPlan(plan.text).map((entry) => deploy(root, folder, entry, byPath));
  },
};

function deploy(root: string, folder: string, entry: PlanEntry, byPath: ReadonlyMap<string, Source>): Draft {
  const file = (suffix: string): string => joinPath(root, `${folder}/${entry.name}${suffix}.sql`);
  const path = entry.tags.map((tag) => file(`@${tag}`)).find((tagged) => byPath.has(tagged)) ?? file(tagSuffix(entry));
  const key = entry.instance === 0 ? entry.name : `${entry.name}#${entry.instance}`;
  const source = byPath.get(path);
  if (source !== undefined) return wholeFile(root, source, { key, transactional: false });
  const reason = `sqitch.plan lists ${entry.name}, but there is no ${path}`;
  return wholeFile(
    root,
    { path, text: "" },
    {
      key,
      transactional: false,
      sections: [],
      gaps: [{ start: 0, end: 0, reason, effect: "opaque" }],
    },
  );
}

const tagSuffix = (entry: PlanEntry): string => (entry.tags[0] === undefined ? "" : `@${entry.tags[0]}`);

const setting = (conf: string, name: string): string | undefined =>
  new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\n;#]+?)"?\\s*$`, "m").exec(conf)?.[1];

const topFolder = (conf: string): string =>
  setting(conf, "top_dir")
    ?.replace(/^\.\/?/, "")
    .replace(/\/$/, "") ?? "";

/** `deploy_dir` and `top_dir` of sqitch.conf. */
function deployFolder(conf: Source | undefined): string {
  const top = topFolder(conf?.text ?? "");
  return (
    setting(conf?.text ?? "", "deploy_dir")
      ?.replace(/^\.\//, "")
      .replace(/\/$/, "") ?? joinPath(top, "deploy")
  );
}

/** Changes of a plan in order, duplicates numbered. Pragmas, comments and revert lines are left out. */
function readPlan(text: string): readonly PlanEntry[] {
  const entries: { readonly name: string; tags: readonly string[]; readonly instance: number }[] = [];
  const latest = new Map<string, number>();
  const tags: { readonly name: string; readonly after: number }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === "" || /^[%#-]/.test(content)) continue;
    const tag = /^@(\S+)/.exec(content)?.[1];
    if (tag !== undefined) tags.unshift({ name: tag, after: entries.length });
    const name = /^\+?\s*([^\s[\]#@]+)/.exec(content)?.[1];
    if (tag !== undefined || name === undefined) continue;
    const at = latest.get(name);
    const earlier = at === undefined ? undefined : entries[at];
    if (at !== undefined && earlier !== undefined) earlier.tags = tags.filter((entry) => entry.after > at).map((entry) => entry.name);
    latest.set(name, entries.length);
    entries.push({ name, tags: [], instance: (earlier?.instance ?? -1) + 1 });
  }
  return entries;
}
