import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { driftgateHere } from "../support/cli.ts";
import type { CliRun } from "../support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "driftgate-schema-"));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function git(...args: readonly string[]): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "ignore" });
}

const run = (...args: readonly string[]): Promise<CliRun> => driftgateHere(["schema", ...args, "--cwd", folder]);

beforeAll(async () => {
  write(
    "connector.json",
    JSON.stringify({
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "plugin.name": "pgoutput",
      "topic.prefix": "shop",
      "column.exclude.list": "public.orders.secret",
      "key.converter": "io.confluent.connect.avro.AvroConverter",
      "value.converter": "io.confluent.connect.avro.AvroConverter",
    }),
  );
  write("driftgate.yml", "migrations: { path: db/migration, tool: flyway }\nconnectors: [connector.json]\n");
  write(
    "db/migration/V1__first.sql",
    `CREATE TYPE mood AS ENUM ('sad', 'ok');
     CREATE TABLE orders (id bigserial PRIMARY KEY, "ship-to" varchar(40) NOT NULL DEFAULT 'x', total numeric(10,2) DEFAULT 1.5, m mood,
       at timestamptz(3), secret text, twice numeric GENERATED ALWAYS AS (total * 2) STORED, tags text[] NOT NULL DEFAULT '{}');
     CREATE TABLE notes (a int, b int)`,
  );
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  const { stdout } = await run("--format", "json");
  write("saved.json", stdout);
  write("db/migration/V2__second.sql", "ALTER TABLE orders DROP COLUMN total CASCADE; ALTER TABLE orders ADD COLUMN status text NOT NULL");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("driftgate schema", () => {
  it("shows a table as the stream has it", async () => {
    const { stdout, exitCode } = await run("orders", "--path", "db/migration/V1__first.sql");
    expect(exitCode).toBe(0);
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      Debezium 3.6 is assumed to run shop, as nothing says which version it is (--debezium-version, or debezium.version in driftgate.yml).

      connector shop (connector.json), Debezium 3.6

      public.orders
        topic  shop.public.orders
        key    id (primary key)  subject shop.public.orders-key
        value  envelope with before, after  subject shop.public.orders-value
             column              PostgreSQL      Connect                Avro                 null  default
        key  id                  bigint          int64                  long                       0
             ship-to as ship_to  varchar(40)     string                 string                     "x"
             total               numeric(10,2)   bytes Decimal(10,2)    bytes decimal(10,2)  yes   1.50
             m                   public.mood     string Enum(sad,ok)    string               yes
             at                  timestamptz(3)  string ZonedTimestamp  string               yes
             secret              text            not sent: column.exclude.list matches it
             twice               numeric         not sent: generated columns are not sent by pgoutput
             tags                text[]          array<string?>         array<null | string>
        The initial snapshot registers another value schema, with the fields twice: null or record VariableScaleDecimal (io.debezium.data.VariableScaleDecimal version 1, connect.doc Variable scaled decimal); twice.scale: int; twice.value: bytes.
      "
    `);
  });

  it("tells of a table without a key, and counts the tables", async () => {
    const { stdout } = await run();
    expect(stdout).toContain("none: records have no key");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("2 tables.");
  });

  it("gives the exact schemas as JSON", async () => {
    const { stdout } = await run("public.orders", "--format", "json");
    const rows: readonly Record<string, unknown>[] = JSON.parse(stdout);
    expect(rows.map(({ part, origin, subject }) => `${String(origin)} ${String(part)} ${String(subject)}`)).toEqual([
      "snapshot key shop.public.orders-key",
      "snapshot value shop.public.orders-value",
      "streaming key shop.public.orders-key",
      "streaming value shop.public.orders-value",
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual(["connector", "schema", "table", "topic", "part", "subject", "origin", "connect", "avro"]);
    expect(rows[0]?.["avro"]).toMatchObject({ type: "record", name: "Key", namespace: "shop.public.orders" });
  });

  it("names a table that is not there", async () => {
    const { stderr, exitCode } = await run("public.orders", "lines");
    expect([exitCode, stderr]).toEqual([2, 'driftgate: no captured table is named lines; "driftgate catalog" lists the tables [USAGE]\n']);
  });
});

const CHANGED = `shop.public.orders-value: another schema
  compatible  BACKWARD no, FORWARD yes, FULL no
  - total  bytes decimal(10,2) or null, default 1.50 (org.apache.kafka.connect.data.Decimal version 1)
  + status  string
`;

describe("driftgate schema --against", () => {
  it("a git ref: what the migrations since change", async () => {
    const { stdout, exitCode } = await run("--against", "HEAD");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `From the migrations at HEAD to those in the working directory: 3 subjects, 1 with another schema, 2 the same.\n\n${CHANGED}`,
    );
  });

  it("a file that it wrote, or one schema", async () => {
    const { stdout } = await run("--against", "saved.json");
    expect(stdout).toBe(`From saved.json to what the migrations lead to: 3 subjects, 1 with another schema, 2 the same.\n\n${CHANGED}`);
    const rows: readonly { part: string; table: string; origin: string; avro: unknown }[] = JSON.parse(
      readFileSync(join(folder, "saved.json"), "utf8"),
    );
    const value = rows.find(({ part, table, origin }) => part === "value" && table === "orders" && origin === "streaming");
    write("orders.avsc", JSON.stringify(value?.avro));
    expect((await run("orders", "--against", "orders.avsc")).stdout).toContain(CHANGED);
    expect((await run("--against", "orders.avsc")).stderr).toContain("one table has to be named");
    write("broken.json", "{");
    expect((await run("--against", "broken.json")).stderr).toBe("driftgate: broken.json is not JSON [SCHEMA_INVALID]\n");
    expect((await run("--against", "driftgate.yml")).stderr).toContain("is not JSON");
    write("other.json", '[{"a": 1}]');
    expect((await run("--against", "other.json")).stderr).toContain('was not written by "driftgate schema --format json"');
  });

  it("another version of Debezium: what an upgrade registers", async () => {
    const { stdout } = await run("orders", "--debezium-version", "3.4", "--against", "3.6");
    expect(stdout).toContain("From Debezium 3.4 to Debezium 3.6: 2 subjects, 1 with another schema, 1 the same.");
    expect(stdout).toContain("  + (envelope) source.origin  null or string\n");
    expect((await run("--against", "3.6")).stdout).toBe("From Debezium 3.6 to Debezium 3.6: 3 subjects, all the same.\n");
  });

  it("what the registry has, of all subjects or one", async () => {
    const saved: readonly { subject: string; origin: string; avro: unknown }[] = JSON.parse(
      readFileSync(join(folder, "saved.json"), "utf8"),
    );
    for (const { subject, origin, avro } of saved) {
      if (origin !== "streaming" || subject === null || !subject.includes("orders")) continue;
      write(`registry/${subject}/1.avsc`, JSON.stringify(avro));
    }
    const all = await run("--against", "registry", "--registry", "registry");
    expect(all.stdout).toContain(
      "From the latest versions in the registry to what the migrations lead to: 3 subjects, 1 with another schema, 1 only in the second, 1 the same.",
    );
    expect(all.stdout).toContain(CHANGED.trimEnd());
    expect(all.stdout).toContain("shop.public.notes-value: new");
    const one = await run("--against", "shop.public.orders-key", "--registry", "registry");
    expect(one.stdout).toContain("1 subject, all the same.");
    expect((await run("--against", "registry")).stderr).toContain("--against a subject needs a registry");
  });

  it("gives the differences as JSON", async () => {
    const { stdout } = await run("orders", "--against", "HEAD", "--format", "json");
    const all: readonly { subject: string; change: string }[] = JSON.parse(stdout);
    expect(all.map(({ subject, change }) => `${subject} ${change}`)).toEqual([
      "shop.public.orders-key same",
      "shop.public.orders-value changed",
    ]);
  });

  it("says what it cannot be", async () => {
    expect((await run("--against", "no-such-branch")).stderr).toContain("no-such-branch");
  });
});
