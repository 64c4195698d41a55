import type { Gap, Migration } from "../model/migration.ts";

/**
 * A placeholder without a value may stand in every migration of a long history, and is one mistake: it is told at its first place among the
 * applied migrations, and once in each pending migration, since that one is not understood.
 */
export function tellOnce(migrations: readonly Migration[]): readonly Migration[] {
  const files = new Map<string, number>();
  for (const { state, gaps } of migrations) {
    if (state === "pending") continue;
    for (const name of new Set(gaps.flatMap(toldHere))) files.set(name, (files.get(name) ?? 0) + 1);
  }
  const told = new Set<string>();
  return migrations.map((migration) => {
    const own = new Set<string>();
    const gaps = migration.gaps.flatMap((gap): readonly Gap[] => {
      const [name] = toldHere(gap);
      if (name === undefined) return [gap];
      if (own.has(name) || (migration.state === "baseline" && told.has(name))) return [];
      own.add(name);
      told.add(name);
      // Not how many: the text is part of the key of saved states, which must not change with every new migration.
      const isAlone = migration.state === "pending" || (files.get(name) ?? 0) < 2;
      return [isAlone ? gap : { ...gap, reason: `${gap.reason} (also in later migrations)` }];
    });
    return gaps.length === migration.gaps.length && own.size === 0 ? migration : { ...migration, gaps };
  });
}

const toldHere = ({ placeholder, effect }: Gap): readonly string[] =>
  placeholder === undefined || effect === "ignorable" ? [] : [placeholder];
