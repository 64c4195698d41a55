import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ConnectField, ConnectSchema } from "../../src/model/connect-schema.ts";
import { parseJson } from "../../src/model/json.ts";
import { envelope, envelopeTail } from "../../src/project/envelope.ts";
import { transformChain } from "../../src/project/transforms/chain.ts";
import type { ChainResult } from "../../src/project/transforms/chain.ts";
import { finish } from "../../src/project/types/build.ts";

interface Configured {
  readonly class: string;
  readonly config: Readonly<Record<string, string>>;
  readonly predicate?: { readonly class: string; readonly config: Readonly<Record<string, string>>; readonly negate: boolean };
}

/**
 * What the real classes made of random rows and settings: connect-transforms 4.3.0, debezium-connect-plugins 3.6.1.Final, on an insert, a delete and a
 * tombstone. `outcome`: topic and schemas of the insert ("=" where unchanged), "config" where configure() threw, "fails" where apply() or the conversion to
 * Avro did. `delete`, `tombstone`: whether it threw on these.
 */
interface Recorded {
  readonly topic: string;
  readonly keyed: boolean;
  readonly row: readonly ConnectField[];
  readonly transforms: readonly Configured[];
  readonly outcome:
    | "config"
    | "fails"
    | "dropped"
    | { readonly topic: string; readonly key: ConnectSchema | "="; readonly value: ConnectSchema | "=" };
  readonly delete?: boolean;
  readonly tombstone?: boolean;
}

const VERSION = { major: 3, minor: 6 };
const tail = envelopeTail(VERSION);
const recorded = readFileSync(new URL("recorded-transforms.jsonl", import.meta.url), "utf8")
  .replaceAll('"@source"', JSON.stringify(tail.find(({ field }) => field === "source")))
  .replaceAll('"@transaction"', JSON.stringify(tail.find(({ field }) => field === "transaction")))
  .trim()
  .split("\n")
  // Written by the recording in this form.
  .map((line) => parseJson(line) as unknown as Recorded);

function first({ topic, keyed, row }: Recorded): ChainResult["record"] {
  const key = row.filter(({ field }) => field === "id");
  return {
    topic,
    key: keyed ? finish({ type: "struct", name: `${topic}.Key`, fields: key }, false) : null,
    value: envelope(`${topic}.Envelope`, finish({ type: "struct", name: `${topic}.Value`, fields: row }, true), tail, VERSION),
  };
}

function run(one: Recorded): ChainResult {
  const settings = one.transforms.flatMap(({ predicate }, at) => {
    if (predicate === undefined) return [];
    return Object.entries({ ...predicate.config, type: predicate.class }).map(([name, value]) => [`predicates.p${at}.${name}`, value]);
  });
  const predicates = one.transforms.map((_, at) => `p${at}`).join(",");
  const transforms = one.transforms.map((transform, at) => ({
    name: `t${at}`,
    class: transform.class,
    settings: transform.config,
    predicate: transform.predicate === undefined ? null : `p${at}`,
    negate: transform.predicate?.negate ?? false,
  }));
  return transformChain({ transforms, settings: { ...Object.fromEntries(settings), predicates }, versionGiven: true }, VERSION).apply(
    first(one),
  );
}

function outcomeOf({ caveats, dropped, record }: ChainResult): unknown {
  if (caveats.some(({ code }) => code === "transform-invalid")) return "config";
  if (caveats.some(({ code }) => code === "transform-fails")) return "fails";
  return dropped === null ? record : "dropped";
}

const title = ({ transforms }: Recorded): string =>
  transforms.map(({ class: name, config }) => `${name.slice(name.lastIndexOf(".") + 1)} ${JSON.stringify(config)}`).join(", then ");

describe("a transform gives what its class gave", () => {
  it("for as many classes as are known", () => {
    expect(new Set(recorded.flatMap(({ transforms }) => transforms.map((one) => one.class.split("$")[0]))).size).toBeGreaterThan(25);
  });

  it.each(recorded.map((one, at) => [`${at + 1}: ${title(one)}`, one] as const))("%s", (_, one) => {
    const result = run(one);
    const { key, value } = first(one);
    const expected =
      typeof one.outcome === "string"
        ? one.outcome
        : {
            ...one.outcome,
            key: one.outcome.key === "=" ? key : one.outcome.key,
            value: one.outcome.value === "=" ? value : one.outcome.value,
          };
    expect(outcomeOf(result)).toEqual(expected);
    const failsOn = (event: string): boolean =>
      result.caveats.some(({ code, message }) => code === "transform-fails-on-delete" && message.includes(`fails on ${event}`));
    if (one.delete !== undefined) expect(failsOn("deletes")).toBe(one.delete);
    if (one.tombstone !== undefined) expect(failsOn("tombstones")).toBe(one.tombstone);
  });
});
