import type { Config } from "../config/parse.ts";
import { UserError } from "../errors.ts";
import { readTextFile } from "../io/files.ts";
import type { ClientOptions } from "../io/registry/client.ts";

/**
 * The registry section of the configuration as the client takes it, certificates read.
 * @throws UserError CONFIG_INVALID for settings that do not go together, FILE_… when a certificate cannot be read
 */
export async function clientOptions(cwd: string, { registry = {}, path }: Config): Promise<ClientOptions> {
  const { username, password, token, oauth, timeout, vendor, context, logicalCluster, identityPool, tls } = registry;
  if (vendor === "glue" || vendor === "azure") {
    const { refuseVendor } = await import("../io/registry/foreign-api.ts");
    throw refuseVendor(vendor, "registry.url");
  }
  if (tls !== undefined && (tls.cert === undefined) !== (tls.key === undefined)) {
    throw new UserError("CONFIG_INVALID", `${path ?? "driftgate.yml"}: registry.tls.cert and registry.tls.key go together; give both`);
  }
  const read = async (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? undefined : readTextFile(file, { cwd });
  const [ca, cert, key] = [await read(tls?.ca), await read(tls?.cert), await read(tls?.key)];
  return defined({
    username,
    password,
    token,
    ...(oauth === undefined ? {} : { oauth: defined(oauth) }),
    headers: defined({ "target-sr-cluster": logicalCluster, "Confluent-Identity-Pool-Id": identityPool }),
    tls: defined({ ca, cert, key, passphrase: tls?.passphrase }),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    vendor,
    context,
  });
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without the keys that hold undefined. */
function defined<T extends object>(value: T): Defined<T> {
  // Object.entries loses the types of the values; none of them is changed.
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
}
