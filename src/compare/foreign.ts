import type { JsonObject, JsonValue } from "../model/json.ts";
import { isObject } from "../model/json.ts";
import { equalJson } from "./avro/json-text.ts";
import { fieldsOf, rowOf } from "./json-row.ts";

/** Names that programs give to records of their own. */
const makers: Readonly<Record<string, string>> = {
  // io.confluent.ksql.serde.avro.AvroProperties.
  "io.confluent.ksql.avro_schemas.KsqlDataSourceSchema": "ksqlDB writes",
  // io.confluent.connect.avro.AvroData: a Connect schema without a name, which none of Debezium's is.
  "io.confluent.connect.avro.ConnectDefault": "a connector or a transform writes whose schemas have no names",
};

/** What tells that a registered schema is not of the connector alone, in words; `fields`: those at the end of its row, of which a column may be the reason. */
export interface Sign {
  readonly words: string;
  readonly fields: readonly string[];
}

/** Null where nothing tells that somebody else had a hand in the registered schema. */
export function foreignSign(registered: JsonValue, projected: JsonValue): Sign | null {
  const [theirs, own] = [nameOf(registered), nameOf(projected)];
  if (theirs !== null && own !== null && theirs !== own) {
    const maker = makers[theirs];
    return { words: `its record is named ${theirs}, ${maker === undefined ? `and Debezium's ${own}` : `as ${maker} it`}`, fields: [] };
  }
  const fields = addedAtEnd(rowOf(registered), rowOf(projected));
  if (fields.length > 0)
    return {
      words: `${listed(fields)} at the end of its row ${fields.length === 1 ? "comes" : "come"} from no column that the migrations made`,
      fields,
    };
  const around = fieldsOf(projected)?.has("op") === true ? addedAtEnd(registered, projected) : [];
  return around.length === 0
    ? null
    : { words: `${listed(around)} at its end ${around.length === 1 ? "is" : "are"} in no envelope of Debezium`, fields: [] };
}

function nameOf(schema: JsonValue): string | null {
  if (!isObject(schema) || typeof schema["name"] !== "string") return null;
  return typeof schema["namespace"] === "string" && schema["namespace"] !== ""
    ? `${schema["namespace"]}.${schema["name"]}`
    : schema["name"];
}

/** Fields that follow all of the other's, which are the same and in the same order. */
function addedAtEnd(longer: JsonValue, shorter: JsonValue): readonly string[] {
  const [all, some] = [fieldsOf(longer), fieldsOf(shorter)];
  if (all === null || some === null || all.size <= some.size) return [];
  const [fields, own] = [[...all], [...some]];
  const isSame = own.every(([name, field], index) => fields[index]?.[0] === name && equalBut(fields[index][1], field));
  return isSame ? fields.slice(own.length).map(([name]) => name) : [];
}

/** The envelope's row may differ where its own fields are looked at. */
function equalBut(a: JsonObject, b: JsonObject): boolean {
  return equalJson(a, b) || a["name"] === "before";
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
