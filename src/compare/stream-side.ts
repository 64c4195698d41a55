import type { ConnectSchema } from "../model/connect-schema.ts";
import type { Connector } from "../model/connector.ts";
import type { Cause, FoundSource } from "../model/impact.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";
import type { AvroLine } from "./avro/compatibility.ts";
import type { StoredSchemas } from "./stored-schemas.ts";
import type { SubjectIndex } from "./subject-index.ts";

export type Part = "key" | "value";

export interface StreamContext {
  readonly connector: Connector;
  readonly stored: StoredSchemas;
  readonly avroLine: AvroLine;
  readonly registryGiven: boolean;
  readonly index: SubjectIndex;
  readonly causes: readonly Cause[];
  readonly sameRelation: boolean;
  /** Which earlier state of the table, or change of the connector, gives a projection like that; absent: nothing is tried. */
  readonly explain?: (connector: Connector, oid: number, isLike: (projection: Projection) => boolean) => FoundSource | null;
}

/** What a relation sends to one subject at one moment. */
export interface Side {
  readonly subject: string | null;
  readonly avro: JsonValue;
  readonly schema: ConnectSchema;
  readonly projection: Projection;
}

/** Null where the part is never sent. */
export function sideOf(projection: Projection | null, part: Part): Side | null {
  const schemas = projection?.streaming ?? null;
  if (projection === null || schemas === null) return null;
  if (part === "value") return { subject: projection.valueSubject, avro: schemas.valueAvro, schema: schemas.value, projection };
  if (schemas.key === null || schemas.keyAvro === null) return null;
  return { subject: projection.keySubject, avro: schemas.keyAvro, schema: schemas.key, projection };
}
