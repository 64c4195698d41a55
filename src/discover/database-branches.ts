import type { Mark } from "./fill-in.ts";

const ours = /^\.?(?:\w+\.)*(?:is_?)?(?:postgres(?:ql)?|pgsql|pg)$/i;
const others = /^\.?(?:\w+\.)*(?:is_?)?(?:mysql|mariadb|sqlite3?|mssql|sqlserver|oracle|cockroach(?:db)?|crdb|clickhouse|spanner)$/i;

/** Whether a condition of Go's text/template holds where the database is PostgreSQL; null where it asks for something else. */
function holds(condition: string): boolean | null {
  const [first = "", ...rest] = condition.trim().split(/\s+/);
  if (rest.length === 0) return ours.test(first) ? true : others.test(first) ? false : null;
  if (first === "not" && rest.length === 1) return negated(holds(rest[0] ?? ""));
  if (first === "eq" || first === "ne") return compared(rest, first === "eq");
  if (first !== "or" && first !== "and") return null;
  const values = rest.map(holds);
  const decisive = first === "or";
  if (values.includes(decisive)) return decisive;
  return values.includes(null) ? null : !decisive;
}

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

/** `eq .Dialect "postgres"`: the one quoted name decides, whatever the variable is called. */
function compared(operands: readonly string[], isEqual: boolean): boolean | null {
  const [named, ...more] = operands.flatMap((operand) => /^["`](\w+)["`]$/.exec(operand)?.[1] ?? []);
  if (named === undefined || more.length > 0 || operands.length !== 2) return null;
  const value = holds(named);
  return isEqual ? value : negated(value);
}

interface Branch {
  /** Behind its mark. */
  readonly start: number;
  readonly condition: boolean | null;
}

interface Block {
  readonly start: number;
  readonly branches: Branch[];
  /** Where each branch ends, at the mark of the next. */
  readonly ends: number[];
  readonly isCondition: boolean;
}

const tag = /\{\{[-~]?\s*(if|range|with|define|block|else|end)\b([^{}]*?)[-~]?\}\}/g;

/**
 * What is to be taken out of a template whose conditions ask for the database, as `{{if .postgres}}…{{else}}…{{end}}`: the marks, and the branches
 * for other databases. Offsets in the text; blocks with any other condition are left.
 */
export function databaseBranches(text: string): readonly Mark[] {
  if (!text.includes("{{")) return [];
  const open: Block[] = [];
  const marks: Mark[] = [];
  for (const match of text.matchAll(tag)) {
    const [whole, word = "", rest = ""] = match;
    const end = match.index + whole.length;
    const block = open.at(-1);
    if (word === "end") {
      open.pop();
      if (block?.isCondition === true) marks.push(...withoutOthers(block, match.index, end));
    } else if (word !== "else") {
      open.push({ start: match.index, branches: [{ start: end, condition: holds(rest) }], ends: [], isCondition: word === "if" });
    } else {
      const next = /^\s*if\b(.*)$/.exec(rest)?.[1];
      block?.ends.push(match.index);
      block?.branches.push({ start: end, condition: next === undefined ? true : holds(next) });
    }
  }
  return marks;
}

function withoutOthers({ start, branches, ends }: Block, close: number, end: number): readonly Mark[] {
  const kept = branches.findIndex(({ condition }) => condition !== false);
  const branch = branches[kept];
  if (branch === undefined) return [{ start, end, text: "" }];
  if (branch.condition === null) return [];
  return [
    { start, end: branch.start, text: "" },
    { start: ends[kept] ?? close, end, text: "" },
  ];
}
