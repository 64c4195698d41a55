import type { Span } from "./span.ts";

/** A name as written: `schema` is null where the statement relies on search_path. Already case-folded and unquoted. */
export interface QualifiedName {
  readonly schema: string | null;
  readonly name: string;
}

/** A type as written, enough to look it up: array bounds count, modifiers as numbers where they are constants. */
export interface WrittenType {
  readonly name: QualifiedName;
  readonly modifiers: readonly number[];
  readonly dimensions: number;
  /** SQL text of the type, as PostgreSQL would print it where that is known from the grammar (`integer`, `character varying(40)`). */
  readonly text: string;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: WrittenType;
  readonly notNull: boolean;
  /** SQL text of the default as written. */
  readonly default: string | null;
  readonly identity: "always" | "byDefault" | null;
  readonly generated: { readonly kind: "stored" | "virtual"; readonly expression: string } | null;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly span: Span;
}

/** One sub-command of ALTER TABLE, with its own span. */
export type AlterTableCommand = { readonly span: Span } & (
  | { readonly kind: "add-column"; readonly column: ColumnDefinition; readonly ifNotExists: boolean }
  | { readonly kind: "drop-column"; readonly column: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "alter-type"; readonly column: string; readonly type: WrittenType; readonly using: string | null }
  | { readonly kind: "set-default"; readonly column: string; readonly default: string }
  | { readonly kind: "drop-default"; readonly column: string }
  | { readonly kind: "set-not-null"; readonly column: string }
  | { readonly kind: "drop-not-null"; readonly column: string }
  | {
      readonly kind: "add-primary-key";
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly usingIndex: string | null;
    }
  | { readonly kind: "add-unique"; readonly name: string | null; readonly columns: readonly string[]; readonly usingIndex: string | null }
  | { readonly kind: "add-check"; readonly name: string | null; readonly expression: string; readonly notValid: boolean }
  | { readonly kind: "add-foreign-key"; readonly name: string | null; readonly notValid: boolean }
  | { readonly kind: "drop-constraint"; readonly name: string; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "validate-constraint"; readonly name: string }
  | { readonly kind: "add-identity"; readonly column: string; readonly identity: "always" | "byDefault" }
  | { readonly kind: "drop-identity"; readonly column: string }
  | { readonly kind: "drop-expression"; readonly column: string }
  | { readonly kind: "replica-identity"; readonly identity: "default" | "nothing" | "full" | { readonly index: string } }
  | { readonly kind: "set-logged" | "set-unlogged" }
  | { readonly kind: "attach-partition" | "detach-partition"; readonly partition: QualifiedName }
  | { readonly kind: "inherit" | "no-inherit"; readonly parent: QualifiedName }
  /** Known to change nothing that the stream sees: owner, storage, statistics, triggers, row security … `name` is the AST's subtype. */
  | { readonly kind: "other"; readonly name: string }
);

export type RenamedObject =
  | "column"
  | "table"
  | "view"
  | "schema"
  | "type"
  | "attribute"
  | "enum-value"
  | "index"
  | "constraint"
  | "sequence"
  | "other";
export type DroppedObject =
  | "table"
  | "view"
  | "materialized-view"
  | "index"
  | "sequence"
  | "schema"
  | "type"
  | "domain"
  | "extension"
  | "publication"
  | "function"
  | "foreign-table"
  | "other";

export interface StatementBase {
  /** In the file, from the first token to the last, without the semicolon. */
  readonly span: Span;
  /** The text at the span, after substitution. */
  readonly sql: string;
  /** Index of the Piece it stands in. */
  readonly piece: number;
  /** True when PostgreSQL refuses it inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE, ALTER SYSTEM … */
  readonly needsAutocommit: boolean;
}

export type Statement = StatementBase & StatementBody;
export type StatementKind = StatementBody["kind"];

export type StatementBody =
  | {
      readonly kind: "create-table";
      readonly relation: QualifiedName;
      readonly ifNotExists: boolean;
      readonly persistence: "permanent" | "unlogged" | "temporary";
      readonly columns: readonly ColumnDefinition[];
      readonly primaryKey: { readonly name: string | null; readonly columns: readonly string[] } | null;
      readonly unique: readonly { readonly name: string | null; readonly columns: readonly string[] }[];
      readonly inherits: readonly QualifiedName[];
      readonly partitionOf: QualifiedName | null;
      readonly partitionKey: string | null;
      readonly like: readonly QualifiedName[];
      /** CREATE TABLE AS, SELECT INTO: columns come from a query. */
      readonly fromQuery: boolean;
    }
  | {
      readonly kind: "alter-table";
      readonly relation: QualifiedName;
      readonly relationKind: "table" | "view" | "index" | "sequence" | "foreign-table" | "materialized-view" | "type";
      readonly ifExists: boolean;
      readonly commands: readonly AlterTableCommand[];
    }
  | {
      readonly kind: "rename";
      readonly object: RenamedObject;
      /** The relation or type whose part is renamed, or the object itself. */
      readonly relation: QualifiedName | null;
      readonly from: string;
      readonly to: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "set-schema";
      readonly object: DroppedObject;
      readonly relation: QualifiedName;
      readonly schema: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "drop";
      readonly object: DroppedObject;
      readonly names: readonly QualifiedName[];
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly kind: "truncate"; readonly relations: readonly QualifiedName[]; readonly cascade: boolean }
  | {
      readonly kind: "create-index";
      readonly name: string | null;
      readonly relation: QualifiedName;
      readonly unique: boolean;
      readonly concurrently: boolean;
      readonly columns: readonly string[];
      readonly ifNotExists: boolean;
      readonly partial: boolean;
    }
  | { readonly kind: "create-view"; readonly name: QualifiedName; readonly materialized: boolean }
  | {
      readonly kind: "create-type";
      readonly name: QualifiedName;
      readonly type: "enum" | "composite" | "range" | "base";
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "create-domain";
      readonly name: QualifiedName;
      readonly base: WrittenType;
      readonly notNull: boolean;
      readonly default: string | null;
    }
  | { readonly kind: "alter-domain"; readonly name: QualifiedName }
  | {
      readonly kind: "alter-enum";
      readonly name: QualifiedName;
      readonly action: "add" | "rename";
      readonly label: string;
      readonly newLabel: string | null;
      readonly ifNotExists: boolean;
      readonly before: string | null;
      readonly after: string | null;
    }
  | {
      readonly kind: "publication";
      readonly action: "create" | "add" | "drop" | "set" | "options";
      readonly name: string;
      readonly allTables: boolean;
      readonly relations: readonly {
        readonly relation: QualifiedName;
        readonly columns: readonly string[] | null;
        readonly where: string | null;
      }[];
      readonly schemas: readonly string[];
    }
  | { readonly kind: "subscription"; readonly name: string }
  | { readonly kind: "create-schema"; readonly name: string; readonly ifNotExists: boolean }
  | { readonly kind: "create-extension"; readonly name: string; readonly schema: string | null }
  | { readonly kind: "create-sequence" | "alter-sequence"; readonly name: QualifiedName }
  | { readonly kind: "create-role"; readonly name: string }
  | { readonly kind: "function"; readonly name: QualifiedName; readonly language: string | null; readonly body: string | null }
  /** `body` of a DO block; `findings` of the PL/pgSQL parser are in `dynamic`. */
  | { readonly kind: "do"; readonly language: string; readonly body: string; readonly dynamic: boolean }
  | { readonly kind: "call"; readonly name: QualifiedName }
  | {
      readonly kind: "dml";
      readonly command: "insert" | "update" | "delete" | "merge";
      readonly relation: QualifiedName;
      readonly functions: readonly string[];
    }
  /** SELECT, VALUES, WITH, EXPLAIN, SHOW …; `functions` are the names called anywhere in it, lower case, unqualified. */
  | { readonly kind: "select"; readonly functions: readonly string[] }
  | {
      readonly kind: "copy";
      readonly relation: QualifiedName | null;
      readonly direction: "from" | "to";
      readonly target: "stdin" | "stdout" | "file" | "program";
    }
  | { readonly kind: "transaction"; readonly action: "begin" | "commit" | "rollback" | "savepoint" | "release" | "rollback-to" }
  | { readonly kind: "set"; readonly name: string; readonly local: boolean; readonly values: readonly string[] }
  | { readonly kind: "lock"; readonly relations: readonly QualifiedName[] }
  /** Understood, and known not to change a table, its type or its publication: COMMENT, GRANT, POLICY, TRIGGER, ANALYZE, VACUUM … `name` is the AST's node. */
  | { readonly kind: "other"; readonly name: string }
  /** Not understood statically; `reason` is in words. */
  | { readonly kind: "opaque"; readonly name: string; readonly reason: string };

/** A text that the parser refused: PostgreSQL's own message at the place it names. */
export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
}
