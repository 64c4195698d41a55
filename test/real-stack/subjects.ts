import type { CompatibilityLevel, Subject, SubjectVersion } from "../../src/model/subject.ts";
import type { TestRegistry } from "./servers/registry.ts";

/** Subjects whose name starts so, with all versions, straight from the registry: what driftgate's own client makes of it is tested elsewhere. */
export async function readSubjects(registry: TestRegistry, prefix: string, level: CompatibilityLevel): Promise<readonly Subject[]> {
  const names = (await get<readonly string[]>(`${registry.url}/subjects`)).filter((name) => name.startsWith(prefix)).toSorted();
  return Promise.all(names.map(async (name) => subjectOf(name, level, await versionsOf(registry, name))));
}

async function versionsOf(registry: TestRegistry, name: string): Promise<readonly SubjectVersion[]> {
  const base = `${registry.url}/subjects/${encodeURIComponent(name)}/versions`;
  const numbers = await get<readonly number[]>(base);
  const read = async (version: number): Promise<SubjectVersion> => {
    const { id, schema } = await get<{ readonly id: number; readonly schema: string }>(`${base}/${version}`);
    return { version, id, schema, schemaType: "AVRO", references: [] };
  };
  return Promise.all(numbers.toSorted((a, b) => a - b).map(read));
}

function subjectOf(name: string, compatibility: CompatibilityLevel, versions: readonly SubjectVersion[]): Subject {
  return { name, compatibility, compatibilityOrigin: "subject", mode: "READWRITE", versions, live: [], unavailable: null };
}

/** Gives a subject a level of its own. NONE goes through Apicurio's own interface: with Confluent's it means "no rule of its own" there. */
export async function setLevel(registry: TestRegistry, subject: string, level: CompatibilityLevel): Promise<void> {
  const headers = { "content-type": "application/json" };
  const rules = `${registry.apicurioUrl}/groups/default/artifacts/${encodeURIComponent(subject)}/rules`;
  const answer = await fetch(rules, { method: "POST", headers, body: JSON.stringify({ type: "COMPATIBILITY", config: level }) });
  if (!answer.ok) throw new Error(`POST ${rules}: ${answer.status} ${await answer.text()}`);
}

async function get<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  // The registry's documented answers.
  return (await answer.json()) as Answer;
}
