import { createHash } from "node:crypto";
import { changesSelect } from "../../catalog/changes-query.ts";
import type { Marks, Pairs } from "../../catalog/changes-query.ts";
import { inPrintingSession } from "../../catalog/query.ts";
import { UserError } from "../../errors.ts";
import { toCatalog } from "../../catalog/to-catalog.ts";
import type { CatalogRow } from "../../catalog/to-catalog.ts";
import type { Catalog } from "../../model/catalog.ts";
import type { QueryAnswer, Server } from "./engine.ts";
import type { Reach } from "./reach.ts";

/** A catalog, and what the next reading of the same server is compared with. */
export interface Reading {
  readonly catalog: Catalog;
  readonly marks: Marks;
}

type Row = CatalogRow & { readonly marks: Marks };

/** What is asked for: rows written since a command of a transaction, renamings among oids up to one, some relations in any case, and deleted rows. */
interface Question {
  readonly since: number;
  readonly command: number;
  readonly newest: number;
  readonly relations: readonly number[];
  readonly deleted: boolean;
}

/** duplicate_prepared_statement: the name is taken. */
const duplicate = "42P05";
const maxNumber = 100;

const all: Question = { since: 0, command: -1, newest: 0, relations: [], deleted: false };

/** SQL that may delete from the catalog's own tables, in plain sight or put together; EXECUTE FUNCTION is a trigger's. */
const mayDelete = /\bexecute\b(?!\s+(?:function|procedure)\b)|\b(?:delete|truncate|merge)\b[^;]*\bpg_[a-z]/i;

/** Reads the catalog of one server again and again: what was not written since the last reading is taken from there. */
export class CatalogReader {
  readonly #server: Server;
  readonly #version: number;
  #number = 0;
  /** Name of the prepared query, MD5 of the text that made it, and for how many relations it was planned. */
  #prepared: { readonly name: string; readonly md5: string; readonly relations: number } | null = null;

  /** Some statement may delete rows of the catalog's own tables, or made what may. */
  #wary = false;

  constructor(server: Server) {
    this.#server = server;
    this.#version = Number.parseInt(server.version, 10);
  }

  /** Takes note of a statement that is about to run; true where what it does, now or later, may leave no written row behind. */
  heed(sql: string): boolean {
    this.#wary ||= mayDelete.test(sql);
    return this.#wary;
  }

  /** @throws UserError ENGINE_FAILED when the catalog cannot be read. */
  async read(previous: Reading | null, reach: Exclude<Reach, "nothing">, inTransaction: boolean): Promise<Reading> {
    const row = reach === "all" || previous === null ? null : await this.#changes(previous, inTransaction);
    const complete = row ?? (await this.#ask(all, inTransaction));
    const catalog = toCatalog(complete, previous?.catalog ?? null);
    if (complete.marks.xid !== previous?.marks.xid) return { catalog, marks: complete.marks };
    // Nothing may have been written since.
    return { catalog, marks: { ...complete.marks, command: Math.max(previous.marks.command, complete.marks.command) } };
  }

  /** Null when everything must be read. */
  async #changes({ catalog, marks }: Reading, inTransaction: boolean): Promise<Row | null> {
    const question = { since: marks.xid, command: marks.command, newest: marks.newest, relations: [], deleted: this.#wary };
    const row = await this.#ask(question, inTransaction);
    if (needsAll(row, catalog, marks)) return null;
    const relations = withoutParts(row, marks);
    return relations.length === 0 ? row : this.#ask({ ...question, relations }, inTransaction);
  }

  async #ask(question: Question, inTransaction: boolean): Promise<Row> {
    if (this.#prepared !== null) {
      const { values } = await this.#send(this.#script(this.#prepared.name, question, null, inTransaction), inTransaction);
      const [md5, text] = values.slice(-2);
      // A migration can remove the prepared query, or put another one in its place.
      if (md5 === this.#prepared.md5) {
        const row = parsed(text);
        // The plan was made for another size.
        if (row.oids.length > 2 * this.#prepared.relations + 100) this.#prepared = null;
        return row;
      }
    }
    return this.#prepare(question, inTransaction);
  }

  async #prepare(question: Question, inTransaction: boolean): Promise<Row> {
    this.#number += 1;
    const name = `driftgate_catalog_${this.#number}`;
    const script = this.#script(name, question, changesSelect(this.#version), inTransaction);
    const { values, error } = await this.#send(script, inTransaction);
    if (error?.code === duplicate && this.#number < maxNumber) return this.#prepare(question, inTransaction);
    if (error !== null) throw unreadable(`${error.message} (${error.code})`);
    const row = parsed(values.at(-1));
    this.#prepared = { name, md5: createHash("md5").update(script).digest("hex"), relations: row.oids.length };
    return row;
  }

  /** No values where there is an error; the session is then as it was before. */
  async #send(script: string, inTransaction: boolean): Promise<QueryAnswer> {
    const answer = await this.#server.query(script);
    if (answer.error === null) return answer;
    await this.#server.query(inTransaction ? "ROLLBACK TO SAVEPOINT driftgate_read; RELEASE SAVEPOINT driftgate_read" : "ROLLBACK");
    return { values: [], error: answer.error };
  }

  /** One simple query; the last two values that it gives are the MD5 of the prepared statement's source, and the catalog. */
  #script(name: string, { since, command, newest, relations, deleted }: Question, select: string | null, inTransaction: boolean): string {
    const parts = [
      "SET LOCAL plan_cache_mode = force_generic_plan",
      ...(select === null ? [] : [`PREPARE ${name} (int8, int8, oid[], int8, bool) AS ${select}`]),
      `SELECT md5(statement) FROM pg_prepared_statement() WHERE name = '${name}'`,
      `EXECUTE ${name} (${since}, ${newest}, '{${relations.join(",")}}', ${command}, ${deleted})`,
    ];
    return inPrintingSession(parts.join(";\n"), inTransaction);
  }
}

function parsed(text: string | null | undefined): Row {
  if (text === null || text === undefined) throw unreadable("it does not answer");
  // A cast: the query builds exactly this form.
  return JSON.parse(text) as Row;
}

const unreadable = (why: string): UserError =>
  new UserError("ENGINE_FAILED", `the catalog engine cannot read its own catalog any more: ${why}`);

/** Some text that was not written again may name something otherwise than before, or a domain lost a CHECK. */
function needsAll(row: Row, catalog: Catalog, { schemas, checks, labels }: Marks): boolean {
  if (!row.marks.whole || row.marks.labels < labels) return true;
  if (row.marks.named || missing(checks, row.marks.checks).some(([, type]) => row.typeOids.includes(type))) return true;
  const names = new Map(schemas);
  if (row.marks.schemas.some(([oid, name]) => (names.get(oid) ?? name) !== name)) return true;
  const known = new Map(catalog.relations.map((relation) => [relation.oid, relation]));
  const described = new Set(row.relations.map(({ oid }) => oid));
  if (row.oids.some((oid) => !known.has(oid) && !described.has(oid))) return true;
  return row.relations.some(({ oid, schema, name, columns }) => {
    const before = known.get(oid);
    if (before === undefined) return false;
    if (before.schema !== schema || before.name !== name) return true;
    const earlier = new Map(before.columns.map((column) => [column.position, column.name]));
    return columns.some(([position, column]) => (earlier.get(position) ?? column) !== column);
  });
}

/** Relations that lost an index or a parent: no row of theirs was written. */
function withoutParts(row: Row, marks: Marks): readonly number[] {
  const there = new Set(row.oids);
  const described = new Set(row.relations.map(({ oid }) => oid));
  const bare = missing(marks.indexes, row.marks.indexes).map(([, relation]) => relation);
  const orphans = missing(marks.parents, row.marks.parents).map(([child]) => child);
  return [...new Set([...bare, ...orphans])].filter((oid) => there.has(oid) && !described.has(oid));
}

function missing(before: Pairs, now: Pairs): Pairs {
  const present = new Set(now.map(([part, whole]) => `${part} ${whole}`));
  return before.filter(([part, whole]) => !present.has(`${part} ${whole}`));
}
