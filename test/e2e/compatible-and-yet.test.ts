import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleOf } from "../../src/compare/avro-sample.ts";
import { meaningOf } from "../../src/compare/avro-value.ts";
import { readAs } from "../../src/compare/read-as.ts";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import type { AvroRecord } from "../../src/compare/avro/schema.ts";
import { checkCompatibility } from "../../src/compare/check-compatibility.ts";
import { decodedSample } from "../../src/compare/decode.ts";
import { rowSchemaOf } from "../../src/compare/row.ts";
import type { DriftSource, SubjectImpact } from "../../src/model/impact.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Report } from "../../src/model/report.ts";
import type { CaseConsumer, CaseSubject, RuleCase } from "../rules/case.ts";
import { openBench, runCase } from "../rules/run-case.ts";
import type { Bench } from "../rules/run-case.ts";
import { changes, pairs } from "./compatible-changes.ts";
import type { Answer, More } from "./compatible-changes.ts";

// Every change of which a registry's "compatible" says less than it seems: what the registry answers, what the report finds, and what a
// consumer that was built before reads then. The whole table is compatible-and-yet.txt.

let bench: Bench;
const lines: string[] = [];
const widths = [42, 8, 8, 13, 72, 72, 0];

beforeAll(async () => {
  bench = await openBench();
  print(["change", "BACKWARD", "FORWARD", "verdict", "findings", "a consumer built before reads", "one built after, of an older row"]);
});
afterAll(() => bench.close());

function print(cells: readonly string[]): void {
  const line = cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join("  ")
    .trimEnd();
  lines.push(line);
  process.stdout.write(`${line}\n`);
}

test.each(changes)("%s", async (title, columns, sql, backward, forward, more) => {
  const example = exampleOf({ title, columns, sql }, await withEarlier(columns, more));
  const found = foundIn(await runCase(example, bench), more.part ?? "value");
  print([title, found.backward, found.forward, found.verdict, found.rules, more.reader === undefined ? "-" : found.reads, found.anew]);
  expect([found.backward, found.forward]).toEqual([backward, forward]);
});

test.each(pairs)("pair: %s", (title, newer, older, backward, forward) => {
  const found = [say(newer, older), say(older, newer)];
  print([`pair: ${title}`, ...found]);
  expect(found).toEqual([backward, forward]);
});

test("the table", async () => {
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("compatible-and-yet.txt");
});

/** Why the registry has another schema, in few words. */
const sourceOf = (source: DriftSource | undefined): string =>
  source === undefined ? "unexplained" : source.kind === "settings" ? source.words : source.kind;

const say = (reader: JsonValue, writer: JsonValue): Answer => (checkCompatibility(reader, writer).compatible ? "yes" : "no");

/** With the version of before in the subject. */
async function withEarlier(columns: string, more: More): Promise<More> {
  const { earlier, settings } = more;
  if (earlier === undefined) return more;
  const past = { title: "before", columns: earlier.columns ?? columns, sql: "ALTER TABLE t ADD COLUMN z int;" };
  const { impacts } = await runCase({ ...exampleOf(past, { settings: earlier.settings ?? settings ?? {} }), subjects: null }, bench);
  const schema = impacts.flatMap(({ subjects }) => subjects).find(({ part }) => part === "value")?.schemaBefore;
  const versions = [schema, ...(earlier.andBaseline === true ? ["baseline"] : [])];
  return { ...more, subject: { compatibility: earlier.level ?? "BACKWARD", versions } };
}

interface Migrated {
  readonly title: string;
  readonly columns: string;
  readonly sql: string;
}

const usual: CaseSubject = { compatibility: "BACKWARD", versions: ["baseline"] };

function exampleOf({ title, columns, sql }: Migrated, { reader, subject, settings, prepare }: More): RuleCase {
  const key = columns.includes("PRIMARY KEY") ? "id int NOT NULL" : "id int PRIMARY KEY";
  const consumers: readonly CaseConsumer[] =
    reader === undefined ? [] : [{ name: "c", subjects: ["shop.public.t-value"], schema: { type: "record", name: "T", fields: [reader] } }];
  return {
    title,
    before: `CREATE TYPE mood AS ENUM ('happy', 'sad');\nCREATE TABLE t (${key}, ${columns});\n${prepare ?? ""}`,
    migration: sql,
    connector: settings ?? null,
    // Under another prefix the table sends to neither of them.
    subjects: {
      "shop.public.t-value": subject ?? usual,
      ...(settings?.["topic.prefix"] === undefined ? { "shop.public.t-key": usual } : {}),
    },
    consumers,
    history: [],
    comparisons: [],
    report: null,
    reportRange: null,
  };
}

function foundIn({ impacts, verdict }: Report, part: "key" | "value") {
  const subject = impacts.flatMap(({ subjects }) => subjects).find((one) => one.part === part);
  const at = (level: "BACKWARD" | "FORWARD"): Answer => {
    const answer = subject?.levels.find((one) => one.level === level)?.compatible;
    return answer === undefined ? "-" : answer ? "yes" : "no";
  };
  const consumer = subject?.consumers?.[0];
  const example = consumer?.example ?? null;
  const shown = example === null || consumer?.kind === "error" ? "" : `: ${example.sent ?? "nothing"} is read as ${example.after}`;
  const isIdle = verdict.findings.some(({ ruleId }) => ruleId === "consumer-reads-nothing");
  return {
    backward: at("BACKWARD"),
    forward: at("FORWARD"),
    verdict: subject?.verdict.outcome ?? "unchanged",
    rules: [
      ...new Set(
        verdict.findings.map(({ ruleId }) => ruleId + (ruleId === "subject-drifted" ? ` (${sourceOf(subject?.drift?.source)})` : "")),
      ),
    ].join(", "),
    reads: consumer === undefined ? (isIdle ? "nothing: no table sends there" : "the same") : `${consumer.kind}${shown}`,
    anew: subject === undefined ? "the same" : anew(subject),
  };
}

/** What the new schema reads of a row that was written by the old one, where it reads something else than was meant. */
function anew({ schemaBefore, schemaAfter }: SubjectImpact): string {
  const [old, now] = [rowOf(schemaBefore), rowOf(schemaAfter)];
  if (old === null || now === null) return "-";
  const others = now.fields.flatMap((field) => {
    const written = old.fieldsByName.get(field.name) ?? null;
    const read = decodedSample(field, written);
    const [meant, got] = [
      written === null ? "nothing" : readAs(sampleOf(written.type), meaningOf(written.type)),
      read === null ? "an error" : readAs(read.value, meaningOf(field.type)),
    ];
    return meant === got ? [] : [`${field.name}: ${meant} is read as ${got}`];
  });
  return others.length === 0 ? "the same" : others.join("; ");
}

function rowOf(schema: JsonValue | null): AvroRecord | null {
  const parsed = schema === null ? null : parseAvro(schema, { strict: "stored", avroLine: "1.12" });
  const row = parsed?.ok === true ? rowSchemaOf(parsed.schema) : null;
  return row?.type === "record" ? row : null;
}
