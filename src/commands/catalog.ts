import { historyLine } from "../catalog/history.ts";
import type { HistoryEntry } from "../catalog/history.ts";
import { toSnapshot } from "../catalog/snapshot.ts";
import { UserError } from "../errors.ts";
import { writeStdout } from "../io/output.ts";
import type { Catalog, Column, Relation } from "../model/catalog.ts";
import type { Migration } from "../model/migration.ts";
import type { SyntaxProblem } from "../model/statement.ts";
import type { Step } from "../model/step.ts";
import { exitCodes } from "./exit-codes.ts";
import type { CheckOptions } from "./options.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";

export interface CatalogOptions extends CheckOptions {
  /** Id of the last migration to apply. */
  readonly at: string | null;
  readonly history: boolean;
}

/** `driftgate catalog`. @returns the exit code: 1 when something is not known */
export async function catalogCommand(options: CatalogOptions): Promise<number> {
  const prepared = await prepare(options, options.history ? "all" : "none", upTo(options.at));
  const { result } = prepared;
  await writeStdout(options.history ? historyText(prepared) : catalogText(result.catalog, options.formats.includes("json")));
  const problems = [...result.problems.map(({ reason }) => reason), ...result.syntaxProblems.map(({ message }) => message)];
  for (const problem of problems) process.stderr.write(`driftgate: unknown: ${problem}\n`);
  const engine = options.engine ?? prepared.config.postgres?.engine;
  const assumed = engine !== "none" && result.steps.some(({ certainty }) => certainty === "assumed");
  if (assumed) process.stderr.write(assumedNote);
  return problems.length > 0 || assumed ? exitCodes.fail : exitCodes.pass;
}

const assumedNote =
  "driftgate: assumed: the migrations use tables that none of them makes, so nothing was executed: the catalog is what their statements say. Give the state before them with --baseline.\n";

/** Keeps the migrations up to the one named by id, path or file name. @throws UserError USAGE when there is none */
function upTo(at: string | null): (migrations: readonly Migration[]) => readonly Migration[] {
  return (migrations) => {
    if (at === null) return migrations;
    const last = migrations.findLastIndex(({ id, path }) => id === at || path === at || path.endsWith(`/${at}`));
    if (last === -1) throw new UserError("USAGE", `--at: there is no migration "${at}"; the last is "${migrations.at(-1)?.id ?? ""}"`);
    return migrations.slice(0, last + 1);
  };
}

/** One JSON line per migration: what it changed. */
function historyText({ discovery, result }: Prepared): string {
  const stepsOf = Map.groupBy(result.steps, ({ migration }) => migration);
  let before = result.baseline;
  const lines = discovery.migrations.map((migration, index) => {
    const steps = stepsOf.get(migration.id) ?? [];
    const after = steps.at(-1)?.after ?? before;
    // Between two migrations the tool's own table can come in.
    const line = historyLine(entryOf(migration, index, steps, result.syntaxProblems), steps[0]?.before ?? before, after);
    before = after;
    return JSON.stringify(line);
  });
  return `${lines.join("\n")}\n`;
}

function entryOf(migration: Migration, index: number, steps: readonly Step[], syntaxProblems: readonly SyntaxProblem[]) {
  const failed = steps.find(({ error }) => error !== null)?.error ?? syntaxError(migration, syntaxProblems);
  const skipped = migration.pieces.length === 0 || (steps.length === 0 && migration.gaps.some(({ effect }) => effect === "opaque"));
  return {
    n: index + 1,
    migration: migration.id,
    status: failed !== null ? ("failed" as const) : skipped ? ("skipped" as const) : ("ok" as const),
    error: failed,
    autocommit: !migration.transactional || steps.some(({ statement, error }) => statement.needsAutocommit && error === null),
  };
}

/** syntax_error: PostgreSQL refuses the whole text before it runs any of it. */
function syntaxError({ path, pieces }: Migration, problems: readonly SyntaxProblem[]): HistoryEntry["error"] {
  const found = problems.find(
    ({ span }) =>
      span.path === path && pieces.some(({ start, sql }) => span.start.offset >= start && span.start.offset <= start + sql.length),
  );
  return found === undefined ? null : { code: "42601", message: found.message };
}

function catalogText(catalog: Catalog, json: boolean): string {
  if (json) return `${JSON.stringify(toSnapshot(catalog), null, 2)}\n`;
  return catalog.relations.map(relationText).join("\n");
}

function relationText({ schema, name, kind, columns, primaryKey, replicaIdentity, partitionOf }: Relation): string {
  const width = Math.max(...columns.map((column) => column.name.length), 4);
  const identity = typeof replicaIdentity === "string" ? replicaIdentity : `using index ${replicaIdentity.index}`;
  const lines = [
    `${schema}.${name}${kind === "table" ? "" : ` (${kind})`}${partitionOf === null ? "" : ` partition of ${partitionOf.schema}.${partitionOf.name}`}`,
    ...columns.map((column) => `  ${column.name.padEnd(width)}  ${columnText(column)}`),
    `  primary key: ${primaryKey?.columns.join(", ") ?? "none"}; replica identity: ${identity}`,
  ];
  return `${lines.join("\n")}\n`;
}

function columnText({ type, notNull, default: value, identity, generated }: Column): string {
  return [
    type.text,
    ...(notNull ? ["not null"] : []),
    ...(value === null ? [] : [`default ${value}`]),
    ...(identity === null ? [] : [`generated ${identity === "always" ? "always" : "by default"} as identity`]),
    ...(generated === null ? [] : [`generated always as (${generated.expression}) ${generated.kind}`]),
  ].join(" ");
}
