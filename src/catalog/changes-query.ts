import { catalogSelect } from "./query.ts";

export type Pairs = readonly (readonly [part: number, whole: number])[];

/** What a reading leaves for the next one, to see removals and renamings by: `marks` of a CatalogRow. Oids throughout. */
export interface Marks {
  /** Transaction from which on the next reading must look for written rows. */
  readonly xid: number;
  /** Highest number of a command of that transaction that a row is known to be written by; -1 for none. */
  readonly command: number;
  /** The highest oid of a relation, type or function. */
  readonly newest: number;
  /** Each index that a relation is described with, and its relation. */
  readonly indexes: Pairs;
  /** Each inheriting relation or partition, and its parent. */
  readonly parents: Pairs;
  /** Each CHECK constraint of a domain, and the domain. */
  readonly checks: Pairs;
  readonly schemas: readonly (readonly [oid: number, name: string])[];
  /** An object was written that was there before, and whose name may stand in the text of something that was not. */
  readonly named: boolean;
  /** How many labels all enums have: one that is deleted leaves no written row. */
  readonly labels: number;
  /** False where columns or defaults were deleted from the catalog's own tables; looked for only when asked. */
  readonly whole: boolean;
}

/**
 * age() counts from one fixed transaction, without a text of each xid; for rows of initdb it is the highest integer. Of the transaction
 * itself, rows by commands that were read already are left out: without that a migration of a thousand statements describes all its tables
 * after each. Where xmax is set, a subtransaction that was rolled back had deleted the row, and cmin may not be its command
 * (src/backend/utils/time/combocid.c); rows of subtransactions have an xmin of their own.
 */
const since = "(SELECT age($1::text::xid))";
const written = `age(xmin) <= ${since} AND (age(xmin) < ${since} OR xmax <> '0'::xid OR cmin::text::int8 > $4)`;
/** Number of the present transaction's command that wrote the row. */
const command = "CASE WHEN xmin = pg_current_xact_id_if_assigned()::xid AND xmax = '0'::xid THEN cmin::text::int8 END";
/** FirstNormalObjectId (access/transam.h): what is below comes from initdb. */
const ours = (oid: string): string => `${oid} >= 16384`;

const fresh = `fresh_class AS MATERIALIZED (SELECT oid, relkind, ${command} AS command FROM pg_class WHERE ${ours("oid")} AND ${written}),
fresh_column AS MATERIALIZED (SELECT attrelid AS oid, max(${command}) AS command FROM pg_attribute
  WHERE ${ours("attrelid")} AND attnum > 0 AND ${written} GROUP BY attrelid),
fresh_composite AS MATERIALIZED (SELECT k.oid, k.reltype FROM fresh_column f JOIN pg_class k ON k.oid = f.oid AND k.relkind = 'c')`;

const relations = `SELECT oid FROM fresh_class UNION ALL SELECT oid FROM fresh_column UNION ALL SELECT unnest($3)
    UNION ALL SELECT adrelid FROM pg_attrdef WHERE ${written} UNION ALL SELECT indrelid FROM pg_index WHERE ${written}
    UNION ALL SELECT i.indrelid FROM fresh_class f JOIN pg_index i ON i.indexrelid = f.oid WHERE f.relkind IN ('i', 'I')
    UNION ALL SELECT inhrelid FROM pg_inherits WHERE ${written}`;

const types = `SELECT oid FROM pg_type WHERE ${ours("oid")} AND ${written} UNION ALL SELECT enumtypid FROM pg_enum WHERE ${written}
    UNION ALL SELECT contypid FROM pg_constraint WHERE contypid <> 0 AND ${written} UNION ALL SELECT reltype FROM fresh_composite`;

const known = `${ours("oid")} AND oid <= $2`;

/** What the text of a relation, type or publication can name, where one of them does depend on it. */
const named = `SELECT EXISTS (SELECT FROM (
      SELECT 'pg_type'::regclass AS class, oid FROM pg_type WHERE ${known} AND ${written}
      UNION ALL SELECT 'pg_type'::regclass, enumtypid FROM pg_enum WHERE enumtypid <= $2 AND ${written}
      UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE ${known} AND ${written}
      UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE ${known} AND ${written}
      UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE ${known} AND ${written}
      UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE ${known} AND ${written}
      UNION ALL SELECT 'pg_class'::regclass, oid FROM fresh_class WHERE relkind IN ('S', 'c', 'v', 'm') AND ${known}
      UNION ALL SELECT 'pg_class'::regclass, oid FROM fresh_composite WHERE ${known}) x
    WHERE EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = x.class AND d.refobjid = x.oid AND d.classid IN
      ('pg_attrdef'::regclass, 'pg_class'::regclass, 'pg_type'::regclass, 'pg_constraint'::regclass, 'pg_publication_rel'::regclass)))`;

const pairs = (part: string, whole: string, from: string): string =>
  `(SELECT coalesce(json_agg(json_build_array(${part}::int8, ${whole}::int8)), '[]') FROM ${from})`;

/** DROP COLUMN keeps its row: each relation has as many as it says, and each default that a column says it has is there. */
const whole = `SELECT count(*) FILTER (WHERE attnum > 0) = (SELECT coalesce(sum(relnatts), 0) FROM pg_class WHERE ${ours("oid")})
    AND count(*) FILTER (WHERE atthasdef) = (SELECT count(*) FROM pg_attrdef WHERE ${ours("adrelid")})
  FROM pg_attribute WHERE ${ours("attrelid")}`;

const marks = `json_build_object(
    'xid', coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()))::text::int8,
    'command', coalesce(greatest((SELECT max(command) FROM fresh_class), (SELECT max(command) FROM fresh_column),
      ${["pg_type", "pg_proc", "pg_enum"].map((table) => `(SELECT max(${command}) FROM ${table} WHERE ${ours("oid")} AND ${written})`).join(", ")}), -1),
    'newest', greatest((SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_type), (SELECT max(oid) FROM pg_proc))::int8,
    'indexes', ${pairs("i.indexrelid", "i.indrelid", "pg_index i JOIN rel ON rel.oid = i.indrelid WHERE i.indisunique OR i.indisreplident")},
    'parents', ${pairs("h.inhrelid", "h.inhparent", "pg_inherits h JOIN rel ON rel.oid = h.inhrelid")},
    'checks', ${pairs("k.oid", "k.contypid", "pg_constraint k JOIN all_own_types t ON t.oid = k.contypid WHERE k.contype = 'c'")},
    'schemas', (SELECT coalesce(json_agg(json_build_array(oid::int8, nspname)), '[]') FROM ns),
    'labels', (SELECT count(*) FROM pg_enum),
    'whole', CASE WHEN $5 THEN (${whole}) ELSE true END,
    'named', (${named}))`;

/**
 * The query of query.ts as a statement to prepare, for PostgreSQL 15 to 18. $1 (bigint): describe what was written by this transaction and
 * later ones, the `xid` of earlier marks; 0 for all. $2 (bigint): the highest oid there was, their `newest`. $3 (oid[]):
 * relations to describe in any case. $4 (bigint): of that transaction only what commands above this number wrote, the `command` of those
 * marks; -1 for all. $5 (boolean): look for rows that were deleted from the catalog's own tables.
 */
export const changesSelect = (version: number): string =>
  catalogSelect({ version, changes: { with: fresh, complete: "$1 = 0", relations, types, marks } });
