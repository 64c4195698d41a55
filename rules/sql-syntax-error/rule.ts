import type { Rule } from "../../src/judge/rule.ts";

export const sqlSyntaxError: Rule = {
  id: "sql-syntax-error",
  title: "A pending migration has SQL that PostgreSQL cannot parse",
  category: "sql",
  severity: "error",
  since: "0.1.0",
  requires: ["statements"],
  check: ({ inputs }) =>
    inputs.syntaxProblems.map(({ span, message }, index) => ({
      what: `PostgreSQL does not understand the SQL at line ${span.start.line}: ${message}.`,
      why: `The migration fails here when it is applied, and what it was meant to do to the stream cannot be told.`,
      remedy: `Correct the statement; if another tool rewrites the text before it is sent, name its placeholders in driftgate.yml.`,
      answer: "history",
      place: { span, step: null },
      detail: `${span.path} ${message} ${index}`,
    })),
};
