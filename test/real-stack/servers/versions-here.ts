import type { RegistryVersion } from "./artifacts.ts";
import { findJava } from "./java.ts";

/** 3.3.3 runs where there is a Java for it. */
export function versionsHere(): readonly RegistryVersion[] {
  try {
    findJava(21);
    return ["2.6.13.Final", "3.3.3"];
  } catch {
    return ["2.6.13.Final"];
  }
}
