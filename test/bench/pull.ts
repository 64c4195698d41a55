import { serve } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import type { Store } from "../io/registry/stored-registry.ts";
import { driftgate, makeProject } from "../support/cli.ts";

// `driftgate pull` of 5,000 subjects with 5 versions each, three times: from nothing, unchanged, and after 11 changes.

const subjects = 5000;
const columns = Array.from({ length: 25 }, (_, index) => ({
  name: `column_${index}`,
  type: ["null", { type: "long", "connect.name": "io.debezium.time.MicroTimestamp" }],
  default: null,
}));

function schema(table: number, version: number): string {
  const more = Array.from({ length: version }, (_, index) => ({ name: `more_${index}`, type: ["null", "string"], default: null }));
  const value = { type: "record", name: "Value", fields: [...columns, ...more] };
  const fields = [
    { name: "before", type: ["null", value], default: null },
    { name: "after", type: ["null", "Value"], default: null },
    { name: "op", type: "string" },
  ];
  return JSON.stringify({ type: "record", name: "Envelope", namespace: `shop.public.t${table}`, fields });
}

const name = (table: number): string => `shop.public.t${table}-value`;
const held: Store["subjects"] = Object.fromEntries(
  Array.from({ length: subjects }, (_, table) => [
    name(table),
    { versions: Array.from({ length: 5 }, (__, version) => schema(table, version)) },
  ]),
);
const server = await serve(storedRegistry({ level: "BACKWARD", subjects: held }));
const project = makeProject();

async function pull(what: string): Promise<void> {
  const before = server.requests.length;
  const run = await driftgate(["pull", "drift", "--registry", server.url], { cwd: project.path, limitSeconds: 600 });
  const requests = server.requests.length - before;
  process.stdout.write(
    `${what}: ${run.seconds.toFixed(1)} s, ${requests} requests, ${Math.round(run.peakMiB)} MiB; ${run.stdout}${run.stderr}`,
  );
}

try {
  await pull("from nothing");
  await pull("unchanged");
  for (let table = 0; table < 10; table += 1) held[name(table)]?.versions.push(schema(table, 9));
  delete held[name(99)];
  await pull("11 changes");
} finally {
  project.remove();
  await server.close();
}
