import type { MigrationTool } from "../../model/migration.ts";
import type { Layout } from "../layout.ts";
import { alembic } from "./alembic.ts";
import { atlas } from "./atlas.ts";
import { dbmate } from "./dbmate.ts";
import { diesel } from "./diesel.ts";
import { django } from "./django.ts";
import { drizzle } from "./drizzle.ts";
import { flyway } from "./flyway.ts";
import { golangMigrate } from "./golang-migrate.ts";
import { goose } from "./goose.ts";
import { liquibase } from "./liquibase.ts";
import { graphileMigrate, nodePgMigrate, postgresMigrations, refinery, sqlMigrate, tern, yoyo } from "./marked-sql.ts";
import { plain } from "./plain.ts";
import { otherCode } from "./other-code.ts";
import { prisma } from "./prisma.ts";
import { knex, kysely, mikroOrm, rails, sequelize, typeorm } from "./program-code.ts";
import { sqitch } from "./sqitch.ts";
import { sqlx } from "./sqlx.ts";
import { supabase } from "./supabase.ts";

/** The most telling first: a folder belongs to the first layout that recognises it. */
export const layouts: readonly Layout[] = [
  sqitch,
  drizzle,
  prisma,
  diesel,
  atlas,
  liquibase,
  goose,
  dbmate,
  graphileMigrate,
  sqlMigrate,
  tern,
  nodePgMigrate,
  yoyo,
  refinery,
  flyway,
  supabase,
  sqlx,
  golangMigrate,
  alembic,
  django,
  rails,
  typeorm,
  mikroOrm,
  kysely,
  sequelize,
  knex,
  postgresMigrations,
  ...otherCode,
  // The last one of a name is what stands for it.
  plain,
];

const byTool: ReadonlyMap<MigrationTool, Layout> = new Map(layouts.map((layout) => [layout.tool, layout]));

/** The layout of a tool. @throws RangeError for a tool that has none. */
export function layoutOf(tool: MigrationTool): Layout {
  const layout = byTool.get(tool);
  if (layout === undefined) throw new RangeError(`no layout for ${tool}`);
  return layout;
}
