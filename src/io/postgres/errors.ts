import { UserError } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";

/** What went wrong with a database, as pg or Node tell it. */
interface Failure {
  readonly code: string | null;
  readonly message: string;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}

const network = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "ENOENT", "EPIPE"]);
const starting = new Set(["57P03", "57P01", "57P02", "53300"]);

/** SQLSTATEs are those of the PostgreSQL manual, appendix A; messages without one are pg's own (pg: lib/client.js, lib/crypto/sasl.js). */
const meanings: readonly { readonly holds: (failure: Failure) => boolean; readonly meaning: Meaning }[] = [
  {
    holds: ({ code, message }) => code === "28P01" || code === "28000" || message.startsWith("SASL:"),
    meaning: {
      code: "DATABASE_AUTH_FAILED",
      what: "refuses the user name or password",
      remedy: "correct them in the URL, or set PGPASSWORD",
    },
  },
  {
    holds: ({ code }) => code === "3D000",
    meaning: {
      code: "DATABASE_NOT_FOUND",
      what: "has no such database",
      remedy: "name an existing database at the end of the URL: postgres://user@host:5432/DATABASE",
    },
  },
  {
    holds: ({ code }) => code === "42501",
    meaning: {
      code: "DATABASE_DENIED",
      what: "does not let this role read what is needed",
      remedy: "grant the role CONNECT on the database, and USAGE on the schema and SELECT on the migration tool's history table",
    },
  },
  {
    holds: ({ code }) => code === "57014",
    meaning: {
      code: "DATABASE_TIMEOUT",
      what: "did not answer in time",
      remedy: "try again when it is less busy, or raise postgres.timeout in driftgate.yml",
    },
  },
  {
    holds: ({ code, message }) => code === null && /timeout/i.test(message),
    meaning: {
      code: "DATABASE_TIMEOUT",
      what: "did not answer in time",
      remedy: "check the host and port, and that a PostgreSQL server answers there",
    },
  },
  {
    holds: ({ code, message }) =>
      /CERT|TLS|SSL|UNABLE_TO_VERIFY/.test(code ?? "") || /does not support SSL|certificate|no encryption/i.test(message),
    meaning: {
      code: "DATABASE_UNREACHABLE",
      what: "does not agree with this client about encryption",
      remedy: "set sslmode and, for a certificate authority of your own, sslrootcert in the URL",
    },
  },
  {
    holds: ({ code }) => starting.has(code ?? ""),
    meaning: {
      code: "DATABASE_UNREACHABLE",
      what: "takes no connection now",
      remedy: "try again later",
    },
  },
  {
    holds: ({ code }) => network.has(code ?? ""),
    meaning: {
      code: "DATABASE_UNREACHABLE",
      what: "cannot be reached",
      remedy: "check its address and that it takes connections",
    },
  },
];

const otherwise: Meaning = { code: "DATABASE_UNREACHABLE", what: "cannot be read", remedy: "check that the URL names a PostgreSQL server" };

/** The error to show for a failure on the database `shown` (its URL without password). */
export function databaseError(error: unknown, shown: string): UserError {
  if (error instanceof UserError) return error;
  const failure = failureOf(error);
  const { code, what, remedy } = meanings.find(({ holds }) => holds(failure))?.meaning ?? otherwise;
  const detail = failure.message === "" ? "" : `: ${failure.message}`;
  return new UserError(code, `the database ${shown} ${what}${detail}; ${remedy}`, { cause: error });
}

/** Node tries all addresses of a host and then has one error for each. */
function failureOf(error: unknown): Failure {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return { code: null, message: String(first) };
  const code = "code" in first && typeof first.code === "string" ? first.code : null;
  return { code, message: first.message };
}

/** SQLSTATE of what pg threw; null for anything else. */
export const stateOf = (error: unknown): string | null => failureOf(error).code;

/** What to say when a lock is held too long. */
export function lockedError(shown: string, seconds: number, holders: readonly string[]): UserError {
  const who = holders.length === 0 ? "" : ` (${holders.join("; ")})`;
  return new UserError(
    "DATABASE_LOCKED",
    `the catalog of ${shown} could not be read within ${seconds} s: another session holds a lock on a table${who}; wait until that session has ended its transaction, and run driftgate again`,
  );
}
