import type { ConnectSchema } from "../../model/connect-schema.ts";

/** Whether values of one schema pass as values of another (org.apache.kafka.connect.data.ConnectSchema.validateValue). */
export function sameValues(one: ConnectSchema, other: ConnectSchema): boolean {
  if (one.type !== other.type) return false;
  if (javaClass(one) !== javaClass(other)) return false;
  if (one.type === "struct" && one.name !== other.name) return false;
  return inside(one) === inside(other);
}

function inside({ fields, items, keys, values }: ConnectSchema): string {
  return JSON.stringify([fields, items, keys, values]);
}

/** Of the logical types whose Java class is not the one of their type. */
function javaClass({ name }: ConnectSchema): string {
  if (name === "org.apache.kafka.connect.data.Decimal") return "BigDecimal";
  return /^org\.apache\.kafka\.connect\.data\.(Date|Time|Timestamp)$/.test(name ?? "") ? "java.util.Date" : "";
}
