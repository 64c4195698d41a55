import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/io/engine/engine.ts";
import { replay } from "../../../src/io/engine/replay.ts";
import type { ReplayResult } from "../../../src/io/engine/replay.ts";
import { supabaseSearchPath } from "../../../src/io/engine/supabase-platform.ts";
import { createParser } from "../../../src/io/parsers.ts";
import type { Migration } from "../../../src/model/migration.ts";
import type { Parser } from "../../../src/parse/parser.ts";
import { openEmptied } from "../../support/emptied-engine.ts";
import { applied, migration, relation } from "./support.ts";

let engine: Engine;
let parser: Parser;

beforeAll(async () => {
  engine = await openEmptied();
  parser = await createParser();
});

afterAll(() => engine.close());

const of = (made: Migration): Migration => ({ ...made, tool: "supabase" });
const run = (...migrations: readonly Migration[]): Promise<ReplayResult> =>
  replay(engine, parser, migrations.map(of), null, { searchPath: supabaseSearchPath });

const notes = applied(
  "1_notes.sql",
  `CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), owner uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users ON DELETE CASCADE);
   CREATE POLICY own ON notes TO authenticated USING (auth.uid() = owner);
   CREATE POLICY files ON storage.objects FOR SELECT USING (bucket_id = 'a' AND (storage.foldername(name))[1] = auth.role());
   GRANT USAGE ON SCHEMA auth TO service_role;
   ALTER PUBLICATION supabase_realtime ADD TABLE notes;`,
);

describe("a Supabase project", () => {
  test("has its services' tables, functions and publication before the first migration", async () => {
    const { catalog, problems } = await run(notes);
    expect(problems).toEqual([]);
    expect(relation(catalog, "notes").columns.map((column) => column.default)).toEqual(["extensions.uuid_generate_v4()", "auth.uid()"]);
    expect(catalog.publications.map(({ name }) => name)).toEqual(["supabase_realtime"]);
    expect(relation(catalog, "users").columns.map(({ name }) => name)).toContain("raw_user_meta_data");
    expect(relation(catalog, "objects").primaryKey?.columns).toEqual(["id"]);
  });

  test("has them before a pending migration too, which did not make them", async () => {
    const pending = migration(
      "2.sql",
      "CREATE VIEW people AS SELECT u.id, u.email FROM auth.users u; ALTER TABLE notes ADD COLUMN text text;",
    );
    const { baseline, steps, problems } = await run(applied("1.sql", "CREATE TABLE notes (id int);"), pending);
    expect(problems).toEqual([]);
    expect(baseline.relations.map(({ name }) => name)).toEqual(["notes"]);
    expect(steps[0]?.before.relations.map(({ name }) => name)).toContain("users");
  });

  test("keeps what is there of it already, as a given state has it", async () => {
    const own = applied(
      "0.sql",
      "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, mine int); CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';",
    );
    const { catalog, problems } = await run(own, notes);
    expect(problems).toEqual([]);
    expect(relation(catalog, "users").columns.map(({ name }) => name)).toEqual(["id", "mine"]);
  });

  test("has nothing else: what no migration made is refused", async () => {
    const { steps } = await run(notes, migration("2.sql", "SELECT auth.uid(1);"));
    expect(steps[0]?.error?.message).toBe("function auth.uid(integer) does not exist");
    const other = await run(notes, migration("3.sql", "ALTER TABLE auth.accounts ADD COLUMN x int;"));
    expect(other.steps[0]?.error?.message).toBe('relation "auth.accounts" does not exist');
  });

  test("of another tool's migrations nothing of it is assumed", async () => {
    const { steps } = await replay(engine, parser, [applied("1.sql", "SELECT 1;"), migration("2.sql", "SELECT auth.uid();")]);
    expect(steps[0]?.error?.message).toBe('schema "auth" does not exist');
  });
});
