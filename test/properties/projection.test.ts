import * as fc from "fast-check";
import { expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { Projection, Schemas } from "../../src/model/projection.ts";
import { parseAvro } from "../../src/compare/avro/parse.ts";
import { readConnector } from "../../src/project/connector.ts";
import { projectLagging } from "../../src/project/lagging.ts";
import { project } from "../../src/project/project.ts";
import { projectRunning } from "../../src/project/running.ts";
import { catalogs } from "./catalogs.ts";
import { settings, versions } from "./settings.ts";

/** Null where Debezium would not start, which is told to the user. */
function connectorOf(given: Readonly<Record<string, string>>, debeziumVersion: string): Connector | null {
  try {
    return readConnector(given, { debeziumVersion });
  } catch (error) {
    if (error instanceof UserError && error.code === "CONNECTOR_INVALID") return null;
    throw error;
  }
}

/** Caveats that say why what is shown may be no schema that a registry takes. */
const excuses = (projection: Projection): boolean =>
  projection.caveats.some(
    ({ code, effect }) => effect === "unknown" || code === "avro-namespace-invalid" || code === "avro-field-name-strange",
  );

/** The registry's own words; null when it takes the schema. */
function faultOf(schema: Schemas["valueAvro"]): string | null {
  const result = parseAvro(schema, { strict: "new", avroLine: "1.12" });
  return result.ok ? null : result.error;
}

/** What a converter writes that is no Avro need not be valid there. */
function check(projections: readonly Projection[], { keyConverter, valueConverter }: Connector): number {
  let parsed = 0;
  for (const projection of projections) {
    for (const schemas of [projection.snapshot, projection.streaming]) {
      if (schemas === null) continue;
      const key = keyConverter.format === "avro" ? schemas.keyAvro : null;
      const value = valueConverter.format === "avro" ? schemas.valueAvro : null;
      const faults = [key, value].flatMap((schema) => (schema === null ? [] : (faultOf(schema) ?? [])));
      if (faults.length === 0) parsed += 1;
      else if (!excuses(projection)) throw new Error(`${projection.topic}: ${faults.join("; ")}\n${JSON.stringify(schemas.valueAvro)}`);
    }
  }
  return parsed;
}

const runs = { numRuns: Number(process.env["DRIFTGATE_RUNS"] ?? 150) };

it("projects any catalog with any settings to a schema that Avro parses, or says why not", () => {
  let parsed = 0;
  fc.assert(
    fc.property(catalogs, settings, versions, (catalog, given, version) => {
      const connector = connectorOf(given, version);
      if (connector !== null) parsed += check(project(catalog, connector), connector);
    }),
    runs,
  );
  // Enough are well: the property is not about excuses.
  expect(parsed).toBeGreaterThan(runs.numRuns / 5);
});

it("projects rows read late, and a connector that runs on, between any two catalogs", () => {
  fc.assert(
    fc.property(catalogs, catalogs, settings, versions, (before, after, given, version) => {
      const connector = connectorOf(given, version);
      if (connector === null) return;
      check(projectLagging(before, after, connector), connector);
      check(projectRunning(before, after, connector), connector);
    }),
    runs,
  );
});

function topics(projections: readonly Projection[]): readonly unknown[] {
  return projections.map(({ topic, streaming }) => [topic, streaming]);
}

it("gives for rows read at once what the stream has", () => {
  fc.assert(
    fc.property(catalogs, settings, versions, (catalog, given, version) => {
      const connector = connectorOf(given, version);
      if (connector === null) return;
      const now = project(catalog, connector).filter(({ streaming }) => streaming !== null);
      const unique = new Set(catalog.relations.map(({ schema, name }) => `${schema}.${name}`)).size === catalog.relations.length;
      if (unique) expect(topics(projectLagging(catalog, catalog, connector))).toEqual(topics(now));
      expect(topics(projectRunning(catalog, catalog, connector))).toEqual(topics(project(catalog, connector)));
    }),
    runs,
  );
});
