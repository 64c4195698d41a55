import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBench } from "../rules/run-case.ts";
import type { StackCase } from "./cases/case.ts";
import { allCases } from "./cases/index.ts";
import type { Outcome } from "./outcome.ts";
import { type Replayed, replayCase } from "./predict.ts";
import { runCase } from "./run-case.ts";
import { type Stack, startStack } from "./servers/stack.ts";
import { printTable } from "./table.ts";
import { type Topics, openTopics } from "./topics.ts";

/** Cases in which driftgate says that it does not know. */
const unknown = [
  // Which registry it is decides; that of the tests takes it.
  "settings: schema names adjusted",
  // Values go into the wrong fields or stop the task: their text decides.
  "running: a table that the include list no longer has, and a column is dropped",
];

let stack: Stack;
let topics: Topics;
let replayed: ReadonlyMap<StackCase, Replayed>;
beforeAll(async () => {
  [stack, replayed] = await Promise.all([startStack(), replayAll()]);
  topics = await openTopics(stack.broker, stack.registry.url);
});
afterAll(async () => {
  await topics?.close();
  await stack?.stop();
});

/** Before the cases are played, as the engine ends what takes longer than 300 s in all. */
async function replayAll(): Promise<ReadonlyMap<StackCase, Replayed>> {
  const bench = await openBench();
  try {
    const results = new Map<StackCase, Replayed>();
    for (const one of allCases) results.set(one, await replayCase(one, bench));
    return results;
  } finally {
    await bench.close();
  }
}

const outcomes: Outcome[] = [];

describe.concurrent("what driftgate predicts is what the stack does", () => {
  test.for(allCases.map((one) => [one.name, one] as const))("%s", async ([, one]) => {
    const replay = replayed.get(one);
    if (replay === undefined) throw new Error("the case was not replayed");
    const outcome = await runCase(one, replay, { stack, topics });
    outcomes.push(outcome);
    expect(outcome.differences).toEqual([]);
    expect(outcome.unknown === null, outcome.unknown ?? "").toBe(!unknown.includes(one.name));
  });
});

afterAll(() => {
  process.stdout.write(printTable(outcomes, stack?.times ?? {}));
});
