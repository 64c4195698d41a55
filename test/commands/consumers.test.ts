import { afterEach, describe, expect, test } from "vitest";
import { base, connector, judges, refuses, undoAll } from "../support/bad-run.ts";

afterEach(undoAll);

const schema = (field: object): string => JSON.stringify({ type: "record", name: "Order", fields: [field] });
const files = (consumers: string) => ({
  "m/V1__orders.sql": base,
  "m/V2__note.sql": "ALTER TABLE orders RENAME COLUMN email TO mail;\n",
  "c.json": connector({ "key.converter": null, "value.converter": null }),
  "readers/billing/order.avsc": schema({ name: "email", type: ["null", "string"], default: null }),
  "readers/mail/order.avsc": schema({ name: "id", type: "long" }),
  "readers/broken.avsc": '{"type": "record"}',
  "driftgate.yml": `connectors: c.json\nconsumers:\n${consumers}`,
});

test("each consumer is checked by the files that its globs name", async () => {
  const report = await judges(
    files(
      "  - { name: billing, subjects: 'shop.public.*-value', schemas: 'readers/billing/*.avsc' }\n  - { name: mail, subjects: [shop.public.orders-value], schemas: [readers/mail/order.avsc] }\n",
    ),
  );
  expect(report.findings.filter(({ ruleId }) => ruleId === "consumer-breaks").map(({ what }) => what)).toEqual([
    'Consumer "billing" reads "email" of "shop.public.orders-value" as null from now on: events no longer have the field, and its default is null; its column is now sent as "mail".',
  ]);
});

describe("consumers that cannot be read", () => {
  test.each<readonly [string, string, RegExp]>([
    [
      "a glob that fits nothing",
      "  - { name: a, subjects: s, schemas: readers/none/*.avsc }\n",
      /driftgate\.yml: the schemas of consumer "a": no file fits "readers\/none\/\*\.avsc" \[CONFIG_INVALID\]|readers\/none\/ does not exist \[FILE_NOT_FOUND\]/,
    ],
    ["a file that is not there", "  - { name: a, subjects: s, schemas: none.avsc }\n", /none\.avsc does not exist \[FILE_NOT_FOUND\]/],
    [
      "a schema that is none",
      "  - { name: a, subjects: s, schemas: readers/*.avsc }\n",
      /readers\/broken\.avsc, of consumer "a", is not a valid Avro schema: .* \[SCHEMA_INVALID\]/,
    ],
    [
      "no subjects",
      "  - { name: a, schemas: readers/*.avsc }\n",
      /driftgate\.yml:3:\d+: consumers\[0\]\.subjects is missing; .* \[CONFIG_INVALID\]/,
    ],
  ])("%s", async (_what, consumers, message) => {
    await refuses(message, files(consumers));
  });
});
