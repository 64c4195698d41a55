import type { TypeDefinition } from "../../model/catalog.ts";
import type { HstoreMode } from "../settings.ts";
import { finish, plain, semantic } from "./build.ts";
import type { TypeSchema } from "./build.ts";

export const JSON_TEXT = semantic("string", "io.debezium.data.Json");
export const XML = semantic("string", "io.debezium.data.Xml");
export const UUID = semantic("string", "io.debezium.data.Uuid");
export const LTREE = semantic("string", "io.debezium.data.Ltree");
export const TSVECTOR = semantic("string", "io.debezium.data.Tsvector");

/** An enum: a string whose parameter `allowed` lists the labels in their order, joined by commas. */
export function enumSchema(type: TypeDefinition): TypeSchema {
  return semantic("string", "io.debezium.data.Enum", { allowed: type.labels.map((one) => one.label).join(",") });
}

/** An hstore column: JSON text, or a map whose values may be null. */
export function hstoreSchema(mode: HstoreMode): TypeSchema {
  if (mode === "json") return JSON_TEXT;
  return { type: "map", keys: finish(plain("string"), false), values: finish(plain("string"), true) };
}
