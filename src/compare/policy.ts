import type { Connector, Converter } from "../model/connector.ts";
import type { RegistrationPolicy } from "../model/registration.ts";

export interface ConverterPolicy {
  readonly policy: RegistrationPolicy;
  /** The setting that decided, without the converter's prefix. */
  readonly setting: string;
  /** Look-ups do not mind the order of properties: Confluent's `normalize.schemas`. */
  readonly normalizes: boolean;
}

/** How the converter of one part comes by a schema's id; null where it writes no Avro. */
export function policyOf(part: "key" | "value", connector: Connector): ConverterPolicy | null {
  const converter = part === "key" ? connector.keyConverter : connector.valueConverter;
  if (converter.format !== "avro") return null;
  return converter.vendor === "apicurio" ? apicurioPolicy(converter) : confluentPolicy(converter);
}

/** In the order of io.confluent.kafka.serializers.AbstractKafkaAvroSerializer.serializeImpl. */
function confluentPolicy({ settings }: Converter): ConverterPolicy {
  const normalizes = isSet(settings, "normalize.schemas", false);
  const as = (policy: RegistrationPolicy, setting: string): ConverterPolicy => ({ policy, setting, normalizes });
  if (isSet(settings, "auto.register.schemas", true)) return as("auto-register", "auto.register.schemas");
  if (Number(settings["use.schema.id"] ?? "-1") >= 0) return as("fixed-id", "use.schema.id");
  if ((settings["use.latest.with.metadata"] ?? "").trim() !== "") return as("unknown", "use.latest.with.metadata");
  if (!isSet(settings, "use.latest.version", false)) return as("look-up", "auto.register.schemas");
  return as(isSet(settings, "latest.compatibility.strict", true) ? "latest" : "latest-unchecked", "use.latest.version");
}

/**
 * io.apicurio.registry.resolver.DefaultSchemaResolver 2.6 registers nothing unless told to. Told to find the latest version, it writes with that one
 * (AvroKafkaSerializer.serializeData) and checks nothing; else it looks the schema up with its nested records taken out, which a schema that is
 * registered as a whole does not match (measured with 2.6.13).
 */
function apicurioPolicy({ settings }: Converter): ConverterPolicy {
  const [register, latest] = ["apicurio.registry.auto-register", "apicurio.registry.find-latest"];
  if (isSet(settings, register, false)) return { policy: "auto-register", setting: register, normalizes: false };
  if (isSet(settings, latest, false)) return { policy: "latest-unchecked", setting: latest, normalizes: false };
  return { policy: "look-up-in-parts", setting: register, normalizes: false };
}

const isSet = (settings: Readonly<Record<string, string>>, name: string, fallback: boolean): boolean =>
  (settings[name] ?? String(fallback)).trim().toLowerCase() === "true";
