/**
 * Whether Liquibase takes a change set whose contexts or labels are `written`, when it is called with `given`: without either it does. The
 * expression knows `and`, `or`, `not`, `!`, commas for "or", and parentheses (liquibase-core: ExpressionMatcher); "@name" must be given.
 */
export function matches(written: string | null, given: readonly string[] | null): boolean {
  const text = written?.trim().toLowerCase() ?? "";
  if (text === "") return true;
  if (given === null || given.length === 0) return !text.startsWith("@");
  const names = new Set(given.map((name) => name.trim().toLowerCase()));
  const tokens = text.match(/[(),!]|[^\s(),!]+/g) ?? [];
  let at = 0;
  const primary = (): boolean => {
    const token = tokens[at] ?? "";
    at += 1;
    if (token === "!" || token === "not") return !primary();
    if (token !== "(") return names.has(token.replace(/^@/, ""));
    const value = either();
    at += 1;
    return value;
  };
  const both = (): boolean => {
    let value = primary();
    while (tokens[at] === "and") {
      at += 1;
      const right = primary();
      value = value && right;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === "or" || tokens[at] === ",") {
      at += 1;
      const right = both();
      value = value || right;
    }
    return value;
  };
  return either();
}
