import { expect, test } from "vitest";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { checkSubject } from "../../src/compare/check-subject.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { readLines } from "./project-golden.ts";

// What Karapace 5.0.3 answered about schemas that a real Debezium registered before and after a migration.

interface Answer {
  readonly id: string;
  readonly topic: string;
  readonly kv: "key" | "value";
  readonly register: "ok" | number;
  readonly BACKWARD?: boolean;
  readonly FORWARD?: boolean;
  readonly FULL?: boolean;
  readonly BACKWARD_messages?: readonly string[];
  readonly FORWARD_messages?: readonly string[];
  readonly FULL_messages?: readonly string[];
}

type Phase = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
type Recorded = Readonly<Record<"before" | "snapshot" | "after", Phase | undefined>> & { readonly id: string };

const levels = ["BACKWARD", "FORWARD", "FULL"] as const;

test("Karapace's verdicts and reasons", () => {
  const files = ["types", "names", "keys", "options", "smt", "migrations", "typechanges", "down"];
  const recorded = new Map(
    files.flatMap((file) => readLines<Recorded>(`oracle/golden/${file}.jsonl`).map((one) => [one.id, one] as const)),
  );
  const answers = readLines<Answer>("oracle/golden/registry.jsonl");
  const counts = { compared: 0, messages: 0, names: 0, without: 0 };
  const wrong: string[] = [];
  for (const answer of answers) {
    const recordedCase = recorded.get(answer.id);
    const [old, now] = [schemaIn(recordedCase?.before ?? recordedCase?.snapshot, answer), schemaIn(recordedCase?.after, answer)];
    if (old === null || now === null) {
      counts.without += 1;
      continue;
    }
    if (answer.register !== "ok") {
      counts.names += 1;
      if ([old, now].every((schema) => parseAvro(schema, { strict: "new", avroLine: "1.12" }).ok))
        wrong.push(`${answer.id}: taken, and Karapace refused`);
      continue;
    }
    for (const level of levels) {
      const own = checkSubject(level, now, [old]);
      counts.compared += 1;
      if (own.compatible !== answer[level]) wrong.push(`${answer.id} ${answer.topic} ${answer.kv} ${level}`);
      const reasons = own.failures.flatMap(({ incompatibilities }) => incompatibilities.map(({ message }) => message));
      const told = answer[`${level}_messages`] ?? [];
      if (told.length > 0 && [...new Set(told)].every((message) => reasons.includes(message))) counts.messages += 1;
    }
  }
  process.stdout.write(`${answers.length} answers of Karapace: ${JSON.stringify(counts)}, ${wrong.length} other verdicts\n`);
  expect(wrong).toEqual([]);
  expect(counts.compared).toBeGreaterThan(600);
});

function schemaIn(phase: Phase | undefined, { topic, kv }: Answer): JsonValue | null {
  return phase?.[topic]?.[`${kv}Avro`] ?? null;
}
