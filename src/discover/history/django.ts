import { readDjango } from "../layouts/django.ts";
import type { DjangoMigration } from "../layouts/django.ts";
import { answer, refused } from "./history.ts";
import type { HistoryNote, HistoryReader } from "./history.ts";

/**
 * Django: one row for each app and name. A squashed migration counts as applied when all that it replaces is, is run in their place when none
 * is, and is passed over otherwise; two leaves of one app, an applied migration whose dependency is not, and a dependency without a file stop
 * `migrate` (django.db.migrations: loader.py, build_graph, check_consistent_history, detect_conflicts).
 */
export const djangoHistory: HistoryReader = ({ drafts, rows }) => {
  const all = drafts.flatMap((draft) => readDjango(draft) ?? []);
  const recorded = new Set(rows.map((row) => `${row["app"]}.${row["name"]}`));
  const { used, applied, standIn } = replace(all, recorded);
  const resolve = (key: string): string => standIn.get(key) ?? key;
  const notes: HistoryNote[] = [];
  const keys = new Set(used.map(({ key }) => key));
  const apps = new Set(all.map(({ app }) => app));
  for (const { key, draft, dependencies } of used) {
    const needed = dependencies
      .filter((dependency) => apps.has(dependency.split(".")[0] ?? "") && !/\.__(?:first|latest)__$/.test(dependency))
      .map(resolve);
    const lost = needed.find((dependency) => !keys.has(dependency));
    if (lost !== undefined) notes.push(refused(draft, draft.id, `Django stops: it depends on ${lost}, and there is no such file`));
    const open = needed.find((dependency) => keys.has(dependency) && !applied.has(dependency));
    if (open !== undefined && applied.has(key))
      notes.push(refused(draft, draft.id, `Django stops: it is applied before its dependency ${open} (InconsistentMigrationHistory)`));
  }
  return answer(
    used.filter(({ key }) => !applied.has(key)).map(({ draft }) => draft),
    [...notes, ...conflicts(used, resolve)],
  );
};

interface Graph {
  /** Without what a squashed migration stands for, or without a squashed migration that cannot stand for it. */
  readonly used: readonly DjangoMigration[];
  readonly applied: ReadonlySet<string>;
  /** From a replaced migration to the squashed one that stands for it. */
  readonly standIn: ReadonlyMap<string, string>;
}

function replace(all: readonly DjangoMigration[], recorded: ReadonlySet<string>): Graph {
  const applied = new Set(recorded);
  const standIn = new Map<string, string>();
  const passed = new Set<string>();
  for (const { key, replaces } of all) {
    if (replaces.length === 0) continue;
    const count = replaces.filter((name) => recorded.has(name)).length;
    if (count === replaces.length) applied.add(key);
    else applied.delete(key);
    if (count > 0 && count < replaces.length) passed.add(key);
    else for (const name of replaces) standIn.set(name, key);
  }
  return { used: all.filter(({ key }) => !standIn.has(key) && !passed.has(key)), applied, standIn };
}

function conflicts(used: readonly DjangoMigration[], resolve: (key: string) => string): readonly HistoryNote[] {
  const inner = new Set(used.flatMap(({ app, dependencies }) => dependencies.filter((key) => key.startsWith(`${app}.`)).map(resolve)));
  const leaves = Map.groupBy(
    used.filter(({ key }) => !inner.has(key)),
    ({ app }) => app,
  );
  return [...leaves].flatMap(([app, found]) => {
    const [first] = found;
    if (found.length < 2 || first === undefined) return [];
    const names = found.map(({ name }) => name).join(", ");
    return [
      refused(
        first.draft,
        first.draft.id,
        `Django stops: the app ${app} has ${found.length} leaf migrations (${names}); "makemigrations --merge" joins them`,
      ),
    ];
  });
}
