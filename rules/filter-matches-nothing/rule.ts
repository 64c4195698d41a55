import { quote } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule } from "../../src/judge/rule.ts";
import type { IdlePattern } from "../../src/model/connector.ts";

export const filterMatchesNothing: Rule = {
  id: "filter-matches-nothing",
  title: "A pattern in a connector's list fits no schema, table or column",
  category: "pipeline",
  severity: "warning",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: ({ idlePatterns }) => idlePatterns.map(draft),
};

function draft(idle: IdlePattern): FindingDraft {
  const { connector, setting, pattern, kind, near, span } = idle;
  return {
    what:
      pattern === ""
        ? `The ${setting} of connector ${quote(connector)} is blank, which is a list that fits no column: nothing but the key is sent.`
        : `The pattern ${pattern} in ${setting} of connector ${quote(connector)} fits no ${kind} of the database.`,
    why: `A pattern has to fit the whole of ${SUBJECTS[kind]}, without the database. ${loss(idle)}`,
    remedy:
      pattern === ""
        ? `Take ${setting} out.`
        : near === null
          ? `Correct the pattern, or take it out if what it named is gone.`
          : `Did you mean ${near.replaceAll(".", "\\.")}? Else take it out if what it named is gone.`,
    answer: "risk",
    // What is left out by a list that names nothing is captured; what a list names in vain is only missing there.
    severity: kind === "column" || !/exclude/.test(setting) ? "warning" : "note",
    place: span === null ? null : { span, step: null },
    connector,
    detail: `${connector} ${setting} ${pattern}`,
  };
}

const SUBJECTS: Readonly<Record<IdlePattern["kind"], string>> = {
  schema: "the schema's name",
  table: "schema.table",
  column: "schema.table.column",
};

function loss({ setting, kind }: IdlePattern): string {
  if (/mask|truncate/.test(setting)) return "The column that it was to hide goes out in clear.";
  if (setting === "message.key.columns") return "The record key is made of the other columns that are named, or of the primary key.";
  if (/propagate/.test(setting)) return "The column's type is not told to consumers.";
  if (/exclude/.test(setting)) return "What it was to leave out is captured.";
  if (/snapshot/.test(setting)) return "The table that it was to name is left out of the snapshot.";
  return kind === "column" ? "The column that it was to name is missing in the stream." : "What it was to name is not captured.";
}
