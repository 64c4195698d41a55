import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { findMaven } from "./java.ts";
import { oneFileJar } from "./one-file-jar.ts";
import { runTool } from "./run-tool.ts";

/** Versions of Apicurio Registry that can be started. 3.3.3 needs Java 21. */
export type RegistryVersion = "2.6.13.Final" | "3.3.3";

const pom = join(import.meta.dirname, "pom.xml");
const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
/** The worker has these already; a second copy in a plugin's folder would meet it. */
const ofTheWorker = "org.apache.kafka,org.slf4j,at.yawk.lz4,org.lz4,org.xerial.snappy,com.github.luben";

/** Folder with kafka/, plugins/debezium/ and plugins/converter/ full of jars; downloaded at most once for each state of pom.xml. */
export function kafkaHome(): Promise<string> {
  const hash = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 16);
  return cached(`kafka-${hash}`, "Kafka, Debezium and the Avro converter", async (folder) => {
    const maven = findMaven();
    const copy = [`${plugin}:copy-dependencies`, "-DincludeScope=runtime"];
    await runMaven(maven, ["-f", pom, "-Pkafka", ...copy, `-DoutputDirectory=${join(folder, "kafka")}`]);
    for (const profile of ["debezium", "converter"]) {
      const target = join(folder, "plugins", profile);
      await runMaven(maven, ["-f", pom, `-P${profile}`, ...copy, `-DexcludeGroupIds=${ofTheWorker}`, `-DoutputDirectory=${target}`]);
    }
    // The converter has no service manifest; with one, Connect need not scan every jar, which takes it 30 s and 300 MB.
    const service = "META-INF/services/org.apache.kafka.connect.storage.Converter";
    writeFileSync(
      join(folder, "plugins", "converter", "services.jar"),
      oneFileJar(service, "io.apicurio.registry.utils.converter.AvroConverter\n"),
    );
  });
}

/** Folder with the registry's jars. */
export function registryHome(version: RegistryVersion): Promise<string> {
  return cached(`registry-${version}`, `Apicurio Registry ${version}`, (folder) =>
    runMaven(findMaven(), [
      `${plugin}:unpack`,
      `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`,
      `-DoutputDirectory=${folder}`,
    ]),
  );
}

/** Folder with the jars of Avro itself, as Confluent's registry has it since 8.0.7. */
export function avroHome(): Promise<string> {
  const artifacts = [
    "org.apache.avro:avro:1.12.1",
    ...["core", "databind", "annotations"].map((part) => `com.fasterxml.jackson.core:jackson-${part}:2.19.0`),
    "org.slf4j:slf4j-api:1.7.36",
    "org.apache.commons:commons-compress:1.26.2",
  ];
  return cached("avro-1.12.1", "Avro 1.12.1", async (folder) => {
    const maven = findMaven();
    for (const artifact of artifacts) await runMaven(maven, [`${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  });
}

const runMaven = (maven: string, args: readonly string[]): Promise<void> => runTool(maven, ["-q", "-B", "-ntp", ...args]);
