import type { NewNames } from "../../model/subject.ts";
import { objectIn } from "./answer.ts";
import type { RegistryHttp } from "./http.ts";
import type { Registry } from "./vendor.ts";

/** Whether a schema's text may have a name that not every registry takes. */
export const hasRareName = (text: string): boolean => /[^ -~\s]|"name(?:space)?"\s*:\s*"(?:[^"]*[^A-Za-z0-9_."]|(?:[^"]*\.)?\d)/.test(text);

/** The same of a subject, as its schema's name and namespace stand in it. */
export const isRareSubject = (name: string): boolean => hasRareName(`"name":"${name.replace(/-(?:key|value)$/, "")}"`);

const rare = JSON.stringify({ type: "record", name: "R", namespace: "a-b", fields: [] });

/**
 * Which names a registry takes in a new schema; null where that is not known. Confluent's releases with Avro 1.12 (from 8.0.7, 8.1.5 and 8.2.0 on) refuse
 * what the ones before take, unless `schema.validate.new.schemas` is off: that is asked, by a check against a subject that is not there, which says
 * nothing but whether the schema is valid. Apicurio as 2.6.13 and 3.3.3 were seen running.
 * @param subject one that nobody has
 */
export async function askNewNames(http: RegistryHttp, { vendor, version }: Registry, subject: string): Promise<NewNames | null> {
  if (vendor === "apicurio") return "letters";
  if (vendor !== "confluent") return null;
  if (hasOlderAvro(version ?? "")) return "any";
  const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
  const answer = await http.ask(path, { schema: rare });
  const { is_compatible: isTaken } = objectIn(answer);
  return answer.status !== 200 || typeof isTaken !== "boolean" ? null : isTaken ? "any" : "ascii";
}

function hasOlderAvro(version: string): boolean {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (parts === null) return false;
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map(Number);
  return major < 8 || (major === 8 && ((minor === 0 && patch < 7) || (minor === 1 && patch < 5)));
}
