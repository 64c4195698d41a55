import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, openBench } from "../rules/run-case.ts";
import { allCases } from "./cases/index.ts";
import type { Outcome } from "./outcome.ts";
import { runCase } from "./run-case.ts";
import { type Stack, startStack } from "./servers/stack.ts";
import { printTable } from "./table.ts";
import { type Topics, openTopics } from "./topics.ts";

let stack: Stack;
let topics: Topics;
let bench: Bench;
beforeAll(async () => {
  [stack, bench] = await Promise.all([startStack(), openBench()]);
  topics = await openTopics(stack.broker, stack.registry.url);
});
afterAll(async () => {
  await topics?.close();
  await Promise.all([stack?.stop(), bench?.close()]);
});

const outcomes = new Map<string, Outcome>();

describe.concurrent("what driftgate predicts is what the stack does", () => {
  test.for(allCases.map((one) => [one.name, one] as const))("%s", async ([name, one]) => {
    const outcome = await runCase(one, { stack, topics, bench });
    outcomes.set(name, outcome);
    expect(outcome.differences).toEqual([]);
  });
});

test("the table of all cases", () => {
  const all = allCases.flatMap(({ name }) => outcomes.get(name) ?? []);
  process.stdout.write(printTable(all, stack.times));
});
