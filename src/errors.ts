/** Codes of the errors that stop a run; part of the contract (exit code 2). */
export type ErrorCode =
  | "USAGE"
  | "CONFIG_INVALID"
  | "FILE_NOT_FOUND"
  | "FILE_NOT_READABLE"
  | "FILE_NOT_UTF8"
  | "FILE_TOO_LARGE"
  | "MIGRATIONS_NOT_FOUND"
  | "TOOL_AMBIGUOUS"
  | "GIT_FAILED"
  | "CONNECTOR_INVALID"
  | "CONNECT_UNREACHABLE"
  | "REGISTRY_INVALID"
  | "REGISTRY_UNREACHABLE"
  | "REGISTRY_UNAUTHORIZED"
  | "REGISTRY_REFUSED"
  | "SCHEMA_INVALID"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_AUTH_FAILED"
  | "DATABASE_NOT_FOUND"
  | "DATABASE_TIMEOUT"
  | "DATABASE_LOCKED"
  | "DATABASE_DENIED"
  | "DATABASE_UNSUPPORTED"
  | "ENGINE_FAILED"
  | "BASELINE_FAILED"
  | "COMMAND_FAILED"
  | "INPUTS_INVALID"
  | "OUTPUT_FAILED";

/** Something the user can mend: `message` says what, why and what to do, without secrets. Ends the run with exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(withoutCredentials(message), options);
    this.code = code;
  }
}

/** A message may quote what the user typed, and that may be a URL with a password in it; the example in driftgate's own words has none. */
const withoutCredentials = (text: string): string =>
  text.replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)(?!user@host:5432\/)[^/?#\s"'<>]*@/gi, "$1***@");

/** A fault of driftgate itself: never the user's, always worth a report. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}
