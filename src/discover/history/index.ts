import type { MigrationTool } from "../../model/migration.ts";
import { alembicHistory } from "./alembic.ts";
import { atlasHistory } from "./atlas.ts";
import { postgresMigrationsHistory, prismaHistory, refineryHistory, sqlxHistory } from "./by-checksum.ts";
import { drizzleHistory, golangMigrateHistory, ternHistory } from "./by-mark.ts";
import {
  dbmateHistory,
  dieselHistory,
  knexHistory,
  mikroOrmHistory,
  railsHistory,
  sequelizeHistory,
  supabaseHistory,
  typeormHistory,
  yoyoHistory,
} from "./by-name.ts";
import { gooseHistory, kyselyHistory, nodePgMigrateHistory, sqlMigrateHistory } from "./by-order.ts";
import { djangoHistory } from "./django.ts";
import { flywayHistory } from "./flyway.ts";
import { graphileMigrateHistory } from "./graphile-migrate.ts";
import type { HistoryReader } from "./history.ts";
import { liquibaseHistory } from "./liquibase.ts";
import { sqitchHistory } from "./sqitch.ts";

/** How each tool reads its own table; plain files have none. */
export const historyReaders: Readonly<Record<Exclude<MigrationTool, "plain">, HistoryReader>> = {
  alembic: alembicHistory,
  atlas: atlasHistory,
  dbmate: dbmateHistory,
  diesel: dieselHistory,
  django: djangoHistory,
  drizzle: drizzleHistory,
  flyway: flywayHistory,
  "golang-migrate": golangMigrateHistory,
  goose: gooseHistory,
  "graphile-migrate": graphileMigrateHistory,
  knex: knexHistory,
  kysely: kyselyHistory,
  liquibase: liquibaseHistory,
  "mikro-orm": mikroOrmHistory,
  "node-pg-migrate": nodePgMigrateHistory,
  "postgres-migrations": postgresMigrationsHistory,
  prisma: prismaHistory,
  rails: railsHistory,
  refinery: refineryHistory,
  sequelize: sequelizeHistory,
  "sql-migrate": sqlMigrateHistory,
  sqitch: sqitchHistory,
  sqlx: sqlxHistory,
  supabase: supabaseHistory,
  tern: ternHistory,
  typeorm: typeormHistory,
  yoyo: yoyoHistory,
};
