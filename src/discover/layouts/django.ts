import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { baseName, codeFile, commonFolder, folderOf, plainDialect } from "../layout.ts";
import { compareText } from "../version.ts";
import { inDependencyOrder } from "./graph.ts";

export interface DjangoMigration {
  readonly draft: Draft;
  readonly app: string;
  readonly name: string;
  /** `app.name`. */
  readonly key: string;
  readonly dependencies: readonly string[];
  readonly replaces: readonly string[];
}

const isMigration = (source: Source): boolean =>
  /(?:^|\/)migrations\/[A-Za-z_]\w*\.py$|(?:^|\/)migrations\/\d\w*\.py$/.test(source.path) &&
  /\bclass\s+Migration\s*\(\s*(?:\w+\.)?Migration\s*\)/.test(source.text);

/** What a migration file says of itself; the app's label is the name of its folder unless its AppConfig says otherwise. */
export function readDjango(draft: Draft): DjangoMigration | null {
  const name = baseName(draft.path).replace(/\.py$/, "");
  const app = baseName(folderOf(folderOf(draft.path)));
  const list = (attribute: string): readonly string[] => {
    const body = new RegExp(`^\\s+${attribute}\\s*=\\s*\\[([\\s\\S]*?)\\]`, "m").exec(draft.text)?.[1] ?? "";
    return [...body.matchAll(/\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']\s*,?\s*\)/g)].map((match) => `${match[1]}.${match[2]}`);
  };
  return { draft, app, name, key: `${app}.${name}`, dependencies: list("dependencies"), replaces: list("replaces") };
}

const keyOf = (draft: Draft): string => readDjango(draft)?.key ?? draft.id;

/** Django: `<app>/migrations/<name>.py` with a class Migration, in the order of their dependencies (django.db.migrations.loader). */
export const django: Layout = {
  tool: "django",
  dialect: plainDialect,
  isCode: true,
  roots(sources) {
    const files = sources.filter(isMigration);
    return files.length === 0 ? [] : [commonFolder(files.map(({ path }) => `${folderOf(folderOf(path))}/-`))];
  },
  owns: (_, source) => isMigration(source),
  read(root, sources) {
    const drafts = sources
      .filter(isMigration)
      .toSorted((a, b) => compareText(a.path, b.path))
      .map((source) => codeFile(root, source));
    return inDependencyOrder(
      drafts.map((draft) => ({ ...draft, key: keyOf(draft) })),
      keyOf,
      (draft) => readDjango(draft)?.dependencies ?? [],
    );
  },
};
