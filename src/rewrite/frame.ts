import type { Migration, MigrationTool } from "../model/migration.ts";
import type { RewriteFile } from "../model/report.ts";
import type { FileDraft } from "./draft.ts";

/** Tools that run one file without a transaction when the file (or a file beside it) says so. */
const autocommitTools: ReadonlySet<MigrationTool> = new Set([
  "flyway",
  "goose",
  "dbmate",
  "diesel",
  "sqlx",
  "sqitch",
  "liquibase",
  "atlas",
  "sql-migrate",
  "tern",
  "yoyo",
]);

export const canAutocommit = (tool: MigrationTool): boolean => autocommitTools.has(tool);

const beside = (path: string, sql: string): RewriteFile => ({ path, sql: `${sql}\n` });

const nothingBack = "-- Nothing to undo here: what the step before needs is still there, or gone for good.";

/** Statements as the tool wants to read them, each with its semicolon. */
export function statementsFor(tool: MigrationTool, statements: readonly string[]): string {
  if (tool === "drizzle") return statements.map((statement) => `${statement};`).join("\n--> statement-breakpoint\n");
  return statements
    .map((statement) =>
      tool === "goose" && statement.includes(";") ? `-- +goose StatementBegin\n${statement};\n-- +goose StatementEnd` : `${statement};`,
    )
    .join("\n\n");
}

/** A new migration file, with what has to lie beside it. */
export function framed(like: Migration, path: string, draft: FileDraft): readonly RewriteFile[] {
  const { tool } = like;
  const body = statementsFor(tool, draft.statements);
  const alone = draft.autocommit;
  const main = (sql: string): RewriteFile => ({ path, sql: `${sql}\n` });
  switch (tool) {
    case "flyway":
      return alone ? [main(body), beside(`${path}.conf`, "executeInTransaction=false")] : [main(body)];
    case "goose":
      return [main(`${alone ? "-- +goose NO TRANSACTION\n" : ""}-- +goose Up\n${body}\n\n-- +goose Down\n${nothingBack}`)];
    case "dbmate":
      return [main(`-- migrate:up${alone ? " transaction:false" : ""}\n${body}\n\n-- migrate:down\n${nothingBack}`)];
    case "golang-migrate":
      return [main(body), beside(path.replace(/\.up\.sql$/i, ".down.sql"), nothingBack)];
    case "diesel":
      return [
        main(body),
        beside(path.replace(/up\.sql$/, "down.sql"), nothingBack),
        ...(alone ? [beside(path.replace(/up\.sql$/, "metadata.toml"), "run_in_transaction = false")] : []),
      ];
    case "sqlx":
      return [
        main(alone ? `-- no-transaction\n${body}` : body),
        ...(/\.up\.sql$/i.test(path) ? [beside(path.replace(/\.up\.sql$/i, ".down.sql"), nothingBack)] : []),
      ];
    case "sqitch":
      return [main(alone ? body : `BEGIN;\n\n${body}\n\nCOMMIT;`)];
    case "liquibase":
      return [main(`--liquibase formatted sql\n\n${changeset(like, draft.name, alone)}\n${body}`)];
    case "plain":
      return [main(like.transactional || draft.statements.length === 1 ? body : `BEGIN;\n\n${body}\n\nCOMMIT;`)];
    case "sql-migrate":
      return [main(`-- +migrate Up${alone ? " notransaction" : ""}\n${body}\n\n-- +migrate Down\n${nothingBack}`)];
    case "tern":
      return [main(`${alone ? "---- tern: disable-tx ----\n" : ""}${body}\n\n---- create above / drop below ----\n\n${nothingBack}`)];
    case "node-pg-migrate":
      return [main(`-- Up Migration\n${body}\n\n-- Down Migration\n${nothingBack}`)];
    case "atlas":
      return [main(alone ? `-- atlas:txmode none\n\n${body}` : body)];
    case "yoyo":
      return [main(alone ? `-- transactional: false\n${body}` : body)];
    case "prisma":
    case "drizzle":
    case "supabase":
    case "refinery":
    case "postgres-migrations":
    case "graphile-migrate":
    case "alembic":
    case "django":
    case "knex":
    case "kysely":
    case "mikro-orm":
    case "rails":
    case "sequelize":
    case "typeorm":
      return [main(body)];
    default:
      return tool satisfies never;
  }
}

/** Header of a changeset by the author of `like`. Liquibase cuts a text at every semicolon, those of a function's body included, if not told. */
export function changeset(like: Migration, name: string, alone: boolean): string {
  const author = /::(.*?):/.exec(like.id)?.[1] ?? "unknown";
  return `--changeset ${author}:${name} splitStatements:false${alone ? " runInTransaction:false" : ""}`;
}

const intoCode = (name: string, call: string): readonly string[] => [
  `${name}: its migrations are program code, so put the statements of each file into one (${call}).`,
];

/** What the user has to do beside adding the files; in words. */
export function toolNotes({ tool }: Migration, autocommit: boolean): readonly string[] {
  const large = "It runs every file in one transaction, so the backfill is one UPDATE: on a large table run it in portions by hand first.";
  const notes: Readonly<Partial<Record<MigrationTool, readonly string[]>>> = {
    alembic: intoCode("Alembic", "op.execute"),
    atlas: ["Atlas: run atlas migrate hash, so that atlas.sum has the new files."],
    django: intoCode("Django", "migrations.RunSQL"),
    "graphile-migrate": ["graphile-migrate: put each file into current.sql and commit it (graphile-migrate commit), in this order."],
    knex: intoCode("Knex", "knex.raw"),
    kysely: intoCode("Kysely", "sql`…`.execute"),
    "mikro-orm": intoCode("MikroORM", "this.addSql"),
    rails: intoCode("Rails", "execute"),
    sequelize: intoCode("Sequelize", "queryInterface.sequelize.query"),
    typeorm: intoCode("TypeORM", "queryRunner.query"),
    drizzle: ["Drizzle: add the new files to meta/_journal.json (drizzle-kit generate --custom makes an entry)."],
    sqitch: ["sqitch: add each new file to sqitch.plan with sqitch add, with its revert and verify scripts."],
    liquibase: ["Liquibase: include the new files in the changelog, unless it has includeAll."],
    goose: ["goose: the Down section of the changed file still undoes the original statement: make it undo what the file does now."],
    dbmate: [
      "dbmate: the migrate:down section of the changed file still undoes the original statement: make it undo what the file does now.",
    ],
    "golang-migrate": [
      "golang-migrate: the .down.sql of the changed file still undoes the original statement: make it undo what the file does now.",
    ],
    diesel: ["diesel: the down.sql of the changed file still undoes the original statement: make it undo what the file does now."],
  };
  return [
    "Release one phase at a time: a tool that finds all files at once applies them all at once, without waiting for the conditions between.",
    ...(notes[tool] ?? []),
    ...(autocommit ? [] : [large]),
  ];
}
