import { kafkaHome, registryHome } from "./artifacts.ts";
import { findJava } from "./java.ts";
import { provideNewerJava } from "./newer-java.ts";

/** Before any test of the project: what is missing is said once, and what has to be downloaded is downloaded outside of all time limits. */
export async function setup(): Promise<void> {
  findJava(17);
  await kafkaHome();
  await registryHome("2.6.13.Final");
  await provideNewerJava();
}
