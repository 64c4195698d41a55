import type { CompatibilityLevel } from "../../../src/model/subject.ts";
import type { Settings } from "../servers/connect.ts";
import type { StreamRecord } from "../topics.ts";

/**
 * One story on a database, a connector, a slot, a publication and topics of its own. What comes out of it is no part of it: that is
 * driftgate's to say, and the stack's to show.
 */
export interface StackCase {
  readonly name: string;
  /** Before the connector starts: tables, and the rows that its snapshot reads. */
  readonly setup: string;
  /** What an application writes while the connector runs. */
  readonly before: string;
  /** Runs as one transaction. */
  readonly migration: string;
  readonly after: string;
  /** Settings besides those that every connector here has. */
  readonly connector?: Settings;
  /** Level of all subjects that there are before the migration; BACKWARD by default. */
  readonly level?: CompatibilityLevel;
  /** Written while the connector is stopped, before the migration: it reads these rows when the catalog has changed already. */
  readonly pending?: string;
  /** Written after the connector was started again with the new catalog. */
  readonly restarted?: string;
  /** Message with which PostgreSQL refuses `after`. */
  readonly refused?: RegExp;
  /** What the trace of the failed task must hold. */
  readonly trace?: RegExp;
  /** What the records must hold besides what their schemas say. */
  readonly records?: (records: readonly StreamRecord[]) => void;
}
