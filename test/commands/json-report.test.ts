import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, expect, test } from "vitest";
import { json, serve } from "../io/registry/server.ts";
import type { Handler } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import { base, connector, undo, undoAll } from "../support/bad-run.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

const settings = {
  "key.converter": null,
  "value.converter": "io.confluent.connect.avro.AvroConverter",
  "value.converter.auto.register.schemas": "false",
  "value.converter.use.latest.version": "true",
};

test("what is said of a subject besides its verdict fits the JSON Schema", async () => {
  const project = makeProject({
    "m/V1__orders.sql": base,
    "m/V2__next.sql": "ALTER TABLE orders RENAME COLUMN email TO mail;\nALTER TABLE orders ADD COLUMN n int NOT NULL;\n",
    "c.json": connector(settings),
    "order.avsc": JSON.stringify({ type: "record", name: "O", fields: [{ name: "email", type: ["null", "string"], default: null }] }),
    "driftgate.yml": "consumers: [{ name: billing, subjects: shop.*, schemas: order.avsc }]\n",
  });
  undo.push(project.remove);
  const schema = await driftgateHere(["schema", "--path", "m/V1__orders.sql", "--connector", "c.json", "--format", "json"], {
    cwd: project.path,
  });
  // As `driftgate schema` prints it.
  const rows = JSON.parse(schema.stdout) as readonly { readonly subject: string; readonly avro: unknown }[];
  const subjects = Object.fromEntries(rows.map(({ subject, avro }) => [subject, { versions: [JSON.stringify(avro)] }]));
  const known = storedRegistry({ level: "BACKWARD", subjects });
  const lax: Handler = (path, response, request, body) =>
    path.startsWith("/compatibility") ? json(response, 200, { is_compatible: true }) : known(path, response, request, body);
  const server = await serve(lax);
  undo.push(server.close);
  const run = await driftgateHere(
    ["check", "m", "--pending", "m/V2*", "--connector", "c.json", "--registry", server.url, "--format", "json"],
    {
      cwd: project.path,
    },
  );
  const report = JSON.parse(run.stdout);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync("src/report/report.schema.json", "utf8")));
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  expect(report.subjects).toMatchObject([
    {
      part: "value",
      verdict: { outcome: "accepted" },
      disagreement: { accepted: true },
      registration: { policy: "latest", version: null, latest: { version: 1, stops: null, misplaced: [{ from: "mail", to: "email" }] } },
      consumers: [{ consumer: "billing", kind: "null", field: "email" }],
    },
  ]);
});
