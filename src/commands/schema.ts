import { writeStdout } from "../io/output.ts";
import type { Catalog } from "../model/catalog.ts";
import type { Connector } from "../model/connector.ts";
import type { Projection } from "../model/projection.ts";
import { projectAll } from "../pipeline.ts";
import { schemaPage, schemasText } from "../report/schema/schemas.ts";
import { againstCommand } from "./schema-against.ts";
import { loadConnectors } from "./connectors.ts";
import { exitCodes } from "./exit-codes.ts";
import { prepare } from "./prepare.ts";
import type { SchemaOptions } from "./schema-rows.ts";
import { isUnknown, rowsOf, terminalWidth, wantedOf } from "./schema-rows.ts";

/** `driftgate schema`: what Debezium registers after all migrations. @returns the exit code: 1 when something could not be predicted */
export async function schemaCommand(options: SchemaOptions): Promise<number> {
  if (options.against !== null) return againstCommand(options, options.against);
  const { config, result } = await prepare(options, "none");
  const { connectors, assumptions } = await loadConnectors(options, config);
  const { baseline, steps } = result;
  const { after, final } = projectAll({ baseline, steps, connectors });
  const wanted = wantedOf(after, options.tables);
  const json = options.formats.includes("json");
  await writeStdout(
    json ? `${JSON.stringify(wanted.flatMap(rowsOf), null, 2)}\n` : textOf(wanted, { options, connectors, assumptions, final }),
  );
  for (const problem of result.problems) process.stderr.write(`driftgate: unknown: ${problem.reason}\n`);
  return wanted.some(isUnknown) || result.problems.length > 0 ? exitCodes.fail : exitCodes.pass;
}

interface Shown {
  readonly options: SchemaOptions;
  readonly connectors: readonly Connector[];
  readonly assumptions: readonly string[];
  readonly final: Catalog;
}

function textOf(projections: readonly Projection[], { options, connectors, assumptions, final }: Shown): string {
  const byOid = new Map(final.relations.map((relation) => [relation.oid, relation]));
  const relations = projections.map((projection) => ({ projection, relation: byOid.get(projection.relation.oid) ?? null }));
  return schemasText({ connectors, relations, assumptions }, schemaPage(options.color, terminalWidth()));
}
