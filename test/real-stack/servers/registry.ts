import { join } from "node:path";
import type { CompatibilityLevel } from "../../../src/model/subject.ts";
import { type RegistryVersion, registryHome } from "./artifacts.ts";
import { type Household, freePorts, openHousehold } from "./household.ts";
import { findJava } from "./java.ts";
import { jvmFlags } from "./jvm.ts";

/** A live Apicurio Registry with an empty store in memory. */
export interface TestRegistry {
  /** Confluent's API: `http://127.0.0.1:PORT/apis/ccompat/v7`. */
  readonly url: string;
  /** Apicurio's own API, which its converter uses: `http://127.0.0.1:PORT/apis/registry/v2`. */
  readonly apicurioUrl: string;
  readonly setGlobalLevel: (level: CompatibilityLevel) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RegistryStart {
  /** Default 2.6.13.Final. */
  readonly version?: RegistryVersion;
  /** The rule for all subjects, which a fresh Apicurio lacks; default BACKWARD, null for none. */
  readonly level?: CompatibilityLevel | null;
  readonly household?: Household;
}

interface Release {
  readonly java: number;
  readonly jar: string;
}

const releases: Readonly<Record<RegistryVersion, Release>> = {
  "2.6.13.Final": { java: 17, jar: "apicurio-registry-app-2.6.13.Final-runner.jar" },
  "3.3.3": { java: 21, jar: "quarkus-run.jar" },
};

/**
 * Starts Apicurio Registry on a free port and waits until it answers.
 * @throws Error that says what is missing (Java, Maven), or with the end of its log
 */
export async function startRegistry(options: RegistryStart = {}): Promise<TestRegistry> {
  const { version = "2.6.13.Final", level = "BACKWARD", household = openHousehold("registry") } = options;
  try {
    const release = releases[version];
    const java = findJava(release.java);
    const home = await registryHome(version);
    const ports = await freePorts("http", "management");
    const settings = [
      "-Dquarkus.http.host=127.0.0.1",
      `-Dquarkus.http.port=${ports.http}`,
      "-Dquarkus.management.host=127.0.0.1",
      `-Dquarkus.management.port=${ports.management}`,
      "-Dquarkus.log.level=WARN",
    ];
    const member = household.start("registry", java, [...jvmFlags(256), ...settings, "-jar", join(home, release.jar)]);
    const base = `http://127.0.0.1:${ports.http}/apis`;
    const url = `${base}/ccompat/v7`;
    await member.ready(async () => (await fetch(`${url}/subjects`)).ok);
    const setGlobalLevel = (wanted: CompatibilityLevel): Promise<void> => putLevel(`${url}/config`, wanted);
    if (level !== null) await setGlobalLevel(level);
    return { url, apicurioUrl: `${base}/registry/v2`, setGlobalLevel, stop: () => household.stop() };
  } catch (error) {
    await household.stop();
    throw error;
  }
}

async function putLevel(url: string, compatibility: CompatibilityLevel): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "PUT", headers, body: JSON.stringify({ compatibility }) });
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`);
}
