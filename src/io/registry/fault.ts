import { UserError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";

/** Why there is no usable answer. */
export interface Fault {
  /** In words, without secrets; continues "it cannot be used: ". */
  readonly words: string;
  readonly code: Extract<ErrorCode, `REGISTRY_${string}`>;
  /** A second try cannot help. */
  readonly lasts: boolean;
  /** What the service asked to wait; null when it said nothing. */
  readonly waitMs: number | null;
  /** HTTP status, when it is the fault. */
  readonly status?: number;
}

export function fault(words: string, code: Fault["code"], more: Partial<Fault> = {}): Fault {
  return { words, code, lasts: true, waitMs: null, ...more };
}

/** Tells a fault from the headers that were asked for. */
export function isFault(value: Fault | Readonly<Record<string, string>>): value is Fault {
  return typeof value["lasts"] === "boolean";
}

/** A wrong host or port does not get better by trying again, and who was silent once has used up the patience. */
const lasting: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "TimeoutError", "UND_ERR_RES_EXCEEDED_MAX_SIZE"]);

const untrusted: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What holds for one request. */
export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The server may have asked for a client certificate and got none. */
  readonly lacksCertificate: boolean;
}

/** What went wrong below HTTP. */
export function faultOfError(error: unknown, limits: Limits): Fault {
  const code = codeOf(error);
  const lasts = lasting.has(code) || isTls(code);
  return fault(wordsOf(error, code, limits), "REGISTRY_UNREACHABLE", { lasts });
}

function wordsOf(error: unknown, code: string, { timeoutMs, maxBytes, lacksCertificate }: Limits): string {
  if (untrusted.has(code))
    return `its certificate is not signed by an authority that is trusted here (${code}); give the authority's certificate as registry.tls.ca in driftgate.yml`;
  switch (code) {
    case "TimeoutError":
    case "UND_ERR_CONNECT_TIMEOUT":
      return `no full answer within ${timeoutMs / 1000} s`;
    case "ECONNREFUSED":
      return "the connection is refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name is not known";
    case "UND_ERR_SOCKET":
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
    case "ECONNRESET":
    case "EPIPE":
      // With TLS 1.3 a server ends the connection without a word when the certificate it wants does not come.
      return `the connection ended before the answer was complete${lacksCertificate ? "; if it asks for a client certificate, give registry.tls.cert and registry.tls.key in driftgate.yml" : ""}`;
    case "UND_ERR_RES_EXCEEDED_MAX_SIZE":
      return `the answer is larger than ${megabytes(maxBytes)}`;
    case "CERT_HAS_EXPIRED":
      return "its certificate has expired";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return "its certificate is for another host name";
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return "it does not speak TLS on this port; is the URL to begin with http:?";
    case "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED":
    case "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE":
    case "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE":
    case "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE":
      return "it asks for a client certificate; give registry.tls.cert and registry.tls.key in driftgate.yml";
    default:
      // Errors of TLS, of a proxy's tunnel and of the HTTP parser name no URL.
      return error instanceof Error ? `${error.message} (${code})` : "unknown fault";
  }
}

const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

const isTls = (code: string): boolean => untrusted.has(code) || /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(code);

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.name === "TimeoutError") return error.name;
  if ("code" in error && typeof error.code === "string" && error.code !== "UND_ERR_ABORTED") return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : error.name;
}

/** The one message a user gets. @param shown the URL without credentials */
export function errorOf(shown: string, { words, code }: Fault): UserError {
  const remedy = {
    REGISTRY_INVALID: "Check the URL",
    REGISTRY_UNAUTHORIZED: "Check the credentials",
    REGISTRY_UNREACHABLE: "Check the URL, the network and the credentials",
    REGISTRY_REFUSED: "Check the subject",
  }[code];
  return new UserError(code, `The schema registry at ${shown} cannot be used: ${words}. ${remedy}, or give a folder of subjects.`);
}
