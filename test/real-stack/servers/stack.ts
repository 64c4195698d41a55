import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestServer, startPostgres } from "../../support/postgres.ts";
import { kafkaHome, registryHome } from "./artifacts.ts";
import { type Connect, openConnect } from "./connect.ts";
import { type Household, openHousehold } from "./household.ts";
import { findJava } from "./java.ts";
import { startBroker, startConnect } from "./kafka.ts";
import { type TestRegistry, startRegistry } from "./registry.ts";

/** PostgreSQL, Kafka, Kafka Connect with Debezium, and Apicurio Registry, all real, each on a free port of the loopback address. */
export interface Stack {
  readonly postgres: TestServer;
  readonly registry: TestRegistry;
  /** `127.0.0.1:PORT`. */
  readonly broker: string;
  readonly connect: Connect;
  /** Seconds until each part was ready. */
  readonly times: Readonly<Record<string, number>>;
  readonly stop: () => Promise<void>;
}

/** As many connectors may run at once; each takes a slot and a sender. */
const connectors = 40;

/**
 * Starts the four; some 12 s on a quiet machine, and 0.7 GB of memory.
 * @throws Error that says what is missing (Java, Maven), or with the end of the log of the part that does not start
 */
export async function startStack(): Promise<Stack> {
  const java = findJava(17);
  const home = await kafkaHome();
  await registryHome("2.6.13.Final");
  const household = openHousehold("stack");
  const begun = performance.now();
  const times: Record<string, number> = {};
  const timed = async <Part>(name: string, part: Promise<Part>): Promise<Part> => {
    const result = await part;
    times[name] = Math.round((performance.now() - begun) / 100) / 10;
    return result;
  };
  let postgres: TestServer | null = null;
  const startDatabase = async (): Promise<TestServer> => {
    postgres = await startPostgres([`max_wal_senders=${connectors}`, `max_replication_slots=${connectors}`]);
    await adoptPostgres(postgres, household);
    return postgres;
  };
  const stop = async (): Promise<void> => {
    await household.stop();
    await postgres?.stop();
  };
  const startWorker = async (): Promise<readonly [broker: string, connect: string]> => {
    const broker = await timed("broker", startBroker(household, java, home));
    return [broker, await timed("connect", startConnect(household, java, home, broker))];
  };
  const started = await Promise.allSettled([
    timed("postgres", startDatabase()),
    timed("registry", startRegistry({ household })),
    startWorker(),
  ]);
  const [database, registry, worker] = started;
  if (database.status === "rejected" || registry.status === "rejected" || worker.status === "rejected") {
    await stop();
    throw new AggregateError(
      started.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])),
      started.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : [])).join("\n"),
    );
  }
  const [broker, connect] = worker.value;
  return { postgres: database.value, registry: registry.value, broker, connect: openConnect(connect), times, stop };
}

/** The server's own helper cannot end it when this process is killed. */
async function adoptPostgres(postgres: TestServer, household: Household): Promise<void> {
  const client = await postgres.connect();
  const { rows } = await client.query<{ readonly folder: string }>("SELECT current_setting('data_directory') AS folder");
  await client.end();
  const folder = rows[0]?.folder ?? "";
  const pid = Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0]);
  // An immediate shutdown: clients are not waited for.
  household.adopt(pid, "SIGQUIT", dirname(folder));
}
