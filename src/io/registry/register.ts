import { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import { UserError } from "../../errors.ts";
import type { CompatibilityLevel } from "../../model/subject.ts";
import { parseAddresses } from "./address.ts";
import type { RegistryOptions } from "./options.ts";

export interface Registration {
  readonly subject: string;
  /** Text of an Avro schema. */
  readonly schema: string;
  /** The level in force for the subject: the library refuses to register under another one than it is told. */
  readonly level: CompatibilityLevel;
}

/**
 * Registers a schema under a subject: the one thing that writes to a registry. The subject's configuration stays as it is.
 * @param options user and password; this way in has no token
 * @returns the schema's id
 * @throws UserError REGISTRY_UNREACHABLE with the registry's reason
 */
export async function registerSchema(
  url: string,
  { subject, schema, level }: Registration,
  options: RegistryOptions = {},
): Promise<number> {
  const [address] = parseAddresses(url);
  if (address === undefined) throw new UserError("REGISTRY_INVALID", "no URL of a schema registry was given");
  const username = options.username ?? address.username;
  const password = options.password ?? address.password ?? "";
  const registry = new SchemaRegistry({ host: address.base, ...(username === null ? {} : { auth: { username, password } }) });
  try {
    // Left to itself the library sets the subject's level after registering.
    const settings = { subject, compatibility: COMPATIBILITY[level], updateConfig: false };
    return (await registry.register({ type: SchemaType.AVRO, schema }, settings)).id;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      "REGISTRY_UNREACHABLE",
      `The schema registry at ${address.shown} did not take the schema for subject ${subject}: ${reason}.`,
      {
        cause: error,
      },
    );
  }
}
