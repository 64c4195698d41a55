import type { Layout } from "../layout.ts";
import { foldersWith, plainDialect } from "../layout.ts";
import { compareText } from "../version.ts";
import { readNumbered } from "./numbered.ts";

/**
 * Supabase CLI: `supabase/migrations/<14 digits>_<name>.sql` in name order. The statements of a file are sent as one batch, an implicit
 * transaction; those that PostgreSQL refuses in one (CREATE INDEX CONCURRENTLY, VACUUM) go alone (supabase/cli: ExecBatch).
 */
export const supabase: Layout = {
  tool: "supabase",
  dialect: plainDialect,
  roots: (sources) => foldersWith(sources, (source) => /(?:^|\/)supabase\/migrations\/\d+_[^/]*\.sql$/.test(source.path)),
  read: (root, sources) => readNumbered(root, sources, { file: /^(\d+)_.*\.sql$/, compare: compareText, code: false, draft: () => ({}) }),
};
