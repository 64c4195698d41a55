import type { RegistryAddress } from "./address.ts";
import { asObject } from "./answer.ts";
import type { RegistryHttp } from "./http.ts";

/** Registries with Confluent's REST interface, and where they are known to differ. */
export const vendors = ["confluent", "karapace", "apicurio", "redpanda", "unknown"] as const;

export type Vendor = (typeof vendors)[number];

export interface Registry {
  readonly vendor: Vendor;
  /** As the server says it; null when it does not. */
  readonly version: string | null;
}

/**
 * Tells the vendor: as configured, else Apicurio by its path, else by what only one of them has at the root.
 * Probes that fail are no fault: then the vendor is unknown, and only what all have in common is relied on.
 */
export async function detectVendor(http: RegistryHttp, addresses: readonly RegistryAddress[], given: Vendor | null): Promise<Registry> {
  const isCompat = addresses.every(({ base }) => base.includes("/apis/ccompat/"));
  if (given === "apicurio" || (given === null && isCompat)) return { vendor: "apicurio", version: await apicurioVersion(http) };
  if (given !== null) return { vendor: given, version: null };
  for (const [path, vendor, isMine] of marks) {
    const answer = await http.probe(path);
    if (answer?.status !== 200) continue;
    const body = asObject(answer.body);
    if (isMine(body)) return { vendor, version: versionIn(body["version"] ?? body["karapace_version"]) };
  }
  return { vendor: "unknown", version: null };
}

type Properties = ReturnType<typeof asObject>;

const marks: readonly (readonly [string, Vendor, (body: Properties) => boolean])[] = [
  ["/v1/metadata/version", "confluent", ({ version }) => typeof version === "string"],
  ["/_health", "karapace", (body) => "status" in body || "process_uptime_sec" in body],
  ["/apis/registry/v2/system/info", "apicurio", ({ name }) => typeof name === "string" && /apicurio/i.test(name)],
  ["/status/ready", "redpanda", () => true],
];

async function apicurioVersion(http: RegistryHttp): Promise<string | null> {
  const answer = await http.probe("/apis/registry/v2/system/info");
  return answer === null ? null : versionIn(asObject(answer.body)["version"]);
}

const versionIn = (value: unknown): string | null => (typeof value === "string" ? value : null);
