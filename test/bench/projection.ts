/**
 * Time and memory of projecting 2,000 tables of 100 columns, as they are and again after one of them changed:
 * `node test/bench/projection.ts [TABLES] [COLUMNS]`.
 */
import { readConnector } from "../../src/project/connector.ts";
import { projectLagging } from "../../src/project/lagging.ts";
import { project } from "../../src/project/project.ts";
import { projectRunning } from "../../src/project/running.ts";
import type { Catalog, Relation } from "../../src/model/catalog.ts";
import { catalog, column, table } from "../project/build-catalog.ts";
import type { ColumnSpec } from "../project/build-catalog.ts";

const [tables = 2000, columns = 100] = process.argv.slice(2).map(Number);

const specs: readonly ColumnSpec[] = [
  { type: "int8", notNull: true },
  { type: "text", default: "'a'::text" },
  { type: "numeric", modifier: ((12 << 16) | 2) + 4, notNull: true, default: "0.00" },
  { type: "timestamptz", notNull: true, default: "now()" },
  { type: "varchar", modifier: 44 },
  { type: "bool", notNull: true, default: "false" },
  { type: "json" },
  { type: "_text" },
  { type: "uuid", default: "gen_random_uuid()" },
  { type: "timestamp", modifier: 3 },
];

function wide(at: number): Relation {
  const own = Array.from({ length: columns }, (_, index) =>
    column(index === 0 ? "id" : `column_${index}`, index + 1, specs[index % specs.length]),
  );
  return { ...table(`table_${at}`, own), oid: 20_000 + at };
}

const connector = readConnector({
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "plugin.name": "pgoutput",
  "topic.prefix": "srv",
  "table.exclude.list": "public\\.tmp_.*",
});

const before = catalog(Array.from({ length: tables }, (_, at) => wide(at)));
const [first, ...others] = before.relations;
const after: Catalog =
  first === undefined ? before : { ...before, relations: [{ ...first, columns: first.columns.slice(0, -1) }, ...others] };

function measure(what: string, run: () => readonly unknown[]): void {
  const started = performance.now();
  const { length } = run();
  const mib = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(
    `${what.padEnd(42)} ${String(length).padStart(6)} streams ${Math.round(performance.now() - started)} ms, ${mib} MiB resident\n`,
  );
}

measure("project, first time", () => project(before, connector));
measure("project again after one table changed", () => project(after, connector));
measure("projectRunning, one table changed", () => projectRunning(before, after, connector));
measure("projectLagging, one table changed", () => projectLagging(before, after, connector));
measure("as JSON", () => project(after, connector).map((one) => JSON.stringify(one.streaming)));
