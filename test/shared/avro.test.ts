import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import { checkSubject } from "../../src/compare/check-subject.ts";
import type { JsonValue } from "../../src/model/json.ts";

interface CompatLine {
  readonly id: string;
  readonly reader: JsonValue;
  readonly writer: JsonValue;
  readonly canRead: boolean;
  readonly incompatibilities: readonly { readonly type: string; readonly path: string; readonly message: string }[];
  readonly exception?: string;
}

const shared = process.env["DRIFTGATE_SHARED"] ?? "../shared";

/** Lines of a golden file without the header. */
function linesOf(name: string): readonly string[] {
  return readFileSync(join(shared, "golden", name), "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
}

test("every verdict, list, order, type, path, message and exception of Avro 1.12.1", () => {
  // The files' form is fixed by their writer.
  const lines = linesOf("avro-compat.jsonl").map((line) => JSON.parse(line) as CompatLine);
  expect(lines.length).toBe(900);
  const wrong = lines.filter(({ reader, writer, canRead, incompatibilities, exception }) => {
    const ours = checkCompatibility(reader, writer);
    return (
      JSON.stringify([ours.compatible, ours.incompatibilities, ours.exception]) !== JSON.stringify([canRead, incompatibilities, exception])
    );
  });
  expect(wrong.map((line) => line.id)).toEqual([]);
});

test("every schema is taken or refused as new and as stored, in the same words", () => {
  const lines = linesOf("avro-parse.jsonl");
  expect(lines.length).toBe(66);
  const rows = lines.map((line) => {
    const { id, asNew, asStored } = JSON.parse(line) as { readonly id: string; readonly asNew: string; readonly asStored: string };
    // Cut out as text: JSON.parse would lose the difference of 1 and 1.0.
    const text = line.slice(line.indexOf('"schema":') + '"schema":'.length, line.lastIndexOf(',"asNew":'));
    const as = (strict: "new" | "stored"): string => {
      const result = parseAvro(text, { strict, avroLine: "1.12" });
      return result.ok ? "ok" : result.error;
    };
    return { id, expected: { asNew, asStored }, actual: { asNew: as("new"), asStored: as("stored") } };
  });
  expect(rows.map(({ id, actual }) => ({ id, ...actual }))).toEqual(rows.map(({ id, expected }) => ({ id, ...expected })));
});

type Verdicts = Readonly<Record<"BACKWARD" | "FORWARD" | "FULL", boolean>>;

interface Case {
  readonly id: string;
  readonly before?: Readonly<Record<string, Phase>>;
  readonly after?: Readonly<Record<string, Phase>>;
  readonly compat?: Readonly<Record<string, Readonly<Record<"key" | "value", Verdicts | undefined>> | string>>;
}

interface Phase {
  readonly keyAvro?: JsonValue;
  readonly valueAvro?: JsonValue;
}

test("the verdicts on what a real Debezium registered before and after real migrations", () => {
  const files = ["migrations", "typechanges", "keys", "options", "smt", "down"];
  let compared = 0;
  const wrong: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(shared, "oracle/golden", `${file}.jsonl`), "utf8");
    for (const line of text.split("\n").filter((one) => one !== "")) {
      const { id, before, after, compat } = JSON.parse(line) as Case;
      for (const [topic, verdicts] of Object.entries(compat ?? {})) {
        if (typeof verdicts === "string") continue;
        for (const part of ["key", "value"] as const) {
          const [expected, old, now] = [verdicts[part], before?.[topic]?.[`${part}Avro`], after?.[topic]?.[`${part}Avro`]];
          if (expected === undefined || expected === null || old === undefined || now === undefined || old === null || now === null)
            continue;
          compared += 1;
          const levels = ["BACKWARD", "FORWARD", "FULL"] as const;
          if (levels.some((level) => checkSubject(level, now, [old]).compatible !== expected[level])) wrong.push(`${id} ${topic} ${part}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(300);
});
