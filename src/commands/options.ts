/** Options of every command, as the command line or the Action gives them. */
export interface CommonOptions {
  /** Absolute, or relative to the process. */
  readonly cwd: string;
  readonly config: string | null;
  readonly postgresVersion: number | null;
  readonly debeziumVersion: string | null;
  readonly color: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Where migrations, connectors and subjects come from. */
export interface SourceOptions extends CommonOptions {
  readonly paths: readonly string[];
  readonly pending: readonly string[];
  readonly base: string | null;
  /** The state before: `replay`, a file, the folder of a pull, or a database's URL; the first is what migrations run on, the others are compared with it. */
  readonly baselines: readonly string[];
  /** The live database: its catalog, and which migrations it has. */
  readonly databaseUrl: string | null;
  /** False for a pull request that is not trusted: migrations.command is then refused. */
  readonly mayRunCommands: boolean;
  /** Files or Kafka Connect URLs. */
  readonly connectors: readonly string[];
  /** URL or folder. */
  readonly registry: string | null;
  readonly engine: string | null;
}

export interface CheckOptions extends SourceOptions {
  /** `NAME` or `NAME=FILE`. */
  readonly formats: readonly string[];
  readonly failOn: "error" | "warning" | "never" | null;
  readonly saveInputs: string | null;
  readonly inputs: string | null;
}
