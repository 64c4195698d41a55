import { plainMigration } from "../model/migration.ts";
import type { Migration } from "../model/migration.ts";
import { spanOf } from "../model/position.ts";
import type { Statement, SyntaxProblem } from "../model/statement.ts";
import { needsAutocommit } from "./autocommit.ts";
import { offsetsOf } from "./offsets.ts";
import type { Offsets } from "./offsets.ts";
import type { Parser, RawStatement } from "./parser.ts";
import { Scanner } from "./scanner.ts";
import { splitStatements } from "./split.ts";
import type { Segment } from "./split.ts";
import { statementBody } from "./statement-body.ts";
import type { StatementText } from "./statement-text.ts";
import { isTangled } from "./tangle.ts";
import { nameOf } from "./tree.ts";

export interface ParsedMigration {
  /** In the order of the text. */
  readonly statements: readonly Statement[];
  readonly problems: readonly SyntaxProblem[];
}

/** A text that stands for itself, without a migration tool. */
export interface LooseMigration {
  readonly id: string;
  readonly sql: string;
}

/** Size of a batch in UTF-16 units: large enough to be quick, small enough to keep the trees of a huge file from being in memory at once. */
const BATCH = 1 << 16;
const MAX_STATEMENTS = 1024;

const TANGLED =
  "thousands of comments and operators stand here without a space between them, which PostgreSQL takes too long to read; take them out";

/** Characters of a parser's message that are kept. */
const MAX_MESSAGE = 160;

/** From here on a statement is parsed by itself: it may be more than the parser can take. */
const SUSPICIOUS = 200;

/**
 * Reads every statement of a migration. A statement that PostgreSQL's grammar refuses becomes a problem at its place; those before and
 * after it are still given. Never throws on any text.
 */
export function parseMigration(parser: Parser, migration: Migration | LooseMigration): ParsedMigration {
  const whole = "pieces" in migration ? migration : plainMigration(migration.id, migration.sql);
  const reader = new MigrationReader(parser, whole);
  for (let piece = 0; piece < whole.pieces.length; piece++) reader.readPiece(piece);
  return { statements: reader.statements, problems: reader.problems };
}

/** What was parsed in one call. */
interface Batch {
  readonly start: number;
  readonly segments: readonly Segment[];
  readonly offsets: Offsets;
}

class MigrationReader {
  readonly statements: Statement[] = [];
  readonly problems: SyntaxProblem[] = [];
  private readonly parser: Parser;
  private readonly migration: Migration;
  private piece = 0;
  private sql = "";

  constructor(parser: Parser, migration: Migration) {
    this.parser = parser;
    this.migration = migration;
  }

  readPiece(piece: number): void {
    this.piece = piece;
    this.sql = this.migration.pieces[piece]?.sql ?? "";
    const tangled = isTangled(this.sql);
    let batch: Segment[] = [];
    let from = 0;
    for (const segment of splitStatements(this.sql)) {
      const before = from;
      from = segment.next;
      if (tangled && isTangled(this.sql.slice(before, segment.next))) {
        if (batch.length > 0) this.readBatch(batch);
        batch = [];
        this.addProblem(segment, TANGLED, null);
        continue;
      }
      const alone = segment.nesting > SUSPICIOUS;
      if (batch.length > 0 && (alone || isFull(batch, segment))) {
        this.readBatch(batch);
        batch = [];
      }
      batch.push(segment);
      if (alone) {
        this.readBatch(batch);
        batch = [];
      }
    }
    if (batch.length > 0) this.readBatch(batch);
  }

  /**
   * Parses a run of statements at once. After an error at one of them those before it are parsed again without it; the run that follows
   * starts small and doubles with each success, so that a text full of errors costs no more than a constant factor.
   */
  private readBatch(segments: readonly Segment[]): void {
    let from = 0;
    let size = segments.length;
    while (from < segments.length) {
      const run = segments.slice(from, from + size);
      const failed = this.readRun(run);
      if (failed === null) {
        from += run.length;
        size *= 2;
      } else {
        if (failed > 0) this.readBatch(run.slice(0, failed));
        this.readRun(run.slice(failed, failed + 1));
        from += failed + 1;
        size = 1;
      }
    }
  }

  /** Null when all is done; else the index of the segment that the parser refused, with nothing done. A single segment is always done. */
  private readRun(run: readonly Segment[]): number | null {
    const first = run[0];
    const last = run.at(-1);
    if (first === undefined || last === undefined) return null;
    const text = this.sql.slice(first.start, last.next);
    const parsed = this.parser.parse(text, Math.max(...run.map((segment) => segment.nesting)));
    if (parsed.kind === "statements") {
      this.addAll({ start: first.start, segments: run, offsets: offsetsOf(text) }, parsed.statements);
      return null;
    }
    const at = parsed.kind === "syntax-error" && parsed.offset !== null ? offsetsOf(text).fromCodePoints(parsed.offset) : null;
    if (run.length > 1) return segmentAt(run, at === null ? null : first.start + at);
    this.addProblem(first, parsed.message, at);
    return null;
  }

  private addAll(batch: Batch, raw: readonly RawStatement[]): void {
    const { segments } = batch;
    if (raw.length === segments.length) {
      raw.forEach((statement, i) => {
        const segment = segments[i];
        if (segment !== undefined) this.add(batch, statement, segment.start, segment.end);
      });
      return;
    }
    // The grammar saw other borders than the scanner; its own are right.
    for (const statement of raw) {
      const start = batch.start + batch.offsets.fromBytes(statement.byteOffset);
      const { byteLength } = statement;
      const end =
        byteLength === null ? (segments.at(-1)?.end ?? start) : batch.start + batch.offsets.fromBytes(statement.byteOffset + byteLength);
      const scanner = new Scanner(this.sql, start, end);
      scanner.next();
      const firstToken = scanner.start;
      let lastEnd = scanner.end;
      while (scanner.next()) lastEnd = scanner.end;
      this.add(batch, statement, firstToken, lastEnd);
    }
  }

  private add(batch: Batch, raw: RawStatement, start: number, end: number): void {
    const sql = this.sql.slice(start, end);
    const text: StatementText = {
      sql: this.sql,
      start,
      end,
      locate: (location) => batch.start + batch.offsets.fromBytes(location ?? 0),
      spanOf: (from, to) => spanOf(this.migration, this.piece, from, to),
      isDynamic: () => this.parser.isDynamic(sql),
    };
    this.statements.push({
      span: text.spanOf(start, end),
      sql,
      piece: this.piece,
      needsAutocommit: needsAutocommit(nameOf(raw.node), raw.node),
      ...statementBody(raw.node, text),
    });
  }

  /** At the token that the parser names; at the last token where it names the end; over the whole statement where it names nothing. */
  private addProblem(segment: Segment, message: string, at: number | null): void {
    let { start, end } = segment;
    if (at !== null) {
      const scanner = new Scanner(this.sql, segment.start + at, segment.next);
      if (scanner.next()) start = scanner.start;
      else start = scanner.openComment === -1 ? end : scanner.openComment;
      end = Math.max(scanner.end, start);
    }
    this.problems.push({ span: spanOf(this.migration, this.piece, start, end), message: shortened(message) });
  }
}

/** PostgreSQL quotes what it did not understand, which for a comment or string without an end is all the rest of the text. */
function shortened(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function isFull(batch: readonly Segment[], next: Segment): boolean {
  return batch.length >= MAX_STATEMENTS || next.end - (batch[0]?.start ?? 0) > BATCH;
}

/** The last segment that starts at or before the offset; the first for none. */
function segmentAt(run: readonly Segment[], offset: number | null): number {
  if (offset === null) return 0;
  let index = 0;
  for (let i = 0; i < run.length; i++) if ((run[i]?.start ?? 0) <= offset) index = i;
  return index;
}
