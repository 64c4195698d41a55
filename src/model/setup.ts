import type { Catalog, Relation } from "./catalog.ts";

/** What is known of the project and, where one was asked, of its server. */
export interface SetupFacts {
  readonly catalog: Catalog;
  /** By oid; empty without a server. */
  readonly statistics: ReadonlyMap<number, TableStatistics>;
  /** null without a server. */
  readonly server: ServerFacts | null;
}

export interface TableStatistics {
  /** Estimated number of rows. */
  readonly rows: number;
  /** Size of the table with its TOAST table, in bytes. */
  readonly bytes: number;
  /** Updates and deletes a day since the statistics were reset; null where that cannot be told. */
  readonly changesPerDay: number | null;
}

export interface ServerFacts {
  /** As 180004. */
  readonly versionNumber: number;
  /** pg_settings by name: the number in the setting's own unit, and the same with the unit. */
  readonly settings: ReadonlyMap<string, { readonly value: string; readonly shown: string }>;
  readonly slots: readonly string[];
  readonly publications: readonly string[];
}

/** What the user chose, defaults filled in. */
export interface SetupChoices {
  /** Of the connector. */
  readonly name: string;
  readonly topicPrefix: string;
  readonly slot: string;
  readonly publication: string;
  readonly role: string;
  /** Schema of the heartbeat and signal tables. */
  readonly schema: string;
  /** The captured relations, partitions left out. */
  readonly tables: readonly Relation[];
  readonly snapshot: "initial" | "no_data";
  readonly heartbeatSeconds: number;
  readonly database: { readonly host: string; readonly port: number; readonly name: string };
  /** null: left to a variable of the deployment. */
  readonly registryUrl: string | null;
  /** Major version of the server; null: not known. */
  readonly postgresVersion: number | null;
}

export const heartbeatTable = "debezium_heartbeat";
export const signalTable = "debezium_signal";
