/** What a real PostgreSQL says about its relations, types and publications at one moment. Plain data; parts are shared between catalogs. */
export interface Catalog {
  /** Tables, partitioned and foreign tables, outside system schemas, temporary ones and extensions left out; ordered by schema and name (code units). */
  readonly relations: readonly Relation[];
  /** Every enum, domain, composite, and every other type that a column uses, directly or below an array or a domain. */
  readonly types: readonly TypeDefinition[];
  readonly publications: readonly Publication[];
  /** Schemas of the session's search_path that exist, in order. */
  readonly searchPath: readonly string[];
}

export type ReplicaIdentity = "default" | "nothing" | "full" | { readonly index: string };

export interface Relation {
  /** pg_class.oid: the identity that survives a rename. Made up, and negative, where certainty is "assumed". */
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "partitioned" | "foreign";
  readonly persistence: "permanent" | "unlogged";
  /** In attnum order, dropped columns left out. */
  readonly columns: readonly Column[];
  readonly primaryKey: PrimaryKey | null;
  /** Every unique index but the primary key, by name (code units). */
  readonly uniqueIndexes: readonly UniqueIndex[];
  readonly replicaIdentity: ReplicaIdentity;
  readonly partitionKey: string | null;
  readonly partitionOf: { readonly schema: string; readonly name: string; readonly bound: string } | null;
  readonly inherits: readonly { readonly schema: string; readonly name: string }[] | null;
}

export interface PrimaryKey {
  /** Name of the index. */
  readonly name: string;
  /** In key order. */
  readonly columns: readonly string[];
  /** INCLUDE columns; absent where there are none. */
  readonly include?: readonly string[];
}

export interface UniqueIndex {
  readonly name: string;
  /** Key columns in index order; INCLUDE columns left out. Empty string stands for an expression. */
  readonly columns: readonly string[];
  readonly partial: boolean;
  readonly expressions: boolean;
  readonly immediate: boolean;
  readonly valid: boolean;
  /**
   * All entries, expressions and INCLUDE columns too, as the JDBC driver lists them: the text of pg_get_indexdef() without quotes around it. Absent where they are
   * the columns, and where the expressions are not known.
   */
  readonly entries?: readonly string[];
  /** REPLICA IDENTITY USING INDEX would take it: immediate, valid, not partial, no expressions, every key column NOT NULL. */
  readonly usableAsIdentity: boolean;
}

export interface Column {
  readonly name: string;
  /** pg_attribute.attnum: the identity that survives a rename. */
  readonly position: number;
  readonly type: TypeReference;
  readonly notNull: boolean;
  /** pg_get_expr of the default with an empty search_path; null where there is none, and for generated columns. */
  readonly default: string | null;
  readonly identity: "always" | "byDefault" | null;
  readonly generated: { readonly kind: "stored" | "virtual"; readonly expression: string } | null;
  /** attstorage: whether a large value goes out of line (TOAST). */
  readonly storage: "plain" | "main" | "external" | "extended";
}

export interface TypeReference {
  readonly oid: number;
  /** atttypmod; -1 where there is none. */
  readonly modifier: number;
  /** format_type() with an empty search_path: `character varying(40)`, `public.mood[]`. */
  readonly text: string;
}

export interface TypeDefinition {
  readonly oid: number;
  readonly schema: string;
  /** typname: `int4`, `_text`, `mood`. */
  readonly name: string;
  readonly kind: "base" | "array" | "enum" | "domain" | "composite" | "range" | "multirange" | "pseudo";
  /** Element type of an array. */
  readonly element: number | null;
  /** Base type of a domain. */
  readonly base: TypeReference | null;
  /** Of a domain. */
  readonly notNull: boolean;
  /** Of a domain. */
  readonly default: string | null;
  /** Of an enum, in enumsortorder, with the pg_enum.oid that survives RENAME VALUE. */
  readonly labels: readonly { readonly oid: number; readonly label: string }[];
  /** Of a free-standing composite type. */
  readonly attributes: readonly { readonly name: string; readonly type: TypeReference }[];
  /** Of a domain. */
  readonly checks: readonly { readonly name: string; readonly definition: string }[];
  /** Name of the extension it belongs to. */
  readonly extension: string | null;
}

export interface Publication {
  readonly oid: number;
  readonly name: string;
  readonly allTables: boolean;
  readonly publish: readonly ("insert" | "update" | "delete" | "truncate")[];
  readonly viaRoot: boolean;
  /** PostgreSQL 18's publish_generated_columns. */
  readonly generatedColumns: "none" | "stored";
  readonly tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly string[] | null;
    readonly where: string | null;
  }[];
  readonly schemas: readonly string[];
}
