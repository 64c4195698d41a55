import type { Connector } from "../model/connector.ts";
import { readConnector } from "./connector.ts";
import type { ConnectorOptions } from "./connector.ts";

/** The connector that stands in when none is given: every table captured by pgoutput, Debezium's defaults, Avro, topic prefix "server". */
export function assumedConnector(options: Pick<ConnectorOptions, "debeziumVersion"> = {}): Connector {
  return readConnector(
    {
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
      "topic.prefix": "server",
      "plugin.name": "pgoutput",
    },
    options,
  );
}
