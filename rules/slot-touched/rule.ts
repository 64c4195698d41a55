import { listOf, quote, sqlWithoutComments } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext } from "../../src/judge/rule.ts";
import type { Step } from "../../src/model/step.ts";
import { escapePattern } from "../../src/model/pattern.ts";

export const slotTouched: Rule = {
  id: "slot-touched",
  title: "The migration drops, moves or makes a replication slot, or sets a server parameter it hangs on",
  category: "pipeline",
  severity: "error",
  since: "0.1.0",
  requires: ["statements"],
  check: (context) => context.steps.flatMap((step, index) => judge(context, step, index)),
};

const slotFunction =
  /\b(pg_drop_replication_slot|pg_replication_slot_advance|pg_create_logical_replication_slot|pg_create_physical_replication_slot|pg_copy_logical_replication_slot|pg_replication_origin_\w+)\s*\(/gi;
const parameter =
  /\balter\s+(?:system|database\s+\S+|role\s+\S+|user\s+\S+)\s+(?:re)?set\s+"?(wal_level|max_replication_slots|max_wal_senders|max_slot_wal_keep_size|wal_sender_timeout|idle_replication_slot_timeout|output_plugin)\b/i;

function judge(context: RuleContext, step: Step, index: number): readonly FindingDraft[] {
  const sql = runnableText(step);
  if (sql === null) return [];
  const called = [...new Set([...sql.matchAll(slotFunction)].map(([, name = ""]) => name.toLowerCase()))];
  const place = context.placeOfStep(index);
  const set = parameter.exec(sql)?.[1]?.toLowerCase();
  return [
    ...called
      .filter((name) => concerns(context, name, sql))
      .map((name) => ({ ...words(context, name), answer: "registry" as const, place, detail: `${step.migration} ${name}` })),
    ...(set === undefined ? [] : [{ ...parameterWords(set), answer: "registry" as const, place, detail: `${step.migration} ${set}` }]),
  ];
}

/** The text that runs now: a query, a DO block's body; not a function that is only created. */
function runnableText({ statement }: Step): string | null {
  switch (statement.kind) {
    case "select":
    case "dml":
    case "call":
    case "other":
    case "opaque":
      return sqlWithoutComments(statement.sql);
    case "do":
      return sqlWithoutComments(statement.body);
    default:
      return null;
  }
}

/** False when a slot is named in the text, and it is none that a connector reads. */
function concerns({ inputs }: RuleContext, name: string, sql: string): boolean {
  if (inputs.connectors.length === 0 || name.startsWith("pg_replication_origin")) return true;
  const literals = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = ""]) => text);
  const slots = inputs.connectors.map(({ slotName }) => slotName);
  return (
    literals.length === 0 ||
    name.startsWith("pg_create") ||
    name.startsWith("pg_copy") ||
    slots.some((slot) => literals.some((text) => matchesName(text, slot)))
  );
}

/** A literal may also be a LIKE pattern. */
function matchesName(literal: string, slot: string): boolean {
  if (literal === slot) return true;
  if (!/[%_]/.test(literal)) return false;
  const pattern = escapePattern(literal).replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${pattern}$`).test(slot);
}

function words({ inputs }: RuleContext, name: string): Pick<FindingDraft, "what" | "why" | "remedy" | "severity"> {
  const readers = listOf(inputs.connectors.map((connector) => `${quote(connector.slotName)} of the connector ${quote(connector.name)}`));
  if (name.startsWith("pg_create") || name.startsWith("pg_copy")) {
    return {
      what: `${name} makes a replication slot in a migration.`,
      why: `From then on PostgreSQL keeps all write-ahead log until somebody reads the slot; if nobody does, the disk fills. A slot under a connector's name makes the connector start from there.`,
      remedy: `Let the connector make its own slot (${readers}), or make it by hand when the reader is ready.`,
      severity: "warning",
    };
  }
  const dropped = name === "pg_drop_replication_slot";
  return {
    what: dropped
      ? `The migration drops a replication slot: it may be ${readers}.`
      : `${name} moves a replication position: it may be that of ${readers}.`,
    why: `The slot holds the place in the stream up to which the connector has read. ${dropped ? "Without it the connector does not start again, or starts anew and misses" : "Moved on, it skips"} every change that was not read yet, without an error in any consumer.`,
    remedy: `Take it out of the migration. If the slot has to go, stop the connector when it has read everything, and plan a new snapshot.`,
    severity: "error",
  };
}

function parameterWords(name: string): Pick<FindingDraft, "what" | "why" | "remedy" | "severity"> {
  return {
    what: `The migration sets ${name}, which logical replication hangs on.`,
    why: `With wal_level below logical, too few slots or senders, or a limit on the log a slot may hold, the connector cannot read on and the place in the stream may be lost.`,
    remedy: `Take it out of the migration and change it with the people who run the connector.`,
    severity: name === "wal_level" ? "error" : "warning",
  };
}
