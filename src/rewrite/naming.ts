import type { Migration, MigrationTool } from "../model/migration.ts";

interface Numbered {
  readonly prefix: string;
  readonly number: string;
  readonly separator: string;
}

/** Where the number stands: in the folder's name for tools with a folder per migration, else in the file's. */
const inFolder: ReadonlySet<MigrationTool> = new Set(["prisma", "diesel"]);

const shapes: Readonly<Partial<Record<MigrationTool, RegExp>>> = {
  flyway: /^(V)(\d+(?:[._]\d+)*)(__)/,
  diesel: /^()(\d+(?:-\d+)*)(_)/,
};
const anyNumber = /^([vV]?)(\d+)([_.-]+)/;

/**
 * Paths for new migrations that the tool applies after all it has, in its own naming. Without a number (sqitch, Liquibase) the name alone.
 * @returns the path of the `index`-th new migration (from 0) with the name
 */
export function namingAfter(migrations: readonly Migration[], like: Migration): (name: string, index: number) => string {
  const shape = shapes[like.tool] ?? anyNumber;
  const split = splitPath(like);
  const own = readNumber(split.segment, shape);
  const numbers = migrations
    .filter(({ tool }) => tool === like.tool)
    .flatMap((migration) => readNumber(splitPath(migration).segment, shape) ?? []);
  const last = numbers.reduce<Numbered | null>(
    (best, each) => (best === null || compare(like.tool, each.number, best.number) > 0 ? each : best),
    null,
  );
  return (name, index) => {
    if (own === null || last === null || like.tool === "sqitch") return `${split.folder}${name}${split.rest}`;
    let { number } = last;
    for (let i = 0; i <= index; i += 1) number = following(number);
    return `${split.folder}${own.prefix}${number}${own.separator}${name}${split.rest}`;
  };
}

interface SplitPath {
  /** With its slash at the end, or empty. */
  readonly folder: string;
  /** The part of the path with the number. */
  readonly segment: string;
  /** What follows the name: `.sql`, `.up.sql`, `/migration.sql`. */
  readonly rest: string;
}

const folderOf = (parts: readonly string[]): string => parts.map((part) => `${part}/`).join("");

function splitPath({ path, tool }: Migration): SplitPath {
  const parts = path.split("/");
  const file = parts.pop() ?? "";
  if (inFolder.has(tool) || (tool === "drizzle" && file === "migration.sql")) {
    const segment = parts.pop() ?? "";
    return { folder: folderOf(parts), segment, rest: `/${file}` };
  }
  return { folder: folderOf(parts), segment: file, rest: /\.up\.sql$/i.test(file) ? ".up.sql" : ".sql" };
}

function readNumber(segment: string, shape: RegExp): Numbered | null {
  const match = shape.exec(segment);
  return match === null ? null : { prefix: match[1] ?? "", number: match[2] ?? "", separator: match[3] ?? "" };
}

/** As the tool orders: diesel takes the dashes out and compares the digits as text, so `2026-06-17-112535-0000` comes after `20170820180453`. */
function compare(tool: MigrationTool, a: string, b: string): number {
  if (tool === "diesel") {
    const [x, y] = [a.replaceAll("-", ""), b.replaceAll("-", "")];
    return x === y ? 0 : x < y ? -1 : 1;
  }
  const [left, right] = [a.split(/[._-]/), b.split(/[._-]/)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [x, y] = [BigInt(left[i] ?? "0"), BigInt(right[i] ?? "0")];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** The next number in the same form: one second later for a time stamp, else the last part plus one, as wide as before. */
function following(number: string): string {
  const digits = number.replaceAll(/\D/g, "");
  if (/^(?:19|20)\d{12}$/.test(digits)) return reshape(number, secondLater(digits));
  const match = /^(.*?)(\d+)$/.exec(number);
  if (match === null) return number;
  const [head, tail] = [match[1] ?? "", match[2] ?? ""];
  return head + String(BigInt(tail) + 1n).padStart(tail.length, "0");
}

function secondLater(digits: string): string {
  const part = (start: number, end: number): number => Number(digits.slice(start, end));
  const time = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14) + 1);
  return new Date(time).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}

/** `digits` with the separators of `pattern`. */
function reshape(pattern: string, digits: string): string {
  let at = 0;
  return [...pattern].map((character) => (/\d/.test(character) ? (digits[at++] ?? "0") : character)).join("");
}
