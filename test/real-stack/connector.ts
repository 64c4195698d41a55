import type { Settings } from "./servers/connect.ts";
import type { Stack } from "./servers/stack.ts";

const converter = "io.apicurio.registry.utils.converter.AvroConverter";

/** Apicurio's converter so that it writes what Confluent's clients read: a zero byte, four bytes of the id that ccompat knows, the record. */
function avroConverter(part: "key" | "value", apicurioUrl: string): Settings {
  const settings = {
    url: apicurioUrl,
    "auto-register": "true",
    "if-exists": "RETURN_OR_UPDATE",
    "as-confluent": "true",
    "use-id": "contentId",
    "headers.enabled": "false",
  };
  const prefix = `${part}.converter`;
  return {
    [prefix]: converter,
    ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}.apicurio.registry.${name}`, value])),
  };
}

/** The whole configuration of a case's connector; database, slot, publication and topics are named after it. */
export function connectorConfig({ postgres, registry }: Pick<Stack, "postgres" | "registry">, name: string, own: Settings = {}): Settings {
  return {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "tasks.max": "1",
    "topic.prefix": name,
    "slot.name": name,
    "publication.name": name,
    "plugin.name": "pgoutput",
    "database.hostname": "127.0.0.1",
    "database.port": String(postgres.port),
    "database.user": "postgres",
    "database.password": "postgres",
    "database.dbname": name,
    "poll.interval.ms": "50",
    // A test need not wait for an error that a retry will not mend.
    "errors.max.retries": "0",
    ...avroConverter("key", registry.apicurioUrl),
    ...avroConverter("value", registry.apicurioUrl),
    ...own,
  };
}

let cases = 0;

/** A name as PostgreSQL, Kafka and Kafka Connect all take it; none begins with another. */
export function stageName(title: string): string {
  cases += 1;
  return `c${cases}_${title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 40)}`;
}
