import { ident, literal } from "../model/sql-name.ts";
import type { SetupChoices } from "../model/setup.ts";
import { heartbeatTable, signalTable } from "../model/setup.ts";
import type { IdentityPlan } from "./replica-identity.ts";

const inSchema = (choices: SetupChoices, table: string): string => `${ident(choices.schema)}.${ident(table)}`;

/** What the connector runs at every beat; it works from the first one on. */
export function heartbeatQuery(choices: SetupChoices): string {
  return `INSERT INTO ${inSchema(choices, heartbeatTable)} (id, beat_at) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at`;
}

/**
 * The database side as the statements of one migration, each without its semicolon: heartbeat and signal table, replica identities, publication,
 * role with the least it needs. Sources: Debezium's documentation, "Setting up permissions", "Signaling"; PostgreSQL's, CREATE PUBLICATION.
 */
export function databaseStatements(choices: SetupChoices, identities: readonly IdentityPlan[]): readonly string[] {
  const { publication, role, schema, tables } = choices;
  const [heartbeat, signal] = [inSchema(choices, heartbeatTable), inSchema(choices, signalTable)];
  const published = [...tables.map((table) => `${ident(table.schema)}.${ident(table.name)}`), heartbeat, signal];
  const viaRoot = tables.some(({ kind }) => kind === "partitioned");
  const schemas = [...new Set([...tables.map((table) => table.schema), schema])];
  return [
    `-- Written by the connector at every heartbeat, so that its slot moves on while the captured tables rest.\nCREATE TABLE ${heartbeat} (\n  id integer PRIMARY KEY,\n  beat_at timestamp with time zone NOT NULL\n)`,
    `-- How the connector is told to snapshot a table again, in chunks, while it streams.\nCREATE TABLE ${signal} (\n  id character varying(64) PRIMARY KEY,\n  type character varying(32) NOT NULL,\n  data text\n)`,
    ...identities.filter(({ isSet }) => !isSet).flatMap(identityStatements),
    `-- What the slot decodes. A table that is captured later has to be added here: ALTER PUBLICATION ${ident(publication)} ADD TABLE ...\nCREATE PUBLICATION ${ident(publication)} FOR TABLE\n  ${published.join(",\n  ")}${viaRoot ? "\n  WITH (publish_via_partition_root = true)" : ""}`,
    `-- Without a password: set it where secrets are kept, not in a migration.\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${literal(role)}) THEN\n    CREATE ROLE ${ident(role)} LOGIN REPLICATION;\n  END IF;\nEND\n$$`,
    ...schemas.map((one) => `GRANT USAGE ON SCHEMA ${ident(one)} TO ${ident(role)}`),
    `-- Snapshots read the tables; the stream itself needs no right on them.\nGRANT SELECT ON\n  ${published.join(",\n  ")}\n  TO ${ident(role)}`,
    `GRANT INSERT, UPDATE ON ${heartbeat} TO ${ident(role)}`,
    `-- Incremental snapshots mark their chunks in it.\nGRANT INSERT ON ${signal} TO ${ident(role)}`,
  ];
}

function identityStatements({ relation, wanted, why, targets }: IdentityPlan): readonly string[] {
  const clause = typeof wanted === "object" ? `USING INDEX ${ident(wanted.index)}` : wanted.toUpperCase();
  return targets.map(
    ({ schema, name }) =>
      `-- ${relation.schema}.${relation.name}: ${why}.\nALTER TABLE ${ident(schema)}.${ident(name)} REPLICA IDENTITY ${clause}`,
  );
}
