import type { MigrationTool } from "../../model/migration.ts";
import type { Layout } from "../layout.ts";
import { dbmate } from "./dbmate.ts";
import { diesel } from "./diesel.ts";
import { drizzle } from "./drizzle.ts";
import { flyway } from "./flyway.ts";
import { golangMigrate } from "./golang-migrate.ts";
import { goose } from "./goose.ts";
import { liquibase } from "./liquibase.ts";
import { plain } from "./plain.ts";
import { prisma } from "./prisma.ts";
import { sqitch } from "./sqitch.ts";
import { sqlx } from "./sqlx.ts";
import { supabase } from "./supabase.ts";

/** The most telling first: a folder belongs to the first layout that recognises it. */
export const layouts: readonly Layout[] = [
  sqitch,
  drizzle,
  prisma,
  diesel,
  liquibase,
  goose,
  dbmate,
  flyway,
  supabase,
  sqlx,
  golangMigrate,
  plain,
];

const byTool: ReadonlyMap<MigrationTool, Layout> = new Map(layouts.map((layout) => [layout.tool, layout]));

/** The layout of a tool. @throws RangeError for a tool that has none. */
export function layoutOf(tool: MigrationTool): Layout {
  const layout = byTool.get(tool);
  if (layout === undefined) throw new RangeError(`no layout for ${tool}`);
  return layout;
}
