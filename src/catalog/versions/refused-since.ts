import type { ServerError } from "../../model/step.ts";
import type { VersionDifference } from "./difference.ts";
import { says } from "./meets.ts";

const told =
  (code: string, message: RegExp) =>
  (error: Pick<ServerError, "code" | "message">): boolean =>
    error.code === code && message.test(error.message);

/** What the newer server refuses and the older took: told by its errors. */
export const refusedSince: readonly VersionDifference[] = [
  {
    id: "check-named-like-not-null",
    since: 18,
    what: "every NOT NULL has a name since 18 (table_column_not_null, or the one that was written), which another constraint of the table cannot have",
    kind: "refused-since",
    refusal: told("42710", /^constraint ".*" for relation ".*" already exists$/s),
  },
  {
    id: "partitioned-unlogged",
    since: 18,
    what: "a partitioned table can be UNLOGGED only before 18",
    kind: "refused-since",
    refusal: (error) =>
      told("0A000", /^partitioned tables cannot be unlogged$/)(error) ||
      told("42809", /^ALTER action SET (?:UN)?LOGGED cannot be performed on relation /)(error),
  },
  {
    id: "inherited-not-null",
    since: 18,
    what: "a child keeps the NOT NULL that it has from its parent, and a primary key of the parent needs it in every child, only since 18",
    kind: "refused-since",
    refusal: (error, step) =>
      (told("42P16", /^constraint must be added to child tables too$/)(error) && step !== null && says(/\bPRIMARY\s+KEY\b/i)(step)) ||
      told("55000", /^cannot create not-null constraint ".*" on column /s)(error) ||
      told("42P16", /^cannot drop inherited constraint ".*" of relation /s)(error) ||
      told("XX000", /^column ".*" of table ".*" is not marked NOT NULL$/s)(error),
  },
  {
    id: "not-null-needed",
    since: 18,
    what: "before 18 a NOT NULL has no name, so DROP CONSTRAINT IF EXISTS finds none and has nothing to refuse",
    kind: "refused-since",
    refusal: ({ code, message }, step) =>
      (code === "42P16" || code === "42601" || code === "55000") &&
      /^column ".*" (?:of relation ".*" )?is (?:in a primary key|an identity column|in index used as replica identity|marked NOT NULL in parent table)$/s.test(
        message,
      ) &&
      step?.statement.kind === "alter-table" &&
      step.statement.commands.some((command) => command.kind === "drop-constraint" && command.ifExists),
  },
  {
    id: "partition-identity-refused",
    since: 17,
    what: "a partition can have an identity column of its own only before 17",
    kind: "refused-since",
    refusal: (error) =>
      told("55000", /being attached contains an identity column/)(error) ||
      told(
        "42P16",
        /^cannot (?:add identity to|drop identity from|change identity column|change) .*(?:of a partition|of only the partitioned table)$/,
      )(error),
  },
  {
    id: "safe-search-path",
    since: 17,
    what: "functions of indexes and materialized views run with a search_path of pg_catalog alone since 17, and find no table that they name without its schema",
    kind: "refused-since",
    refusal: ({ code }, step) =>
      (code === "42P01" || code === "42883" || code === "42704") &&
      step !== null &&
      (step.statement.kind === "create-index" || says(/\b(?:MATERIALIZED|REINDEX|CLUSTER)\b/i)(step)),
  },
  {
    id: "child-generated-of-plain",
    since: 16,
    what: "a child can have a generated column where its parent's is plain only before 16",
    kind: "refused-since",
    refusal: told("42611", /^child column ".*" specifies generation expression$/s),
  },
  {
    id: "child-default-of-generated",
    since: 16,
    what: "a child whose parent's column is generated can say DEFAULT NULL of it only before 16",
    kind: "refused-since",
    refusal: told("42611", /^column ".*" inherits from generated column but specifies default$/s),
  },
];
