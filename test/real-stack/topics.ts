import { setTimeout as sleep } from "node:timers/promises";
import avro from "avsc";
import { Kafka, logLevel } from "kafkajs";

/** A record as a consumer with Confluent's deserializer gets it. Values of type long are bigints. */
export interface StreamRecord {
  readonly topic: string;
  readonly key: unknown;
  /** null for a tombstone. */
  readonly value: unknown;
}

export interface Topics {
  /** Makes a topic of one partition before anybody writes to it. */
  readonly create: (topic: string) => Promise<void>;
  /** Number of records in each topic whose name starts so. */
  readonly counts: (prefix: string) => Promise<ReadonlyMap<string, number>>;
  /** Number of records in a topic that exists. */
  readonly count: (topic: string) => Promise<number>;
  /** All records of the topics, in order within each. */
  readonly read: (counts: ReadonlyMap<string, number>) => Promise<readonly StreamRecord[]>;
  readonly close: () => Promise<void>;
}

// Debezium's ts_ns is above 2^53, where avsc's own type throws.
// oxlint-disable-next-line eslint/no-underscore-dangle -- avsc's own name of its documented way to make a long type
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

const patience = 60_000;

export async function openTopics(broker: string, registryUrl: string): Promise<Topics> {
  const kafka = new Kafka({ clientId: "driftgate-test", brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const types = new Map<number, avro.Type>();
  const typeOf = async (id: number): Promise<avro.Type> => {
    const known =
      types.get(id) ??
      avro.Type.forSchema(await schemaById(registryUrl, id), { typeHook: (schema) => (isLong(schema) ? long : undefined) });
    types.set(id, known);
    return known;
  };
  // A zero byte, four bytes of the schema's id, the record; JSON from a JsonConverter.
  const decode = async (bytes: Buffer | null): Promise<unknown> => {
    if (bytes === null) return null;
    return bytes[0] === 0 ? (await typeOf(bytes.readInt32BE(1))).fromBuffer(bytes.subarray(5)) : JSON.parse(bytes.toString("utf8"));
  };
  let groups = 0;
  const count = async (topic: string): Promise<number> =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  return {
    async create(topic) {
      // kafkajs itself gives up at once on a broker that is too busy to know the new topic yet.
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
      const limit = Date.now() + patience;
      const isThere = (): Promise<boolean> =>
        count(topic).then(
          () => true,
          () => false,
        );
      while (!(await isThere())) {
        if (Date.now() > limit) throw new Error(`the topic ${topic} is not there after ${patience} ms`);
        await sleep(50);
      }
    },
    count,
    async counts(prefix) {
      const names = (await admin.listTopics()).filter((name) => name.startsWith(prefix)).toSorted();
      const counts = new Map<string, number>();
      for (const name of names) counts.set(name, await count(name));
      return counts;
    },
    async read(counts) {
      const wanted = [...counts.values()].reduce((sum, one) => sum + one, 0);
      if (wanted === 0) return [];
      groups += 1;
      const consumer = kafka.consumer({ groupId: `driftgate-test-${groups}`, maxWaitTimeInMs: 50 });
      await consumer.connect();
      try {
        await consumer.subscribe({ topics: [...counts.keys()], fromBeginning: true });
        const raw: { readonly topic: string; readonly key: Buffer | null; readonly value: Buffer | null }[] = [];
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`${raw.length} of ${wanted} records came in ${patience} ms`)), patience);
          const seen = async (topic: string, key: Buffer | null, value: Buffer | null): Promise<void> => {
            raw.push({ topic, key, value });
            if (raw.length < wanted) return;
            clearTimeout(timer);
            resolve();
          };
          consumer.run({ eachMessage: ({ topic, message }) => seen(topic, message.key, message.value) }).catch(reject);
        });
        const records: StreamRecord[] = [];
        for (const { topic, key, value } of raw) records.push({ topic, key: await decode(key), value: await decode(value) });
        return records;
      } finally {
        await consumer.disconnect();
      }
    },
    close: () => admin.disconnect(),
  };
}

async function schemaById(registryUrl: string, id: number): Promise<avro.Schema> {
  const answer = await fetch(`${registryUrl}/schemas/ids/${id}`);
  // The registry's documented answer.
  const { schema } = (await answer.json()) as { readonly schema: string };
  return JSON.parse(schema, withoutDefaults) as avro.Schema;
}

/** A reader with the writer's schema needs no defaults, and avsc takes none that a JavaScript number cannot hold. */
function withoutDefaults(key: string, value: unknown): unknown {
  return key === "default" ? undefined : value;
}

function isLong(schema: avro.Schema): boolean {
  return schema === "long" || (typeof schema === "object" && "type" in schema && schema.type === "long");
}
