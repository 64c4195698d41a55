import { relationNamed } from "../../model/relation-named.ts";
import type { VersionDifference } from "./difference.ts";
import { anyOf, writes } from "./meets.ts";
import { childKeepsNotNull, dropsNotNull } from "./not-null.ts";
import { refusedBefore17 } from "./refused-before-17.ts";
import { refusedBefore18 } from "./refused-before-18.ts";
import { refusedSince } from "./refused-since.ts";

/** Both take it, and the tables differ afterwards. */
const different: readonly VersionDifference[] = [
  {
    id: "not-null-dropped-if-exists",
    since: 18,
    what: "before 18 a NOT NULL has no name, so DROP CONSTRAINT IF EXISTS finds none and the column stays NOT NULL",
    kind: "different",
    seen: true,
    meets: dropsNotNull(true),
  },
  {
    id: "child-keeps-not-null",
    since: 18,
    what: "before 18 DROP NOT NULL on the parent takes it from every child and partition too, also where they have one of their own",
    kind: "different",
    seen: true,
    meets: childKeepsNotNull,
  },
  {
    id: "partition-identity",
    since: 17,
    what: "before 17 a partition has no identity column: the values come from the partitioned table",
    kind: "different",
    // Debezium reads no identity of a column.
    seen: false,
    meets: anyOf(
      writes(({ relation, column, earlier }) => relation.partitionOf !== null && column.identity !== (earlier?.identity ?? null)),
      // LIKE … INCLUDING IDENTITY takes over what the partition has.
      ({ statement, before }) =>
        statement.kind === "create-table" &&
        statement.like.some((name) => {
          const like = relationNamed(before, name);
          return like !== null && like.partitionOf !== null && like.columns.some(({ identity }) => identity !== null);
        }),
    ),
  },
];

/**
 * What PostgreSQL 15, 16 and 17 do otherwise than those after them, as far as it changes tables, types or publications, or stops a migration. From the release notes
 * ("Migration to Version …", "Changes") and from random DDL on real servers; each row is shown on them (test/io/engine/versions.test.ts).
 */
export const versionDifferences: readonly VersionDifference[] = [...refusedBefore18, ...refusedBefore17, ...refusedSince, ...different];
