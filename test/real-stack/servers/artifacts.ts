import { spawn } from "node:child_process";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { findMaven } from "./java.ts";
import { oneFileJar } from "./one-file-jar.ts";

/** Versions of Apicurio Registry that can be started. 3.3.3 needs Java 21. */
export type RegistryVersion = "2.6.13.Final" | "3.3.3";

const pom = join(import.meta.dirname, "pom.xml");
const plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
/** The worker has these already; a second copy in a plugin's folder would meet it. */
const ofTheWorker = "org.apache.kafka,org.slf4j,at.yawk.lz4,org.lz4,org.xerial.snappy,com.github.luben";

/** Downloads are kept here between runs: $DRIFTGATE_TEST_CACHE, else the user's cache folder; safe to delete at any time. */
export function testCacheFolder(): string {
  const { DRIFTGATE_TEST_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== "") return own;
  if (xdg !== undefined && xdg !== "") return join(xdg, "driftgate-test");
  return homedir() === "" ? join(tmpdir(), "driftgate-test") : join(homedir(), ".cache", "driftgate-test");
}

/** Folder with kafka/, plugins/debezium/ and plugins/converter/ full of jars; downloaded at most once for each state of pom.xml. */
export function kafkaHome(): Promise<string> {
  const hash = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 16);
  return cached(`kafka-${hash}`, "Kafka, Debezium and the Avro converter", async (maven, folder) => {
    const copy = [`${plugin}:copy-dependencies`, "-DincludeScope=runtime"];
    await run(maven, ["-f", pom, "-Pkafka", ...copy, `-DoutputDirectory=${join(folder, "kafka")}`]);
    for (const profile of ["debezium", "converter"]) {
      const target = join(folder, "plugins", profile);
      await run(maven, ["-f", pom, `-P${profile}`, ...copy, `-DexcludeGroupIds=${ofTheWorker}`, `-DoutputDirectory=${target}`]);
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
  return cached(`registry-${version}`, `Apicurio Registry ${version}`, (maven, folder) =>
    run(maven, [`${plugin}:unpack`, `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`, `-DoutputDirectory=${folder}`]),
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
  return cached("avro-1.12.1", "Avro 1.12.1", async (maven, folder) => {
    for (const artifact of artifacts) await run(maven, [`${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  });
}

type Fill = (maven: string, folder: string) => Promise<void>;

/** Filled beside its place and then renamed, so that a folder that is there is whole, whoever else fills it at the same time. */
async function cached(name: string, what: string, fill: Fill): Promise<string> {
  const place = join(testCacheFolder(), name);
  if (existsSync(place)) return place;
  const maven = findMaven(place);
  const part = `${place}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  try {
    process.stderr.write(`Downloading ${what} into ${place}, once.\n`);
    await fill(maven, part);
    if (!existsSync(place)) renameSync(part, place);
    return place;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function run(maven: string, args: readonly string[]): Promise<void> {
  const child = spawn(maven, ["-q", "-B", "-ntp", ...args], { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`mvn ${args.join(" ")} failed (exit ${String(code)}):\n${output.slice(-4000)}`);
}
