import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import type { Subject } from "../../src/model/subject.ts";
import type { TestServer } from "../support/postgres.ts";
import type { StackCase } from "./cases/case.ts";
import { dropSlot, emitMark, slotActive, slotStarted } from "./database.ts";
import type { ConnectorState, Settings } from "./servers/connect.ts";
import type { Stack } from "./servers/stack.ts";
import { readSubjects } from "./subjects.ts";
import type { Topics } from "./topics.ts";

export interface Scene {
  readonly stack: Stack;
  readonly topics: Topics;
}

/** One case on the stage. */
export interface Play {
  readonly client: Client;
  /** Creates the connector and waits until what is written from now on comes out of its slot. */
  readonly start: (config: Settings) => Promise<void>;
  /** Stops the connector's task; `resume` starts it again. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Waits until everything written so far has come out, or the task has failed. */
  readonly settle: () => Promise<ConnectorState>;
  /** All subjects and topics of the case but those of the marks. */
  readonly subjects: (one: StackCase) => Promise<readonly Subject[]>;
  readonly counts: () => Promise<ReadonlyMap<string, number>>;
  /** Removes connector, slot and database. */
  readonly clear: () => Promise<void>;
}

/** Longest wait for anything that the connector does, in ms. */
const patience = 60_000;

const failed = ({ connector, task }: ConnectorState): boolean => connector === "FAILED" || task === "FAILED";

export async function openPlay(name: string, { stack, topics }: Scene): Promise<Play> {
  const { connect, postgres, registry } = stack;
  // Logical messages have a topic of their own, whatever is captured or published.
  const markTopic = `${name}.message`;
  await asAdmin(postgres, `CREATE DATABASE ${name} STRATEGY file_copy`);
  const client = await postgres.connect(name);
  await topics.create(markTopic);
  let marks = 0;
  const until = async (what: string, probe: () => Promise<boolean>): Promise<void> => {
    const limit = Date.now() + patience;
    while (!(await probe())) {
      if (Date.now() < limit) {
        await sleep(50);
        continue;
      }
      const { connector, task, trace } = await connect.state(name);
      throw new Error(`${what} did not come in ${patience / 1000} s: connector ${connector}, task ${task}\n${trace}`);
    }
  };
  return {
    client,
    async start(config) {
      await connect.put(name, config);
      await until("the start of the slot", async () => {
        const state = await connect.state(name);
        if (failed(state)) throw new Error(`the connector does not start: ${state.connector}, task ${state.task}\n${state.trace}`);
        return slotStarted(client, name);
      });
    },
    async pause() {
      await connect.stopTasks(name);
      await until("the end of the task", async () => !(await slotActive(client, name)));
    },
    async resume() {
      await connect.resume(name);
    },
    async settle() {
      await emitMark(client);
      marks += 1;
      await until("the mark behind the rows", async () => (await topics.count(markTopic)) >= marks || failed(await connect.state(name)));
      return connect.state(name);
    },
    subjects: async ({ level = "BACKWARD" }) =>
      (await readSubjects(registry, name, level)).filter((subject) => !subject.name.startsWith(`${markTopic}-`)),
    counts: async () => new Map([...(await topics.counts(name))].filter(([topic]) => topic !== markTopic)),
    async clear() {
      await connect.remove(name).catch(() => undefined);
      await until("the end of the slot", () => dropSlot(client, name));
      await client.end();
      await asAdmin(postgres, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** A database is copied as files: by way of the log, every other case's connector would have to read it. */
async function asAdmin(postgres: TestServer, sql: string): Promise<void> {
  const admin = await postgres.connect();
  await admin.query(sql);
  await admin.end();
}
