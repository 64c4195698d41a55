/** What stopped a task, in plain words, and the way out that loses nothing. */
export interface TraceMeaning {
  readonly what: string;
  readonly remedy: string;
}

type Known = TraceMeaning & { readonly pattern: RegExp };

/**
 * Traces of failed tasks, the likeliest first. Measured with Debezium 3.6.1 on Kafka Connect 4.3, with Karapace and Apicurio as registries, but for those
 * of a lost slot, which are PostgreSQL's own messages.
 */
const known: readonly Known[] = [
  {
    pattern: /error code: 409|Incompatible schema|RuleViolationException: Incompatible artifact|being registered is incompatible/,
    what: "The schema registry refused a new schema: a table was changed in a way that its compatibility level does not allow",
    remedy:
      "Nothing is lost yet: the slot keeps the rows. Let the schema in (lower the level of that one subject, restart the task, set the level back), or change the table so that its schema fits. Renaming the column back and restarting is a false way out: the pending rows register a schema nobody wanted.",
  },
  {
    pattern: /error code: 42201|Invalid AVRO schema|SchemaParseException|Illegal (initial )?character/,
    what: "A name is not one that Avro or the registry allows",
    remedy: "Set schema.name.adjustment.mode=avro and field.name.adjustment.mode=avro, and restart the task.",
  },
  {
    pattern:
      /can no longer (get changes from|be accessed)|replication slot .* (has been invalidated|is invalid)|exceeded the maximum reserved size|requested WAL segment .* has already been removed/i,
    what: "The replication slot is lost: its write-ahead log is gone",
    remedy:
      "Drop the slot, start with a new one, and snapshot the tables again with incremental snapshots; what happened in between is in no topic.",
  },
  {
    pattern: /replication slot "[^"]*" is active for PID|slot .* is already active/i,
    what: "Another reader holds the replication slot",
    remedy:
      "Stop the other connector, or give each a slot.name of its own; after a broken connection the slot is free when wal_sender_timeout has passed.",
  },
  {
    pattern: /publication "[^"]*" does not exist/,
    what: "The publication is gone",
    remedy:
      "Create it again with the same tables, and restart the task. Rows written in the meantime are not sent: compare the tables, or snapshot them again.",
  },
  {
    pattern: /Could not execute heartbeat action query/,
    what: "The heartbeat's statement fails, most often because its table was dropped or renamed",
    remedy: "Make the table again or correct heartbeat.action.query, and restart the task.",
  },
  {
    pattern: /NumberFormatException|IndexOutOfBoundsException/,
    what: "The connector decodes rows with an old column map: a captured table was renamed, moved or swapped under a running connector",
    remedy:
      "Restart the task so that it reads the table anew; name the new table in table.include.list first, as under its old filter it is silently not captured any more.",
  },
  {
    pattern: /case-sensitive duplicate column names/,
    what: "Two columns of a captured table differ only by case",
    remedy: "Rename one of them, and restart the task.",
  },
  {
    pattern: /field name duplication|Cannot create field because of field name duplication/,
    what: "Two columns have the same name after field.name.adjustment.mode",
    remedy: "Rename one of them, or take field.name.adjustment.mode=avro_unicode, which renames every field with an underscore.",
  },
  {
    pattern: /null used for required field/,
    what: "A NOT NULL column has a value that Debezium cannot express, such as NaN in numeric or an array of bit(n)",
    remedy: "Take decimal.handling.mode=string for NaN, or leave the column out with column.exclude.list, and restart the task.",
  },
  {
    pattern: /NullPointerException[\s\S]*TypeRegistry|TypeRegistry[\s\S]*NullPointerException/,
    what: "The database has a type that Debezium cannot read, such as a domain over an enum or an enum without labels",
    remedy: "Replace the type (driftgate doctor names it with --database-url), and restart the task.",
  },
  {
    pattern: /password authentication failed|no pg_hba\.conf entry|28P01|28000/,
    what: "The database does not let the connector in",
    remedy: "Correct the password where the config provider finds it, or the entry in pg_hba.conf, and restart the task.",
  },
  {
    pattern: /permission denied|must be (superuser|owner)/i,
    what: "The connector's role lacks a right",
    remedy: "Grant what the trace names (driftgate init writes the least it needs), and restart the task.",
  },
  {
    pattern: /Connection refused|UnknownHostException|Connection to .* refused|The connection attempt failed/,
    what: "A service that the connector needs does not answer",
    remedy: "See whether the database and the registry are up and reachable from the Connect worker, and restart the task.",
  },
  {
    pattern: /RecordTooLargeException/,
    what: "A record is larger than the topic or the producer allows",
    remedy: "Raise max.message.bytes of the topic and producer.override.max.request.size of the connector, and restart the task.",
  },
  {
    pattern: /Unable to find .*snapshot\.mode|snapshot\.mode.*(invalid|must be one of)/i,
    what: "snapshot.mode has a value that this version of Debezium does not know",
    remedy: "never is called no_data since 2.6, and gone since 3.3.",
  },
];

/** The first meaning that fits; null where none does. */
export function explainTrace(trace: string): TraceMeaning | null {
  return known.find(({ pattern }) => pattern.test(trace)) ?? null;
}

/** The innermost cause, on one line: what a person would quote. */
export function innermost(trace: string): string {
  const causes = trace.split("\n").filter((line) => /^(Caused by: )?\S+(Exception|Error)\b/.test(line.trim()));
  const last = (causes.at(-1) ?? trace.split("\n")[0] ?? "").trim().replace(/^Caused by: /, "");
  return last.length > 300 ? `${last.slice(0, 299)}…` : last;
}
