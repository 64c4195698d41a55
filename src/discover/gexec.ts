const changesNoTable =
  /^select\s+(?:format\s*\(\s*)?'((?:create\s+(?:database|role|user|tablespace)|alter\s+(?:database|role|user)|grant)\b(?:[^';]|'')*)'/i;

/** What the only text says that a query builds for \gexec, where it changes no table: `SELECT 'CREATE DATABASE a' WHERE …`; null elsewhere. */
export function harmlessGexec(query: string): string | null {
  const match = changesNoTable.exec(query);
  if (match === null) return null;
  const list = query.slice(match[0].length).split(/\b(?:from|where)\b/i, 1)[0] ?? "";
  // Further columns would be run as well.
  const outside = list.replaceAll(/\([^()]*\)/g, "").replace(/^[^)]*\)/, /\bformat\b/i.test(match[0]) ? "" : "$&");
  return outside.includes(",") ? null : (match[1] ?? "").split(/\s+/, 2).join(" ").toUpperCase();
}

/** What PostgreSQL refuses inside a function, or what ends the transaction around it. */
const outsideOnly =
  /\b(?:concurrently|vacuum|reindex|cluster|checkpoint|discard|begin|commit|rollback|start\s+transaction|alter\s+system|(?:create|drop)\s+(?:database|tablespace|subscription))\b/i;
const ours = "$driftgate$";
/** Characters of a query that is looked into. */
const LONGEST = 20_000;

/**
 * A DO block that does what psql does for `query \\gexec`: each value of each row is run as a statement (psql manual, "\\gexec"). Null where that would not be the same,
 * or where the query reads tables of the user's, whose rows are not here.
 */
export function gexecBlock(query: string): string | null {
  if (
    query.length > LONGEST ||
    !/^(?:select|values|with)\b/i.test(query) ||
    query.includes(ours) ||
    outsideOnly.test(query) ||
    /\{\{|\$\{/.test(query)
  )
    return null;
  if (!readsCatalogsOnly(query)) return null;
  const each = "SELECT value FROM pg_catalog.json_each_text(pg_catalog.row_to_json(driftgate_row)) WHERE value IS NOT NULL";
  return (
    `DO ${ours} DECLARE driftgate_row record; driftgate_text text; BEGIN FOR driftgate_row IN ${query}\n` +
    `LOOP FOR driftgate_text IN ${each} LOOP EXECUTE driftgate_text; END LOOP; END LOOP; END ${ours};`
  );
}

/** Whether each item behind FROM, JOIN and their commas is a catalog, a view of information_schema, a function or a subquery of such. */
function readsCatalogsOnly(query: string): boolean {
  let text = query
    .replaceAll(/--[^\n]*/g, " ")
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/\bdistinct\s+from\b|\b(?:extract|substring|trim|overlay)\s*\([^()]*\)/gi, " ");
  let holds = true;
  for (let before = ""; before !== text;) {
    before = text;
    text = before.replaceAll(/\(([^()]*)\)/g, (_, inside: string) => {
      holds &&= namesCatalogsOnly(inside);
      return "@";
    });
  }
  return holds && namesCatalogsOnly(text);
}

/** The same without brackets, for which `@` stands. */
function namesCatalogsOnly(text: string): boolean {
  return text
    .split(/\bfrom\b/i)
    .slice(1)
    .flatMap((rest) =>
      (rest.split(/\b(?:where|group|having|order|limit|offset|union|intersect|except|window|fetch)\b/i, 1)[0] ?? "").split(/,|\bjoin\b/i),
    )
    .map((item) => item.trim().replace(/^(?:only|lateral)\s+/i, ""))
    .every((item) => /^"?(?:pg_\w+|information_schema"?\.)/i.test(item) || /^(?:\w+\.)?\w*\s*@/.test(item));
}
