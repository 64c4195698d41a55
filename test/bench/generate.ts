import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a history of `count` golang-migrate style files over `tables` tables into `folder`; deterministic. */
export function generateHistory(folder: string, count: number, tables: number): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const file = join(folder, `${String(index + 1).padStart(6, "0")}_step.up.sql`);
    writeFileSync(file, migration(index, tables));
    files.push(file);
  }
  return files;
}

function migration(index: number, tables: number): string {
  const table = `t_${index % tables}`;
  const round = Math.floor(index / tables);
  if (round === 0) {
    return `CREATE TABLE ${table} (\n  id bigint PRIMARY KEY,\n  name varchar(80) NOT NULL DEFAULT '',\n  price numeric(10,2),\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n`;
  }
  if (round % 3 === 0)
    return `ALTER TABLE ${table} ALTER COLUMN c_${round - 1} SET DEFAULT '${round}';\nCREATE INDEX ${table}_${round} ON ${table} (c_${round - 1});\n`;
  return `ALTER TABLE ${table} ADD COLUMN c_${round} text;\nCOMMENT ON COLUMN ${table}.c_${round} IS 'round ${round}';\n`;
}

/** One file of `count` ALTER TABLE statements. */
export function generateBigFile(file: string, count: number): void {
  const lines = Array.from(
    { length: count },
    (_, index) => `ALTER TABLE public.t_${index % 1000} ADD COLUMN c_${index} varchar(${(index % 90) + 10});`,
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
}
