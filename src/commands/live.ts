import { historyTables } from "../discover/history/recognise.ts";
import type { FoundTable } from "../discover/history/recognise.ts";
import type { HistoryTable } from "../discover/history/history.ts";
import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { Database } from "../io/postgres/database.ts";
import { readHistoryTable } from "../io/postgres/history.ts";
import { readLiveCatalog } from "../io/postgres/live-catalog.ts";
import { readSurroundings } from "../io/postgres/surroundings.ts";
import type { Surroundings } from "../catalog/surroundings.ts";
import type { Catalog } from "../model/catalog.ts";
import type { MigrationTool } from "../model/migration.ts";

/** What was read of a live database, at one moment. */
export interface Live {
  /** Its URL without password. */
  readonly shown: string;
  readonly version: number;
  readonly catalog: Catalog;
  readonly surroundings: Surroundings;
  /** Tables of migration tools and their locks, as `schema.name`. */
  readonly ofTools: ReadonlySet<string>;
  /** Tools that keep a history there. */
  readonly tools: readonly MigrationTool[];
  /** The history of one of them. @throws UserError DATABASE_DENIED where the role may not read it */
  readonly history: (tool: MigrationTool) => Promise<HistoryTable>;
  readonly close: () => Promise<void>;
}

/** Reads a live database and keeps it open for its history. @throws UserError DATABASE_… */
export async function openLive(url: string, config: Config): Promise<Live> {
  const { timeout } = config.postgres ?? {};
  const database = await Database.open(url, timeout === undefined ? {} : { statementMs: timeout * 1000 });
  try {
    const catalog = await readLiveCatalog(database);
    const surroundings = await readSurroundings(database);
    const found = historyTables(catalog, config.migrations?.history?.table ?? null);
    return {
      shown: database.shown,
      version: database.version,
      catalog,
      surroundings,
      ofTools: new Set(found.flatMap(({ schema, name, lock }) => [`${schema}.${name}`, ...(lock === null ? [] : [`${schema}.${lock}`])])),
      tools: [...new Set(found.map(({ tool }) => tool))],
      history: (tool) => historyOf(database, found, tool, catalog),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function historyOf(database: Database, found: readonly FoundTable[], tool: MigrationTool, catalog: Catalog): Promise<HistoryTable> {
  const [first, ...others] = found.filter((table) => table.tool === tool);
  if (first === undefined) {
    const occupied = catalog.relations.some(({ schema }) => catalog.searchPath.includes(schema));
    return { tool, title: `${database.shown}, which has no table of ${tool}`, rows: null, locks: [], occupied };
  }
  if (others.length > 0) {
    const names = [first, ...others].map(({ schema, name }) => `${schema}.${name}`).join(", ");
    throw new UserError(
      "TOOL_AMBIGUOUS",
      `the database has more than one history table of ${tool}: ${names}; name one with migrations.history.table in driftgate.yml`,
    );
  }
  return { ...(await readHistoryTable(database, first)), catalog };
}
