import { bareSql } from "./bare.ts";
import type { VersionDifference } from "./difference.ts";
import { anyOf, commands, hasChildren, newText, parentColumns, says, writes } from "./meets.ts";
import type { Meets } from "./meets.ts";

/** Functions that came with a major version, as far as a default or a generated column may call them. */
const functionsSince: readonly (readonly [since: number, names: string])[] = [
  [18, "uuidv7 uuidv4 array_sort array_reverse casefold crc32 crc32c gamma lgamma"],
  [17, "to_bin to_oct uuid_extract_timestamp uuid_extract_version unicode_assigned json_scalar json_serialize"],
  [16, "array_sample array_shuffle date_add date_subtract random_normal erf erfc"],
];

function callsNew(since: number): Meets {
  const names = functionsSince.find(([major]) => major === since)?.[1].split(" ") ?? [];
  // PostgreSQL prints the schema of every function that is not its own.
  const call = new RegExp(`(?<![\\w."])(?:${names.join("|")})\\(`, "i");
  return writes((written) => call.test(bareSql(newText(written) ?? "")));
}

const onPartitioned = (kind: string, isOne: (text: string) => boolean): Meets =>
  commands((command, table, { statement }) => command.kind === kind && table?.kind === "partitioned" && isOne(bareSql(statement.sql)));

/** What came with PostgreSQL 16 and 17, and functions of all; new syntax of 17 is not listed, as the grammar of 16 refuses it for servers up to 16. */
export const refusedBefore17: readonly VersionDifference[] = [
  {
    id: "function-18",
    since: 18,
    what: "a function that it calls came with 18, unless the database has one of its own",
    kind: "refused-before",
    meets: callsNew(18),
  },
  {
    id: "function-17",
    since: 17,
    what: "a function that it calls came with 17, unless the database has one of its own",
    kind: "refused-before",
    meets: callsNew(17),
  },
  {
    id: "function-16",
    since: 16,
    what: "a function that it calls came with 16, unless the database has one of its own",
    kind: "refused-before",
    meets: callsNew(16),
  },
  {
    id: "partitioned-exclusion",
    since: 17,
    what: "partitioned tables have exclusion constraints only since 17",
    kind: "refused-before",
    meets: anyOf(
      says(/\bCREATE\b[\s\S]*\bTABLE\b[\s\S]*\bEXCLUDE\b[\s\S]*\bPARTITION\s+BY\b/i),
      commands(
        (_, table, { statement }) =>
          table?.kind === "partitioned" && /\bADD\s+(?:CONSTRAINT\s+\S+\s+)?EXCLUDE\b/i.test(bareSql(statement.sql)),
      ),
    ),
  },
  {
    id: "partitioned-identity-added",
    since: 17,
    what: "a table that has partitions takes a new identity column only since 17",
    kind: "refused-before",
    meets: writes(
      ({ relation, column, earlier, after }) =>
        earlier === null &&
        column.identity !== null &&
        relation.kind === "partitioned" &&
        hasChildren(after, relation) &&
        column.position > 1,
    ),
  },
  {
    id: "partitioned-access-method",
    since: 17,
    what: "partitioned tables have an access method of their own only since 17",
    kind: "refused-before",
    meets: anyOf(
      onPartitioned("other", (text) => /\bSET\s+ACCESS\s+METHOD\b/i.test(text)),
      says(/\bCREATE\b[\s\S]*\bTABLE\b[\s\S]*\bPARTITION\s+BY\b[\s\S]*\)\s*USING\s/i),
    ),
  },
  {
    id: "setting-17",
    since: 17,
    what: "this setting came with 17",
    kind: "refused-before",
    meets: ({ statement }) => statement.kind === "set" && /^(?:transaction_timeout|event_triggers)$/i.test(statement.name),
  },
  {
    id: "maintain",
    since: 17,
    what: "the privilege MAINTAIN came with 17",
    kind: "refused-before",
    meets: says(/\b(?:GRANT|REVOKE)\b[\s\S]*\bMAINTAIN\b[\s\S]*\bON\b/i),
  },
  {
    id: "domain-not-null-dropped",
    since: 17,
    what: "the NOT NULL of a domain is a constraint with a name only since 17",
    kind: "refused-before",
    meets: ({ statement, before, after }) =>
      statement.kind === "alter-domain" &&
      /\bDROP\s+CONSTRAINT\b/i.test(bareSql(statement.sql)) &&
      before.types.some(({ oid, notNull }) => notNull && after.types.some((type) => type.oid === oid && !type.notNull)),
  },
  {
    id: "plpgsql-array-of-type",
    since: 17,
    what: "PL/pgSQL has arrays of %TYPE and %ROWTYPE only since 17",
    kind: "refused-before",
    meets: ({ statement }) =>
      (statement.kind === "do" || statement.kind === "function") && /%(?:ROW)?TYPE\s*(?:\[|ARRAY\b)/i.test(statement.sql),
  },
  {
    id: "syntax-16",
    since: 16,
    what: "what it says came with 16 (STORAGE of a new column, SET STORAGE DEFAULT, integers such as 1_000 and 0x1F, SYSTEM_USER, IS JSON and SQL/JSON constructors, statistics without a name, DEFAULT in COPY)",
    kind: "refused-before",
    meets: anyOf(
      says(
        /(?<!\bSET\s+|\bINCLUDING\s+|\bEXCLUDING\s+)\bSTORAGE\s+(?:PLAIN|EXTERNAL|EXTENDED|MAIN|DEFAULT)\b|\bSET\s+STORAGE\s+DEFAULT\b/i,
      ),
      says(/(?<![\w$.])(?:\d+(?:_\d+)+|0[xob][\da-f_]+)(?![\w$])/i),
      says(
        /\bSYSTEM_USER\b|\bIS\s+(?:NOT\s+)?JSON\b|\bJSON_(?:ARRAY|ARRAYAGG|OBJECTAGG)\s*\(|\bJSON_OBJECT\s*\([^()]*(?::(?!:)|\bVALUE\b)/i,
      ),
      says(/\bCREATE\s+STATISTICS\s+ON\b/i),
      says(/\bCOPY\b[\s\S]*\(\s*(?:[\s\S]*,\s*)?DEFAULT\b/i),
    ),
  },
  {
    id: "child-generated-otherwise",
    since: 16,
    what: "a child's or partition's generated column has another expression than its parent's only since 16",
    kind: "refused-before",
    meets: writes((written) => {
      const { generated } = written.column;
      return generated !== null && parentColumns(written).some((parent) => parent.generated?.expression !== generated.expression);
    }),
  },
];
