import type { Diagnosis, DoctorFacts, Known } from "../model/doctor.ts";
import { capitalized } from "../model/words.ts";

/** One file of checks. Pure; never throws. */
export type Check = (facts: DoctorFacts) => readonly Diagnosis[];

type Group = Diagnosis["group"];

/** Makes the diagnoses of one group. */
export function diagnoser(group: Group) {
  return {
    good: (check: string, on: string, what: string): Diagnosis => ({ check, group, health: "good", on, what, why: "", remedy: "" }),
    bad: (
      check: string,
      health: "note" | "warning" | "error",
      on: string,
      words: Pick<Diagnosis, "what" | "why" | "remedy">,
    ): Diagnosis => ({
      check,
      group,
      health,
      on,
      ...words,
    }),
    /** @param remedy a clause in lower case */
    unknown: (check: string, on: string, reason: string, remedy: string): Diagnosis => ({
      check,
      group,
      health: "unknown",
      on,
      what: `Not known: ${reason}.`,
      why: "",
      remedy: `${capitalized(remedy)}.`,
    }),
  } as const;
}

/** The value where it is known. */
export const valueOf = <Value>(known: Known<Value>): Value | null => (known.known ? known.value : null);

/** Literal values only: what a config provider fills in is not known. */
export function literalSetting(settings: Readonly<Record<string, string>>, name: string): string | null {
  const value = settings[name]?.trim();
  return value === undefined || value === "" || value.includes("${") ? null : value;
}
