import type { Catalog } from "./catalog.ts";
import type { Connector } from "./connector.ts";
import type { Projection } from "./projection.ts";
import type { ServerFacts } from "./setup.ts";

/** What was asked, or in words why it could not be. A check on what is not known is unknown, never good. */
export type Known<Value> = { readonly known: true; readonly value: Value } | { readonly known: false; readonly reason: string };

/** Everything the checks look at, of one moment. null: nothing of the kind was given. */
export interface DoctorFacts {
  readonly database: DatabaseFacts | null;
  readonly connectors: readonly ConnectorFacts[];
  /** What the connectors make of the live catalog; empty without a database. */
  readonly streams: readonly Projection[];
  /** Subjects whose latest version is not what the live catalog projects. */
  readonly drift: Known<readonly DriftFacts[]> | null;
  readonly thresholds: Thresholds;
}

export interface DatabaseFacts {
  /** Its URL without secrets. */
  readonly shown: string;
  readonly name: string;
  readonly server: ServerFacts;
  readonly inRecovery: boolean;
  readonly catalog: Known<Catalog>;
  readonly wal: Known<WalFacts>;
  readonly slots: Known<readonly SlotFacts[]>;
  readonly backends: Known<readonly BackendFacts[]>;
  readonly tables: Known<readonly TableFacts[]>;
  /** By connector name. */
  readonly heartbeats: ReadonlyMap<string, Known<HeartbeatFacts>>;
}

export interface WalFacts {
  /** Bytes a second over the sample; null where the sample was too short. */
  readonly bytesPerSecond: number | null;
  readonly sampleSeconds: number;
  /** Bytes of the files in pg_wal; null where the role may not list them. */
  readonly directoryBytes: number | null;
}

/** A row of pg_replication_slots; what the server's version does not have is null. */
export interface SlotFacts {
  readonly name: string;
  readonly type: "logical" | "physical";
  readonly plugin: string | null;
  readonly database: string | null;
  readonly active: boolean;
  /** WAL from restart_lsn to now, in bytes: what the slot keeps. null: it keeps nothing any more. */
  readonly retainedBytes: number | null;
  /** WAL from confirmed_flush_lsn to now, in bytes. */
  readonly lagBytes: number | null;
  /** Bytes that confirmed_flush_lsn moved during the sample. */
  readonly confirmedBytes: number | null;
  readonly walStatus: string | null;
  readonly safeWalBytes: number | null;
  readonly catalogXminAge: number | null;
  readonly inactiveSeconds: number | null;
  readonly invalidation: string | null;
  readonly failover: boolean | null;
  readonly temporary: boolean;
}

/** A row of pg_stat_activity. */
export interface BackendFacts {
  readonly pid: number;
  readonly role: string | null;
  readonly application: string;
  readonly state: string | null;
  /** The first characters of its statement, literals taken out. */
  readonly query: string;
  readonly transactionSeconds: number | null;
  readonly xminAge: number | null;
  /** Relations it holds a lock on stronger than ACCESS SHARE, or reads, by name. */
  readonly relations: readonly string[];
  /** Processes it waits for. */
  readonly blockedBy: readonly number[];
  readonly waitSeconds: number | null;
}

export interface TableFacts {
  readonly oid: number;
  readonly rows: number;
  readonly deadRows: number;
  readonly bytes: number;
  readonly toastBytes: number;
  readonly updates: number;
  /** Seconds since vacuum or autovacuum; null: never, as far as the statistics go. */
  readonly vacuumSeconds: number | null;
}

export interface HeartbeatFacts {
  /** PostgreSQL's own error for the statement, found by PREPARE; null: it is valid. */
  readonly invalid: string | null;
  /** `schema.table` that it writes; null where it writes none. */
  readonly table: string | null;
  /** Whether the connector's role may write it; null where the role is not known. */
  readonly writable: boolean | null;
  /** Age of the newest time stamp in the table, in seconds; null where it has none. */
  readonly lastBeatSeconds: number | null;
}

export interface ConnectorFacts {
  readonly connector: Connector;
  /** null: the connector is a file, and no worker was asked. */
  readonly status: ConnectorStatus | null;
}

/** As GET /connectors/NAME/status. */
export interface ConnectorStatus {
  readonly state: string;
  readonly tasks: readonly { readonly id: number; readonly state: string; readonly trace: string | null }[];
}

export interface DriftFacts {
  readonly connector: string;
  readonly subject: string;
  readonly version: number;
  readonly differences: readonly string[];
}

/** From driftgate.yml, defaults filled in. */
export interface Thresholds {
  /** WAL a slot may keep before it is a warning, and before it is an error, in bytes. */
  readonly slotWarningBytes: number;
  readonly slotErrorBytes: number;
  /** Hours until WAL meets its limit, below which a slot is an error. */
  readonly hoursUntilFull: number;
  /** Free bytes on the disk of pg_wal; null where nobody said. */
  readonly diskFreeBytes: number | null;
  /** Age of the oldest transaction a slot or a session holds back, in transactions. */
  readonly xminAge: number;
  readonly transactionSeconds: number;
  /** Share of dead rows of a table. */
  readonly deadShare: number;
}

export type Health = "good" | "note" | "warning" | "error" | "unknown";

/** What one check found on one thing. */
export interface Diagnosis {
  /** `slot-lag`, `heartbeat-query` …; for ever. */
  readonly check: string;
  readonly group: "slot" | "snapshot" | "schema" | "heartbeat" | "connector" | "server";
  readonly health: Health;
  /** The user's name for the thing: a slot, a table, a connector, a setting. */
  readonly on: string;
  /** What is so. */
  readonly what: string;
  /** Why it matters; empty where all is good. */
  readonly why: string;
  /** What to do; empty where nothing is to be done. */
  readonly remedy: string;
}

/** A number for monitoring, in Prometheus' terms. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What doctor prints. */
export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly verdict: "pass" | "fail" | "unknown";
  /** What was looked at, in words and without secrets. */
  readonly looked: readonly string[];
  /** Worst first. */
  readonly diagnoses: readonly Diagnosis[];
  readonly counts: Readonly<Record<Health, number>>;
  readonly metrics: readonly Metric[];
}
