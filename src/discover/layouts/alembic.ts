import type { Source } from "../../model/migration.ts";
import type { Draft, Layout } from "../layout.ts";
import { belowRoot, codeFile, foldersWith, plainDialect } from "../layout.ts";
import { inDependencyOrder } from "./graph.ts";

export interface Revision {
  readonly id: string;
  /** down_revision and depends_on. */
  readonly parents: readonly string[];
  /** down_revision alone: what it takes the place of as a head. */
  readonly follows: readonly string[];
}

const assigned = (name: string): RegExp => new RegExp(`^${name}\\s*(?::[^=\\n]+)?=\\s*([^\\n]*(?:\\([^)]*\\)|\\[[^\\]]*\\])?)`, "m");

const strings = (text: string | undefined): readonly string[] =>
  [...(text ?? "").matchAll(/["']([^"']+)["']/g)].map((match) => match[1] ?? "");

/** The revision that a file defines; null for any other Python file. */
export function readRevision(text: string): Revision | null {
  const [id] = strings(assigned("revision").exec(text)?.[1]);
  if (id === undefined || !/^down_revision\b/m.test(text)) return null;
  const follows = strings(assigned("down_revision").exec(text)?.[1]);
  return { id, follows, parents: [...follows, ...strings(assigned("depends_on").exec(text)?.[1])] };
}

const isRevision = (source: Source): boolean => source.path.endsWith(".py") && readRevision(source.text) !== null;

/** Alembic: Python files that name themselves (`revision`) and what they follow (`down_revision`); file names say nothing (alembic: script/base.py). */
export const alembic: Layout = {
  tool: "alembic",
  dialect: plainDialect,
  isCode: true,
  roots: (sources) => foldersWith(sources, isRevision),
  owns: (_, source) => isRevision(source),
  read(root, sources) {
    const drafts: Draft[] = sources
      .filter((source) => isRevision(source) && !belowRoot(root, source.path).includes("/"))
      .map((source) => codeFile(root, source, { key: readRevision(source.text)?.id ?? source.path }));
    return inDependencyOrder(
      drafts,
      ({ key }) => key,
      ({ text }) => readRevision(text)?.parents ?? [],
    );
  },
};
