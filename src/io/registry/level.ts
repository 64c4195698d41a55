import { compatibilityLevelNamed } from "../../model/subject.ts";
import type { CompatibilityLevel, Subject } from "../../model/subject.ts";
import { UserError } from "../../errors.ts";
import type { Answer } from "./answer.ts";
import { hasErrorCode, objectIn } from "./answer.ts";
import { wrongAnswer } from "./wrong-answer.ts";
import type { RegistryHttp } from "./http.ts";
import type { Registry } from "./vendor.ts";

export interface Level {
  readonly level: CompatibilityLevel;
  readonly origin: Subject["compatibilityOrigin"];
}

/** What a registry takes that was never told. */
export const fallbackLevel: Level = { level: "BACKWARD", origin: "default" };

/**
 * The global level; null where it may not be read.
 * @throws UserError REGISTRY_INVALID: this first answer tells whether there is a registry at all
 */
export async function globalLevel(http: RegistryHttp, shown: string): Promise<Level | null> {
  const answer = await http.get("/config");
  const isRegistry = answer.status === 200 ? levelIn(answer, "global") !== null : answer.status !== 404 || hasErrorCode(answer);
  if (isRegistry) return levelIn(answer, "global");
  throw new UserError(
    "REGISTRY_INVALID",
    `There is no schema registry at ${shown}: /config gives no compatibility level (HTTP ${answer.status}). Check the URL and its path, or give a folder of subjects.`,
  );
}

/** The level of a subject that differs from the global one; null when the global one holds. */
export async function subjectLevel(http: RegistryHttp, { vendor, version }: Registry, subject: string): Promise<Level | null> {
  if (vendor === "apicurio") return apicurioLevel(http, subject, version ?? "");
  const path = `/config/${encodeURIComponent(subject)}`;
  const own = await http.get(path);
  const level = levelIn(own, "subject");
  if (level !== null) return level;
  // In a context of its own the global level is the context's; and a configuration without a level does not take the global one.
  const hasOther = own.status === 200;
  if (!hasOther && !subject.startsWith(":.")) return null;
  return levelIn(await http.get(`${path}?defaultToGlobal=true`), hasOther ? "default" : "global");
}

/**
 * Apicurio says NONE for a subject without a rule of its own, though the global rule is in force. 3.x tells the level in force with
 * `defaultToGlobal`; of 2.x only its own interface tells whether there is a rule.
 */
async function apicurioLevel(http: RegistryHttp, subject: string, version: string): Promise<Level | null> {
  const path = `/config/${encodeURIComponent(subject)}`;
  const own = levelIn(await http.get(path), "subject");
  if (own?.level !== "NONE") return own;
  if (version.startsWith("2.")) {
    const rules = await http.probe(`/apis/registry/v2/groups/default/artifacts/${encodeURIComponent(subject)}/rules`);
    return Array.isArray(rules?.body) && rules.body.includes("COMPATIBILITY") ? own : null;
  }
  const inForce = levelIn(await http.get(`${path}?defaultToGlobal=true`), "global");
  return inForce?.level === "NONE" ? own : inForce;
}

export async function configuredLevel(http: RegistryHttp, subject: string): Promise<CompatibilityLevel | null> {
  return levelIn(await http.get(`/config/${encodeURIComponent(subject)}`), "subject")?.level ?? null;
}

export async function effectiveLevel(http: RegistryHttp, subject: string): Promise<Level | null> {
  return levelIn(await http.get(`/config/${encodeURIComponent(subject)}?defaultToGlobal=true`), "global");
}

function levelIn(answer: Answer, origin: Level["origin"]): Level | null {
  if (answer.status === 404) return null;
  if (answer.status !== 200) throw wrongAnswer("the compatibility level", answer);
  const { compatibilityLevel, compatibility } = objectIn(answer);
  const level = compatibilityLevelNamed(compatibilityLevel ?? compatibility);
  return level === null ? null : { level, origin };
}

/** Null where none is set, where the registry has no modes, and where they may not be read. */
export function modeIn(answer: Answer): string | null {
  if (answer.status !== 200) return null;
  const { mode } = objectIn(answer);
  return typeof mode === "string" ? mode : null;
}
