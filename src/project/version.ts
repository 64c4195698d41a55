/** A version of Debezium as numbers, for comparisons. */
export interface DebeziumVersion {
  readonly major: number;
  readonly minor: number;
}

/** The version that is assumed when none is given. */
export const DEFAULT_VERSION = "3.6";

/** Reads "3.6", "3.6.1.Final" …; null when the text does not start with two numbers. */
export function parseVersion(text: string): DebeziumVersion | null {
  const match = /^\s*v?(\d+)\.(\d+)(?![\d])/.exec(text);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}

export function atLeast(version: DebeziumVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
