import type { Config } from "../config/parse.ts";
import { compare } from "../compare/compare.ts";
import { diagnose, outcomeOf } from "../diagnose/diagnose.ts";
import { metricsOf } from "../diagnose/metrics.ts";
import { UserError } from "../errors.ts";
import { writeStdout, writeTextFile } from "../io/output.ts";
import type { Catalog } from "../model/catalog.ts";
import type { ConnectorFacts, DatabaseFacts, DoctorFacts, DoctorReport, DriftFacts, Health, Known } from "../model/doctor.ts";
import type { Projection } from "../model/projection.ts";
import { project } from "../project/project.ts";
import { doctorReporters } from "../report/doctor/doctor.ts";
import type { DoctorFormat } from "../report/doctor/doctor.ts";
import { connectOptions, loadConnectors } from "./connectors.ts";
import { thresholdsOf } from "./doctor-thresholds.ts";
import { exitCodes } from "./exit-codes.ts";
import { loadConfig } from "./gather.ts";
import type { CommonOptions } from "./options.ts";
import { subjectsOfStreams } from "./subjects.ts";
import { toolVersion } from "./version.ts";

export interface DoctorOptions extends CommonOptions {
  readonly databaseUrl: string | null;
  /** Files or Kafka Connect URLs. */
  readonly connectors: readonly string[];
  readonly registry: string | null;
  /** `NAME` or `NAME=FILE`. */
  readonly formats: readonly string[];
  readonly failOn: "error" | "warning" | "never" | null;
  /** A size such as 20GB. */
  readonly diskFree: string | null;
  /** Seconds that write-ahead log is watched. */
  readonly sample: number;
  /** Seconds between two looks; null: one look. */
  readonly watch: number | null;
}

/** `driftgate doctor`: one look, or one after another. @returns the exit code of the last */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const config = await loadConfig(options);
  const outputs = formatsOf(options.formats);
  if (options.watch === null) return look(options, config, outputs);
  const { watch } = await import("../io/watch.ts");
  return watch(options.watch, (clear) => look(options, config, outputs, clear));
}

/** @param begin called before anything is written */
async function look(options: DoctorOptions, config: Config, outputs: readonly Output[], begin = (): void => undefined): Promise<number> {
  const failOn = options.failOn ?? config.failOn ?? "error";
  const { facts, looked } = await gather(options, config);
  const diagnoses = diagnose(facts);
  const verdict = outcomeOf(diagnoses, failOn);
  const counts: Record<Health, number> = { good: 0, note: 0, warning: 0, error: 0, unknown: 0 };
  for (const { health } of diagnoses) counts[health] += 1;
  const report: DoctorReport = {
    schemaVersion: 1,
    tool: { name: "driftgate", version: toolVersion() },
    verdict,
    looked,
    diagnoses,
    counts,
    metrics: metricsOf(facts, diagnoses),
  };
  const { color, quiet, verbose, cwd } = options;
  const width = Math.min(Math.max(process.stdout.columns ?? 120, 60), 140);
  begin();
  for (const { format, file } of outputs) {
    const text = doctorReporters[format](report, { color: file === null && color, quiet, verbose, failOn, width });
    if (file === null) await writeStdout(text);
    else await writeTextFile(cwd, file, text);
  }
  return verdict === "pass" || failOn === "never" ? exitCodes.pass : exitCodes.fail;
}

interface Output {
  readonly format: DoctorFormat;
  readonly file: string | null;
}

function formatsOf(written: readonly string[]): readonly Output[] {
  if (written.length === 0) return [{ format: "text", file: null }];
  return written.map((one) => {
    const [name = "", ...rest] = one.split("=");
    if (!isFormat(name)) throw new UserError("USAGE", `unknown format "${name}"; doctor has ${Object.keys(doctorReporters).join(", ")}`);
    if (rest.length > 0 && rest.join("=") === "") throw new UserError("USAGE", `--format ${one}: a file name must follow the equals sign`);
    return { format: name, file: rest.length === 0 ? null : rest.join("=") };
  });
}

const isFormat = (name: string): name is DoctorFormat => Object.hasOwn(doctorReporters, name);

async function gather(options: DoctorOptions, config: Config): Promise<{ facts: DoctorFacts; looked: readonly string[] }> {
  const given = options.connectors.length > 0 ? options.connectors : (config.connectors ?? []);
  if (options.databaseUrl === null && given.length === 0)
    throw new UserError("USAGE", "doctor needs something to look at: --database-url URL, --connector FILE or URL, or both");
  const connectors = given.length === 0 ? [] : await connectorFacts(options, config, given);
  const database = options.databaseUrl === null ? null : await databaseFacts(options, options.databaseUrl, connectors);
  const catalog = database?.catalog.known === true ? database.catalog.value : null;
  const streams = catalog === null ? [] : connectors.flatMap(({ connector }) => project(catalog, connector));
  const registry = options.registry ?? config.registry?.url ?? config.registry?.directory ?? null;
  const drift = registry === null || catalog === null ? null : await driftFacts(options, config, catalog, connectors, streams);
  return {
    facts: { database, connectors, streams, drift, thresholds: thresholdsOf(config, options.diskFree) },
    looked: [
      ...(database === null ? [] : [`the database ${database.shown}`]),
      ...(connectors.length === 0
        ? []
        : [`${connectors.length === 1 ? "connector" : "connectors"} ${connectors.map(({ connector }) => connector.name).join(", ")}`]),
      ...(drift === null ? [] : ["the schema registry"]),
    ],
  };
}

async function connectorFacts(options: DoctorOptions, config: Config, given: readonly string[]): Promise<readonly ConnectorFacts[]> {
  const { connectors } = await loadConnectors({ ...options, connectors: given }, config);
  const urls = given.filter((one) => /^https?:\/\//i.test(one));
  const { fetchStatuses } = await import("../io/connect.ts");
  const statuses = new Map(
    (await Promise.all(urls.map(async (url) => [...(await fetchStatuses(url, await connectOptions(options.cwd, config)))]))).flat(),
  );
  return connectors.map((connector) => ({ connector, status: statuses.get(connector.name) ?? null }));
}

async function databaseFacts({ sample }: DoctorOptions, url: string, connectors: readonly ConnectorFacts[]): Promise<DatabaseFacts> {
  const { Database } = await import("../io/postgres/database.ts");
  const { readDoctorFacts } = await import("../io/postgres/doctor-facts.ts");
  const database = await Database.open(url);
  try {
    return await readDoctorFacts(
      database,
      connectors.map(({ connector }) => connector),
      sample,
    );
  } finally {
    await database.close();
  }
}

/** The registry against what the live catalog projects; a registry that cannot be asked is not known. */
async function driftFacts(
  options: DoctorOptions,
  config: Config,
  catalog: Catalog,
  connectors: readonly ConnectorFacts[],
  streams: readonly Projection[],
): Promise<Known<readonly DriftFacts[]>> {
  try {
    const { subjects } = await subjectsOfStreams(options.cwd, options.registry, config, streams);
    const same = { baseline: catalog, final: catalog, causes: [], before: streams, after: streams, registryGiven: true };
    const impacts = compare({ ...same, connectors: connectors.map(({ connector }) => connector), subjects });
    const value = impacts.flatMap(({ connector, subjects: compared }) =>
      compared.flatMap(({ drift, subjectBefore }) =>
        drift === null || subjectBefore === null
          ? []
          : [{ connector, subject: subjectBefore, version: drift.version, differences: drift.differences }],
      ),
    );
    return { known: true, value };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { known: false, reason: error.message };
  }
}
