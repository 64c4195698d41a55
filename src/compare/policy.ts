import type { Connector, Converter } from "../model/connector.ts";
import type { RegistrationPolicy } from "../model/registration.ts";

/**
 * How the converter of one part comes by a schema's id, in the order in which Confluent's AbstractKafkaAvroSerializer.serializeImpl decides;
 * Apicurio's resolver registers nothing unless told to. Null: nothing is registered, or the converter is not known.
 */
export function policyOf(part: "key" | "value", connector: Connector): RegistrationPolicy | null {
  const converter = part === "key" ? connector.keyConverter : connector.valueConverter;
  if (converter.format !== "avro") return null;
  return converter.vendor === "apicurio" ? apicurioPolicy(converter) : confluentPolicy(converter);
}

/** The setting that decided, as it is written in the connector's configuration. */
export const policySetting: Readonly<Record<RegistrationPolicy, string>> = {
  "auto-register": "auto.register.schemas",
  "look-up": "auto.register.schemas",
  latest: "use.latest.version",
  "latest-unchecked": "latest.compatibility.strict",
  "fixed-id": "use.schema.id",
  unknown: "use.latest.with.metadata",
};

function confluentPolicy({ settings }: Converter): RegistrationPolicy {
  if (isSet(settings, "auto.register.schemas", true)) return "auto-register";
  const id = Number(settings["use.schema.id"] ?? "-1");
  if (id >= 0) return "fixed-id";
  if ((settings["use.latest.with.metadata"] ?? "").trim() !== "") return "unknown";
  if (!isSet(settings, "use.latest.version", false)) return "look-up";
  return isSet(settings, "latest.compatibility.strict", true) ? "latest" : "latest-unchecked";
}

function apicurioPolicy({ settings }: Converter): RegistrationPolicy {
  if (isSet(settings, "apicurio.registry.auto-register", false)) return "auto-register";
  return isSet(settings, "apicurio.registry.find-latest", false) ? "unknown" : "look-up";
}

/** Confluent's `normalize.schemas`: look-ups ignore the order of properties. */
export const normalizes = (part: "key" | "value", connector: Connector): boolean =>
  isSet((part === "key" ? connector.keyConverter : connector.valueConverter).settings, "normalize.schemas", false);

const isSet = (settings: Readonly<Record<string, string>>, name: string, fallback: boolean): boolean =>
  (settings[name] ?? String(fallback)).trim().toLowerCase() === "true";
