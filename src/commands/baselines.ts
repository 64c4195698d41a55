import { compareStates } from "../catalog/compare-states.ts";
import { fromSnapshot } from "../catalog/from-snapshot.ts";
import { restore } from "../catalog/restore.ts";
import { toSnapshot } from "../catalog/snapshot.ts";
import { lostIn } from "../catalog/surroundings.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import type { Engine } from "../io/engine/engine.ts";
import { replay } from "../io/engine/replay.ts";
import type { ReplayOptions, ReplayResult } from "../io/engine/replay.ts";
import { baselineId } from "../io/engine/session.ts";
import { readTextFile } from "../io/files.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Migration } from "../model/migration.ts";
import type { Unknown } from "../model/report.ts";
import type { StateComparison, StateDifference } from "../model/state-difference.ts";
import type { Parser } from "../parse/parser.ts";
import { openLive } from "./live.ts";
import type { Live } from "./live.ts";
import type { SourceOptions } from "./options.ts";
import { pulledDatabase } from "./pulled.ts";

/** One description of the state before the pending migrations. */
export interface Baseline {
  /** For the user: "the migrations so far", "schema.sql", "the database postgres://…". */
  readonly name: string;
  /** What the engine is given; null: it runs the earlier migrations. */
  readonly given: string | Catalog | null;
  /** The state itself, where it is known without an engine. */
  readonly catalog: Catalog | null;
  /** Tables that only a database has: those of migration tools. */
  readonly ofTools: ReadonlySet<string>;
  /** Set when a pulled folder stood for the database: said beside the report, which is the same as with a live one. */
  readonly standIn?: string;
}

const isUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//.test(text);

/** The descriptions that the user gave, the one that migrations run on first. @throws UserError */
export async function loadBaselines(options: SourceOptions, config: Config, live: Live | null): Promise<readonly Baseline[]> {
  const written = options.baselines.length > 0 ? options.baselines : (config.postgres?.baseline ?? []);
  const baselines: Baseline[] = [];
  for (const text of written) baselines.push(await loadBaseline(text, options, config, live));
  if (live !== null && !baselines.some(({ name }) => name === liveName(live))) baselines.push(ofLive(live));
  return baselines.length > 0 ? baselines : [replayed];
}

const replayed: Baseline = { name: "the migrations so far", given: null, catalog: null, ofTools: new Set() };

const liveName = ({ shown }: Pick<Live, "shown">): string => `the database ${shown}`;

function ofLive(live: Pick<Live, "shown" | "catalog" | "surroundings" | "ofTools">): Baseline {
  return { name: liveName(live), given: restore(live.catalog, live.surroundings), catalog: live.catalog, ofTools: live.ofTools };
}

async function loadBaseline(text: string, { cwd, databaseUrl }: SourceOptions, config: Config, live: Live | null): Promise<Baseline> {
  if (text === "replay") return replayed;
  if (isUrl(text)) {
    if (live !== null && text === (databaseUrl ?? config.postgres?.databaseUrl)) return ofLive(live);
    const other = await openLive(text, config);
    await other.close();
    return ofLive(other);
  }
  const pulled = await pulledDatabase(cwd, text);
  if (pulled !== null) {
    const standIn = `the database ${pulled.shown} was not asked: ${text}, which "driftgate pull" wrote, stands for it`;
    return { ...ofLive({ ...pulled, ofTools: new Set(pulled.ofTools) }), standIn };
  }
  if (!/\.(?:sql|json)$/.test(text)) {
    throw new UserError(
      "USAGE",
      `--baseline takes "replay", a .sql file (a schema dump of pg_dump), a .json file (written by "driftgate catalog --format json" or "driftgate pull"), the folder that "driftgate pull" wrote, or a database's URL (postgres://…), not ${text}`,
    );
  }
  const content = await readTextFile(text, { cwd });
  if (text.endsWith(".sql")) return { name: text, given: content, catalog: null, ofTools: new Set() };
  const catalog = fromSnapshot(content, text);
  return { name: text, given: catalog, catalog, ofTools: new Set() };
}

/** What the second description lacks or has otherwise; publications of a database's own are the connector's business (publication.autocreate.mode). */
function isDrift({ kind, presence }: StateDifference, first: Baseline, other: Baseline): boolean {
  if (kind !== "publication" || presence === "both") return true;
  return presence === "first" ? other.given !== null : first.given !== null;
}

/** What the engine made of a given state, held against that state: a table that did not come back as it was is unknown, all else is told. */
export function verifyBaseline(
  { name, catalog }: Baseline,
  result: ReplayResult,
): { readonly result: ReplayResult; readonly assumptions: readonly string[] } {
  if (catalog === null) return { result, assumptions: [] };
  const own = result.problems.filter(({ migration }) => migration === baselineId);
  const lost = own.flatMap(({ reason }) => lostIn(reason) ?? []);
  const unknowns = compareStates(toSnapshot(catalog), toSnapshot(result.baseline)).map(({ kind, object, presence, details }): Unknown => ({
    code: "baseline-incomplete",
    reason: `The ${kind} ${object} of ${name} could not be rebuilt in the catalog engine as it is${presence === "both" ? `: ${details.join("; ")}` : ""}.`,
    span: null,
    migration: null,
  }));
  const note = `Some objects of ${name} could not be rebuilt in the catalog engine, and statements that name them are unknown: ${shorten(lost.join(", "))}.`;
  return {
    result: { ...result, problems: [...unknowns, ...result.problems.filter(({ migration }) => migration !== baselineId)] },
    assumptions: lost.length === 0 ? [] : [note],
  };
}

const shorten = (text: string): string => (text.length > 400 ? `${text.slice(0, 399)}…` : text);

interface Comparing {
  readonly engine: Engine;
  readonly parser: Parser;
  /** Those already applied, for a state that is replayed. */
  readonly applied: readonly Migration[];
  readonly options: ReplayOptions;
  /** The state that migrations run on, as the engine has it. */
  readonly baseline: Catalog;
}

/** Every further description against the first. */
export async function compareBaselines([first, ...others]: readonly Baseline[], comparing: Comparing): Promise<readonly StateComparison[]> {
  if (first === undefined) return [];
  const comparisons: StateComparison[] = [];
  for (const other of others) {
    const ignored = new Set([...first.ofTools, ...other.ofTools]);
    const [a, b] = [first.catalog ?? comparing.baseline, await catalogOf(other, comparing)];
    const differences = compareStates(toSnapshot(a), toSnapshot(b), ignored).filter((difference) => isDrift(difference, first, other));
    comparisons.push({ first: first.name, second: other.name, differences });
  }
  return comparisons;
}

async function catalogOf({ catalog, given }: Baseline, { engine, parser, applied, options }: Comparing): Promise<Catalog> {
  if (catalog !== null) return catalog;
  const { baseline } = await replay(engine, parser, given === null ? applied : [], given, options);
  return baseline;
}
