import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import { schemaPair } from "../properties/avro-schemas.ts";
import type { SchemaPair } from "../properties/avro-schemas.ts";
import { avroHome } from "./servers/artifacts.ts";
import { findJava } from "./servers/java.ts";

// org.apache.avro.SchemaCompatibility 1.12.1 itself, on pairs that are new in every run.

const count = 100_000;

test(`${count} fresh pairs: the same verdict, list, order, type, path and message as Java`, async () => {
  const home = await avroHome();
  const child = spawn(findJava(17), ["-cp", join(home, "*"), join(import.meta.dirname, "Compat.java")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const start = Math.floor(Date.now() / 1000);
  const pairs: SchemaPair[] = [];
  const answers = createInterface({ input: child.stdout });
  const feeding = feed(child.stdin, start, pairs);
  const differing: unknown[] = [];
  let [at, readable, thrown] = [0, 0, 0];
  for await (const line of answers) {
    const pair = pairs[at];
    pairs[at] = { reader: null, writer: null };
    at += 1;
    if (pair === undefined) throw new Error("Java answered more than it was asked");
    const { compatible, incompatibilities, exception } = checkCompatibility(pair.reader, pair.writer);
    const ours = exception === undefined ? { incompatibilities } : { exception };
    if (compatible) readable += 1;
    if (exception !== undefined) thrown += 1;
    if (JSON.stringify(ours) !== line && differing.length < 10) differing.push({ seed: start + at - 1, ...pair, java: line, ours });
  }
  await feeding;
  expect((await ended)[0]).toBe(0);
  expect(at).toBe(count);
  expect(differing).toEqual([]);
  process.stdout.write(`${count} pairs from seed ${start}: ${readable} readable, ${thrown} ambiguous, 0 differences\n`);
});

async function feed(input: NodeJS.WritableStream, start: number, pairs: SchemaPair[]): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const pair = schemaPair(start + index);
    pairs.push(pair);
    if (!input.write(`${JSON.stringify(pair)}\n`)) await once(input, "drain");
  }
  input.end();
}
