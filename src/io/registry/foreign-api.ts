import { UserError } from "../../errors.ts";
import type { RegistryAddress } from "./address.ts";

const services: readonly (readonly [RegExp, string, string])[] = [
  [/(^|\.)glue[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$/i, "AWS Glue", "aws glue list-schema-versions and get-schema-version"],
  [/\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/i, "Azure Event Hubs", "the Azure SDK or az rest"],
];

/**
 * Some registries do not have Confluent's REST interface: there the offline engine works on exported schemas.
 * @throws UserError REGISTRY_INVALID telling how
 */
export function refuseOtherApis(addresses: readonly RegistryAddress[]): void {
  for (const { base, shown } of addresses) {
    const service = services.find(([host]) => host.test(new URL(base).hostname));
    if (service !== undefined) throw foreignApi(service[1], shown, service[2]);
  }
}

/** The same for a vendor that the configuration names. */
export function refuseVendor(vendor: "glue" | "azure", shown: string): UserError {
  const service = services[vendor === "glue" ? 0 : 1];
  return foreignApi(service?.[1] ?? vendor, shown, service?.[2] ?? "its own tools");
}

function foreignApi(name: string, shown: string, tool: string): UserError {
  return new UserError(
    "REGISTRY_INVALID",
    `${shown} is ${name}, whose schema registry has an interface of its own, so it cannot be asked live. Export each schema's versions with ${tool} to <subject>/<version>.avsc in a folder, write its level as {"compatibilityLevel": "BACKWARD"} to <subject>/config.json, and give that folder with --registry: the verdict is then computed.`,
  );
}
