import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type Household, freePorts } from "./household.ts";
import { jvmFlags } from "./jvm.ts";

/** Any 16 bytes in base64. */
const clusterId = "ZHJpZnRnYXRlLXRlc3RzIQ";

const classPath = (home: string): readonly string[] => ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", join(home, "kafka", "*")];

/** Starts one broker that is its own controller. @returns its address, `127.0.0.1:PORT` */
export async function startBroker(household: Household, java: string, home: string): Promise<string> {
  const ports = await freePorts("broker", "controller");
  const address = `127.0.0.1:${ports.broker}`;
  const properties = writeProperties(household.folder, "server", {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://${address},CONTROLLER://127.0.0.1:${ports.controller}`,
    "advertised.listeners": `PLAINTEXT://${address}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "log.dirs": join(household.folder, "kafka"),
    "num.partitions": "1",
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": "2097152",
  });
  const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties];
  const format = household.start("format", java, [...jvmFlags(128), ...classPath(home), ...tool]);
  const [code] = await once(format.process, "exit");
  if (code !== 0) throw new Error(`Kafka's storage could not be formatted (exit ${String(code)})\n${format.log()}`);
  const broker = household.start("kafka", java, [...jvmFlags(256), ...classPath(home), "kafka.Kafka", properties]);
  await broker.ready(() => accepts(ports.broker));
  return address;
}

/** Starts a standalone Kafka Connect worker with Debezium and Apicurio's Avro converter. @returns its URL */
export async function startConnect(household: Household, java: string, home: string, broker: string): Promise<string> {
  const ports = await freePorts("http");
  const url = `http://127.0.0.1:${ports.http}`;
  const properties = writeProperties(household.folder, "connect", {
    "bootstrap.servers": broker,
    listeners: url,
    "plugin.path": join(home, "plugins"),
    "plugin.discovery": "service_load",
    // Connect asks for defaults; each connector names its own.
    "key.converter": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    "offset.storage.file.filename": join(household.folder, "connect.offsets"),
    "offset.flush.interval.ms": "500",
  });
  const main = "org.apache.kafka.connect.cli.ConnectStandalone";
  const worker = household.start("connect", java, [...jvmFlags(384), ...classPath(home), main, properties]);
  await worker.ready(async () => (await fetch(`${url}/connectors`)).ok);
  return url;
}

function writeProperties(folder: string, name: string, settings: Readonly<Record<string, string>>): string {
  const path = join(folder, `${name}.properties`);
  writeFileSync(
    path,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
  return path;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } finally {
    socket.destroy();
  }
}
