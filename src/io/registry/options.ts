/** OAuth 2.0 client credentials, as `bearer.auth.credentials.source=OAUTHBEARER` of Confluent's client. */
export interface OAuthOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

/** PEM texts. */
export interface TlsOptions {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

export interface RegistryOptions {
  readonly username?: string;
  readonly password?: string;
  /** Sent as `Authorization: Bearer`; wins over user and password. */
  readonly token?: string;
  /** Wins over everything else. */
  readonly oauth?: OAuthOptions;
  /** Headers of every request, such as Confluent Cloud's `target-sr-cluster`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /** For one answer, from the connection to the last byte; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Tries after the first one, for answers and faults that may pass; 2 by default. */
  readonly retries?: number;
  /** Bytes an answer may have; 64 MiB by default. */
  readonly maxBytes?: number;
}

export const defaultTimeoutMs = 10_000;
export const defaultMaxBytes = 64 * 1024 * 1024;
