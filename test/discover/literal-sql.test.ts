import { expect, test } from "vitest";
import { discover } from "../../src/discover/discover.ts";
import { programFile } from "../../src/discover/layouts/literal-sql.ts";

/** What is sent, statement texts in order, and whether in a transaction; null where the file is opaque. */
function read(text: string): { readonly sent: readonly string[]; readonly transactional: boolean } | null {
  const { sections, generated, gaps, transactional } = programFile("m", { path: "m/1_a.ts", text }, true);
  if (gaps.length > 0) return null;
  const sent = generated.length > 0 ? generated.map((one) => one.text) : sections.map(({ start, end }) => text.slice(start, end));
  return { sent, transactional };
}

const ofClass = (body: string): string =>
  `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class A1700000000001 implements MigrationInterface {\n  name = 'A1700000000001'\n\n` +
  `  public async up(queryRunner: QueryRunner): Promise<void> {\n${body}\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query("DROP TABLE a");\n  }\n}\n`;

test.each([
  [
    "TypeORM",
    ofClass('    await queryRunner.query(`CREATE TABLE "a" (id int)`);\n    await queryRunner.query("DROP TABLE b")'),
    ['CREATE TABLE "a" (id int)', "DROP TABLE b"],
  ],
  [
    "comments and a trailing comma",
    ofClass("    // first\n    await queryRunner.query(\n      `SELECT 1`,\n    ); /* then */ return await queryRunner.query('SELECT 2');"),
    ["SELECT 1", "SELECT 2"],
  ],
  [
    "MikroORM",
    'class M extends Migration {\n  override async up(): Promise<void> {\n    this.addSql(`alter table "a" add b int;`);\n  }\n}',
    ['alter table "a" add b int;'],
  ],
  [
    "Knex, with an expression",
    "exports.up = (knex) => knex.raw(`SELECT 1`);\nexports.down = (knex) => knex.raw(`SELECT 2`);",
    ["SELECT 1"],
  ],
  ["Knex, typed", 'export async function up(knex: Knex): Promise<void> {\n  await knex.schema.raw("SELECT 1");\n}', ["SELECT 1"]],
  [
    "Sequelize",
    "module.exports = {\n  up: async (queryInterface) => {\n    await queryInterface.sequelize.query('SELECT 1');\n  },\n};",
    ["SELECT 1"],
  ],
  ["Kysely", "export async function up(db: Kysely<any>): Promise<void> {\n  await sql`SELECT 1`.execute(db);\n}", ["SELECT 1"]],
  ["escapes", ofClass(String.raw`    await queryRunner.query('SELECT \'a\'\n\u0041' );`), ["SELECT 'a'\nA"]],
])("%s", (_, text, sent) => {
  expect(read(text)).toEqual({ sent, transactional: true });
});

test.each([
  ["a value put in", ofClass("    await queryRunner.query(`DROP TABLE ${name}`);")],
  ["parameters", ofClass("    await queryRunner.query(`SELECT $1`, [1]);")],
  ["a condition", ofClass('    if (process.env.X) {\n      await queryRunner.query("SELECT 1");\n    }')],
  ["another call", ofClass('    await queryRunner.query("SELECT 1");\n    await queryRunner.createTable(table);')],
  ["a chain", "exports.up = (knex) => knex.raw(`SELECT 1`).then(() => knex.raw(`SELECT 2`));"],
  ["a chain on the next line", "exports.up = (knex) => knex.raw(`SELECT 1`)\n  .then(() => other());"],
  ["texts put together", ofClass('    await queryRunner.query("DROP TABLE " + name);')],
  ["another object's query", ofClass('    await other.query("SELECT 1");')],
  ["a builder", 'exports.up = (knex) => knex.schema.createTable("a", (t) => t.increments());'],
  ["nothing", ofClass("")],
  ["no up at all", "export const down = 1;"],
  ["an up that does not end", "exports.up = async (knex) => {\n  await knex.raw(`SELECT 1`);"],
])("%s is not read", (_, text) => {
  expect(read(text)).toBeNull();
});

test.each([
  ["TypeORM", ofClass('    await queryRunner.query("SELECT 1");').replace("name =", "transaction = false;\n  name =")],
  ["Knex", "exports.up = (knex) => knex.raw(`SELECT 1`);\nexports.config = { transaction: false };"],
  ["node-pg-migrate", "export const up = (pgm) => {\n  pgm.noTransaction();\n  pgm.sql(`SELECT 1`);\n};"],
  ["MikroORM", "class M extends Migration {\n  isTransactional(): boolean { return false; }\n  async up() { this.addSql('SELECT 1'); }\n}"],
])("%s without a transaction", (_, text) => {
  expect(read(text)).toEqual({ sent: ["SELECT 1"], transactional: false });
});

test("program code beside another tool's SQL is not what is meant", () => {
  const sources = [
    { path: "db/migration/V1__a.sql", text: "SELECT 1;" },
    { path: "src/migrations/1700000000001-a.ts", text: ofClass('    await queryRunner.query("SELECT 1");') },
  ];
  const found = discover(sources, { tool: null, root: null, pending: { kind: "all" }, placeholders: {} });
  expect(found.tool).toBe("flyway");
});
