import type { Client } from "pg";
import { rules } from "../../rules/index.ts";
import { openRegistry } from "../../src/io/registry/client.ts";
import { fetchSubjects } from "../../src/io/registry/fetch-subjects.ts";
import type { Projection } from "../../src/model/projection.ts";
import type { Report } from "../../src/model/report.ts";
import type { Subject } from "../../src/model/subject.ts";
import { check } from "../../src/pipeline.ts";
import { project } from "../../src/project/project.ts";
import { readCatalog } from "../support/catalog.ts";
import type { Forecast } from "./predict.ts";
import type { TestRegistry } from "./servers/registry.ts";

/** The subjects as driftgate's own client reads them, with the registry's own verdict on what the streams will send. */
export async function askLive({ url }: TestRegistry, { before, after }: Forecast): Promise<readonly Subject[]> {
  const candidates = new Map<string, string>();
  for (const { keySubject, valueSubject, streaming } of [...before, ...after]) {
    if (keySubject !== null && streaming !== null && streaming.keyAvro !== null)
      candidates.set(keySubject, JSON.stringify(streaming.keyAvro));
    if (valueSubject !== null && streaming !== null) candidates.set(valueSubject, JSON.stringify(streaming.valueAvro));
  }
  const client = openRegistry(url);
  try {
    return await fetchSubjects(client, [...candidates.keys()], candidates);
  } finally {
    await client.close();
  }
}

/** Subjects of which the report with the registry's own answers says something else. */
export function liveDifferences({ inputs }: Forecast, offline: Report, subjects: readonly Subject[]): readonly string[] {
  const live = check({ ...inputs, subjects }, rules);
  const [mine, theirs] = [outcomes(offline), outcomes(live)];
  return [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((name) => mine.get(name) !== theirs.get(name))
    .map((name) => `${name}: ${mine.get(name) ?? "nothing"} offline, ${theirs.get(name) ?? "nothing"} with the live registry's answer`);
}

function outcomes({ impacts }: Report): ReadonlyMap<string, string> {
  return new Map(
    impacts.flatMap(({ subjects }) =>
      subjects.map(({ subjectBefore, subjectAfter, verdict }) => [`${subjectBefore ?? ""} to ${subjectAfter ?? ""}`, verdict.outcome]),
    ),
  );
}

/** Tables whose streams would be others by the server's catalog than by the one that driftgate's engine made of the same SQL. */
export async function catalogDifferences(
  client: Client,
  cast: Forecast,
  mine: readonly Projection[],
  when: string,
): Promise<readonly string[]> {
  const theirs = textsOf(project(await readCatalog(client), cast.connector));
  const own = textsOf(mine);
  return [...new Set([...own.keys(), ...theirs.keys()])]
    .filter((name) => own.get(name) !== theirs.get(name))
    .map((name) => `${when}, the server's catalog gives another stream of ${name} than the engine's`);
}

function textsOf(projections: readonly Projection[]): ReadonlyMap<string, string> {
  return new Map(
    projections.map(({ relation, topic, snapshot, streaming }) => [
      `${relation.schema}.${relation.name}`,
      JSON.stringify([topic, snapshot, streaming]),
    ]),
  );
}
