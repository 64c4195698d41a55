import { baseName, folderOf } from "../layout.ts";
import type { Draft } from "../layout.ts";
import { compareDigits } from "../version.ts";
import { bytesOf, sipHash13 } from "./checksum.ts";
import { answer, clashes, failed, indexed, isTrue, late, refused, skipped } from "./history.ts";
import type { HistoryNote, HistoryReader } from "./history.ts";

const leadingDigits = (draft: Draft): string => (/^\d+/.exec(baseName(draft.path))?.[0] ?? "").replace(/^0+(?=\d)/, "");

function lateOnes(drafts: readonly Draft[], isApplied: (draft: Draft) => boolean, tool: string): readonly HistoryNote[] {
  const last = drafts.findLastIndex(isApplied);
  const detail = `it sorts before ${drafts[last]?.id ?? ""}, which is already applied; ${tool} runs it after what is applied, new databases get the other order`;
  return drafts
    .slice(0, Math.max(last, 0))
    .filter((draft) => !isApplied(draft))
    .map((draft) => late(draft, detail, false));
}

/**
 * sqlx: `run` stops on a version that is marked unsuccessful, on an applied one whose SHA-384 differs, and on one without a file
 * (sqlx-core: migrate/migrator.rs, validate_applied_migrations).
 */
export const sqlxHistory: HistoryReader = ({ drafts, rows, options, digest, table }) => {
  const applied = new Map(rows.map((row) => [row["version"] ?? "", row]));
  const byVersion = indexed(drafts, leadingDigits);
  const isApplied = (draft: Draft): boolean => applied.has(leadingDigits(draft));
  const notes: HistoryNote[] = [];
  for (const [version, row] of applied) {
    const draft = byVersion.get(version) ?? null;
    if (!isTrue(row["success"])) {
      const detail = `the last run of version ${version} did not succeed (success is false in ${table.title}); sqlx stops (partially applied)`;
      notes.push(failed(draft, draft?.id ?? version, detail, true));
    } else if (draft === null) {
      if (!options.ignoreMissing) notes.push(refused(null, version, "sqlx stops: it was applied, and there is no such file any more"));
    } else if (row["checksum"]?.replace(/^\\x/, "") !== digest("sha384", draft.text, "hex")) {
      notes.push(refused(draft, draft.id, "sqlx stops: the file was edited after it was applied (its SHA-384 differs from the history's)"));
    }
  }
  return answer(
    drafts.filter((draft) => !isApplied(draft)),
    [...notes, ...lateOnes(drafts, isApplied, "sqlx")],
  );
};

const folderName = (draft: Draft): string => baseName(folderOf(draft.path));
const isOpen = (value: string | null | undefined): boolean => value === null || value === undefined;

/**
 * Prisma: a row with neither finished_at nor rolled_back_at is a failed run, on which deploy stops (P3009); one that was rolled back counts
 * for nothing. deploy compares no checksums, and stops on tables without a history (P3005) and on another provider's folder (P3019)
 * (prisma-engines: schema-engine/commands, apply_migrations, detect_failed_migrations; error_on_changed_provider).
 */
export const prismaHistory: HistoryReader = ({ drafts, rows, table, sources }) => {
  const byName = indexed(drafts, folderName);
  const applied = new Set(
    rows.filter((row) => !isOpen(row["finished_at"]) && isOpen(row["rolled_back_at"])).map((row) => row["migration_name"]),
  );
  const broken = rows.filter((row) => isOpen(row["finished_at"]) && isOpen(row["rolled_back_at"]));
  const isApplied = (draft: Draft): boolean => applied.has(folderName(draft));
  const notes = broken.map((row) => {
    const name = row["migration_name"] ?? "";
    const detail =
      'the last run failed in it; Prisma stops (P3009) until "prisma migrate resolve" says whether it was applied or rolled back';
    return failed(byName.get(name) ?? null, byName.get(name)?.id ?? name, detail, true);
  });
  if (table.rows === null && table.occupied === true)
    notes.push(
      refused(
        null,
        table.title,
        'Prisma stops (P3005): the schema has tables and no history table; say what is applied with "prisma migrate resolve --applied"',
      ),
    );
  const lock = sources.find(({ path }) => baseName(path) === "migration_lock.toml");
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(lock?.text ?? "")?.[1] ?? "postgresql";
  if (!/^(?:postgres|postgresql|cockroachdb)$/.test(provider))
    notes.push(refused(null, lock?.path ?? "", `Prisma stops (P3019): migration_lock.toml says that the migrations are for ${provider}`));
  return answer(
    drafts.filter((draft) => !isApplied(draft)),
    [...notes, ...lateOnes(drafts, isApplied, "Prisma")],
  );
};

/**
 * postgres-migrations: numbers begin at 1 and have no gap, names and contents are held to a SHA-1, row by row in the order of their ids, and
 * what lies behind the rows is run (postgres-migrations: src/validation.ts, src/migrate.ts, filterMigrations). Its own row has id 0.
 */
export const postgresMigrationsHistory: HistoryReader = ({ drafts, rows, digest }) => {
  const notes: HistoryNote[] = [];
  const applied = rows.toSorted((a, b) => compareDigits(a["id"] ?? "0", b["id"] ?? "0"));
  const gap = drafts.find((draft, index) => leadingDigits(draft) !== String(index + 1));
  if (gap !== undefined)
    notes.push(
      refused(gap, gap.id, "postgres-migrations stops: numbers must be consecutive from 1, and one before it is missing or there twice"),
    );
  for (const draft of gap === undefined ? drafts : []) {
    const hash = applied[Number(leadingDigits(draft))]?.["hash"];
    if (hash !== undefined && hash !== digest("sha1", baseName(draft.path) + draft.text, "hex"))
      notes.push(
        refused(
          draft,
          draft.id,
          "postgres-migrations stops: the file was edited or renamed after it was applied, or a row is missing (its SHA-1 differs from the history's)",
        ),
      );
  }
  return answer(
    drafts.filter((draft) => Number(leadingDigits(draft)) >= Math.max(applied.length, 1)),
    notes,
  );
};

const refineryName = /^([VU])(\d+)__(.+)\.\w+$/;

interface RefineryFile {
  readonly draft: Draft;
  readonly version: string;
  readonly mayBeLate: boolean;
  readonly checksum: string;
}

/**
 * refinery: V files above the highest applied version, and every U file that is not applied; a row without a file stops the run, another
 * checksum only with abort_divergent, a late V only with abort_missing (refinery-core: traits/mod.rs, verify_migrations).
 */
export const refineryHistory: HistoryReader = ({ drafts, rows, options }) => {
  const applied = new Map(rows.map((row) => [row["version"] ?? "", row]));
  const highest = [...applied.keys()].reduce((a, b) => (compareDigits(b, a) > 0 ? b : a), "0");
  const files = drafts.map(readRefinery);
  const known = new Set(files.map(({ version }) => version));
  const notes: HistoryNote[] = [...clashes(drafts, (draft) => readRefinery(draft).version, "refinery")];
  for (const [version, row] of applied)
    if (!known.has(version) && !options.ignoreMissing)
      notes.push(refused(null, `${version} ${row["name"] ?? ""}`, "refinery stops: it was applied, and there is no such file any more"));
  for (const { draft, version, checksum } of files) {
    const row = applied.get(version);
    if (options.strict && row !== undefined && row["checksum"] !== checksum)
      notes.push(refused(draft, draft.id, "refinery stops (abort_divergent): the file was edited or renamed after it was applied"));
  }
  const open = files.filter(({ version }) => !applied.has(version));
  const isSkipped = ({ version, mayBeLate }: RefineryFile): boolean => !mayBeLate && compareDigits(version, highest) < 0;
  const detail = `it sorts before version ${highest}, which is already applied; refinery passes over it`;
  return answer(
    open.filter((file) => !isSkipped(file)).map(({ draft }) => draft),
    [...notes, ...open.filter(isSkipped).map(({ draft }) => skipped(draft, detail, options.strict))],
  );
};

/** The hash is of name, version (four bytes, little endian) and text, each text ended by 0xff as Rust's `str` hashes itself. */
function readRefinery(draft: Draft): RefineryFile {
  const [, prefix = "V", digits = "0", name = ""] = refineryName.exec(baseName(draft.path)) ?? [];
  const number = Number(digits);
  const little = [0, 8, 16, 24].map((shift) => (number >>> shift) & 0xff);
  const checksum = sipHash13(bytesOf(name, [0xff], little, draft.text, [0xff]));
  return { draft, version: String(number), mayBeLate: prefix === "U", checksum };
}
