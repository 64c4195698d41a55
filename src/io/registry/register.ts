import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { COMPATIBILITY, SchemaRegistry, SchemaType } from "@kafkajs/confluent-schema-registry";
import type { Dispatcher } from "undici";
import { UserError } from "../../errors.ts";
import type { CompatibilityLevel } from "../../model/subject.ts";
import { parseAddresses } from "./address.ts";
import type { RegistryAddress } from "./address.ts";
import { objectIn } from "./answer.ts";
import { createAuthorization } from "./authorization.ts";
import type { Authorization } from "./authorization.ts";
import { qualified } from "./client.ts";
import type { ClientOptions } from "./client.ts";
import { errorOf, isFault } from "./fault.ts";
import { defaultMaxBytes, defaultTimeoutMs } from "./options.ts";
import { createSender } from "./send.ts";
import { openTransport } from "./transport.ts";
import { firstLine } from "./wrong-answer.ts";

export interface Registration {
  readonly subject: string;
  /** Text of an Avro schema, as it is to be looked up later. */
  readonly schema: string;
  /** What `GET /config/{subject}` answers, null for 404: the library refuses to register under another level than it is told. */
  readonly configured: CompatibilityLevel | null;
}

/** The one thing that writes to a registry. */
export interface RegistryWriter {
  /**
   * Registers a schema under a subject; the subject's configuration stays as it is. Registering it again gives the same id.
   * @throws UserError REGISTRY_REFUSED with the registry's reason, REGISTRY_UNREACHABLE, REGISTRY_UNAUTHORIZED
   */
  readonly register: (registration: Registration) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** @param url as of openRegistry; of several the next is written to where one cannot be reached. @throws UserError REGISTRY_INVALID */
export function openWriter(url: string, options: ClientOptions = {}): RegistryWriter {
  const addresses = parseAddresses(url);
  if (addresses.length === 0)
    throw new UserError("REGISTRY_INVALID", "No URL of a schema registry was given. It has the form https://host:8081.");
  const transport = openTransport(options);
  const authorization = createAuthorization(options, transport);
  const places = addresses.map((address): Place => ({ address, options, transport, authorization, agent: agentFor(address, options) }));
  return {
    register: async ({ subject, schema, configured }) => {
      const full = { subject: qualified(subject, options.context), schema, configured };
      let failure: unknown = null;
      for (const place of places) {
        try {
          return (await byLibrary(full, place)) ?? (await directly(full, place));
        } catch (error) {
          if (!(error instanceof UserError) || error.code !== "REGISTRY_UNREACHABLE") throw error;
          failure ??= error;
        }
      }
      throw failure;
    },
    close: async () => {
      for (const { agent } of places) agent.destroy();
      await transport.destroy();
    },
  };
}

interface Place {
  readonly address: RegistryAddress;
  readonly options: ClientOptions;
  readonly transport: Dispatcher;
  readonly authorization: Authorization;
  readonly agent: HttpAgent | HttpsAgent;
}

function agentFor({ base }: RegistryAddress, { tls }: ClientOptions): HttpAgent | HttpsAgent {
  const settings = { keepAlive: true, proxyEnv: process.env };
  return base.startsWith("https:") ? new HttpsAgent({ ...settings, ...tls }) : new HttpAgent(settings);
}

/** Null when the library cannot read the schema: it checks with avsc, which is stricter than registries are about names and defaults. */
async function byLibrary({ subject, schema, configured }: Registration, place: Place): Promise<number | null> {
  const { address, options, authorization, agent } = place;
  const credentials = await authorization.headersFor(address);
  if (isFault(credentials)) throw errorOf(address.shown, credentials);
  const timeout = options.timeoutMs ?? defaultTimeoutMs;
  const headers = { ...options.headers, ...credentials };
  let sent = false;
  const registry = new SchemaRegistry({
    host: address.base,
    agent,
    middlewares: [
      () => ({
        prepareRequest: async (next) => {
          sent = true;
          return (await next()).enhance({ headers, timeout });
        },
      }),
    ],
  });
  try {
    // Left to itself the library sets the subject's level after registering.
    const settings = { subject, compatibility: COMPATIBILITY[configured ?? "BACKWARD"], updateConfig: false };
    const { id } = await registry.register({ type: SchemaType.AVRO, schema }, settings);
    // A redirect comes back without an answer and without an error.
    if (typeof id === "number") return id;
    throw new Error("the registry gave no id");
  } catch (error) {
    if (!sent) return null;
    throw refusal(address, subject, error);
  }
}

async function directly({ subject, schema }: Registration, place: Place): Promise<number> {
  const { address, options, transport, authorization } = place;
  const send = createSender({
    transport,
    authorization,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    maxBytes: options.maxBytes ?? defaultMaxBytes,
    hasCertificate: options.tls?.cert !== undefined,
    extra: options.headers ?? {},
  });
  const path = `/subjects/${encodeURIComponent(subject)}/versions`;
  const answer = await send(address, { method: "POST", path, body: JSON.stringify({ schema }) });
  if (!("body" in answer)) throw errorOf(address.shown, answer);
  const { id, message } = objectIn(answer);
  if (answer.status === 200 && typeof id === "number") return id;
  throw refusal(address, subject, { status: answer.status, message: typeof message === "string" ? message : "no reason given" });
}

function refusal({ shown }: RegistryAddress, subject: string, error: unknown): UserError {
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : null;
  const code = status === 401 ? "REGISTRY_UNAUTHORIZED" : status === 409 || status === 422 ? "REGISTRY_REFUSED" : "REGISTRY_UNREACHABLE";
  // The library calls a connection that is refused HTTP 400.
  const where = status === null || status === 400 ? "" : ` (HTTP ${status})`;
  return new UserError(
    code,
    `The schema registry at ${shown} did not take the schema for subject ${subject}${where}: ${firstLine(message)}`,
    {
      cause: error,
    },
  );
}
