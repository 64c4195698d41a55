import type { Converter } from "./connector.ts";

/**
 * Subject of a record's key or value (io.confluent.kafka.serializers.subject.*NameStrategy, Apicurio's *IdStrategy). `recordName`: full name of the record, null for a schema that
 * is no record. Null: the strategy has no name for it or is not known.
 */
export function subjectName(
  strategy: Converter["subjectNameStrategy"],
  topic: string,
  part: "key" | "value",
  recordName: string | null,
): string | null {
  switch (strategy) {
    case "topic":
      return `${topic}-${part}`;
    case "simple-topic":
      return topic;
    case "record":
      return recordName;
    case "topic-record":
      return recordName === null ? null : `${topic}-${recordName}`;
    case "unknown":
      return null;
    default:
      return strategy satisfies never;
  }
}
