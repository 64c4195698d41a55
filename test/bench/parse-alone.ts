/** The floor for `--engine none`: libpg-query over the same files. Usage: node parse-alone.ts LIST_FILE */
import { readFileSync } from "node:fs";
import { loadModule, parseSync } from "libpg-query";

await loadModule();
let statements = 0;
for (const file of readFileSync(process.argv[2] ?? "", "utf8")
  .split("\n")
  .filter(Boolean)) {
  statements += parseSync(readFileSync(file, "utf8")).stmts?.length ?? 0;
}
process.stdout.write(`${statements}\n`);
