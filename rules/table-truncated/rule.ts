import {
  connectorNames,
  isCapturedAt,
  listOf,
  quote,
  relationNamed,
  sqlWithoutComments,
  streamsBefore,
  topicNames,
} from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { QualifiedName } from "../../src/model/statement.ts";
import type { Step } from "../../src/model/step.ts";

export const tableTruncated: Rule = {
  id: "table-truncated",
  title: "A captured table is emptied by TRUNCATE, which the stream leaves out",
  category: "table",
  severity: "error",
  since: "0.1.0",
  requires: ["statements", "connector"],
  check: (context) => context.steps.flatMap((step, index) => judge(context, step, index)),
};

interface Truncation {
  readonly relations: readonly QualifiedName[];
  readonly cascade: boolean;
}

function judge(context: RuleContext, step: Step, index: number): readonly FindingDraft[] {
  const truncation = step.error === null ? truncationOf(step) : null;
  if (truncation === null) return [];
  const tables = truncation.relations.flatMap((name) => {
    const relation = relationNamed(step.before, name);
    const table = relation === null ? null : isCapturedAt(context.tables, step.before, relation);
    return table === null ? [] : [table];
  });
  return [...new Set(tables)].map((table) => finding(context, table, truncation.cascade, index));
}

function finding(context: RuleContext, table: TablePair, cascade: boolean, index: number): FindingDraft {
  const streams = streamsBefore(table);
  // skipped.operations is "t" by default (CommonConnectorConfig): truncate events are left out.
  const skipped = streams.filter(({ connector }) => (context.connector(connector)?.settings["skipped.operations"] ?? "t").includes("t"));
  const sent = skipped.length === 0;
  return {
    what: `TRUNCATE empties ${table.name}${cascade ? " and, by CASCADE, every table that refers to it" : ""}, ${
      sent ? `and ${topicNames(streams)} gets one event without a key for it` : `and ${topicNames(streams)} gets no event for it`
    }.`,
    why: sent
      ? `Many sinks do not know the operation "t" and ignore or refuse it; the copy then keeps every row.`
      : `Connectors skip truncate events by default (skipped.operations), so whoever follows the topic keeps every row that is gone here.`,
    remedy: `Use DELETE, which sends an event for each row; or tell ${listOf(streams.map(({ connector }) => quote(connector)))}'s consumers to empty their copies.`,
    answer: "risk",
    severity: sent ? "warning" : "error",
    place: context.placeOfStep(index),
    relation: table.name,
    connector: connectorNames(streams),
  };
}

function truncationOf({ statement }: Step): Truncation | null {
  if (statement.kind === "truncate") return statement;
  // The catalog does not show a TRUNCATE in a DO block, so its body is searched.
  if (statement.kind !== "do" || !/\btruncate\b/i.test(statement.body)) return null;
  const names = [
    ...sqlWithoutComments(statement.body).matchAll(/\btruncate\s+(?:table\s+)?(?:only\s+)?((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)/gi),
  ];
  const relations = names.map(([, name = ""]) => {
    const parts = [...name.matchAll(/"([^"]+)"|([\w$]+)/g)].map(([, quoted, bare]) => quoted ?? (bare ?? "").toLowerCase());
    return parts.length > 1 ? { schema: parts[0] ?? null, name: parts[1] ?? "" } : { schema: null, name: parts[0] ?? "" };
  });
  return { relations, cascade: /\bcascade\b/i.test(statement.body) };
}
