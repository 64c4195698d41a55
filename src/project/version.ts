/** A version of Debezium as numbers, for comparisons. */
export interface DebeziumVersion {
  readonly major: number;
  readonly minor: number;
}

/** The version that is assumed when none is given. */
export const DEFAULT_VERSION = "3.6";

/** Reads "3.6", "3.6.1.Final", "3" (3.0); null when the text does not start with a number. */
export function parseVersion(text: string): DebeziumVersion | null {
  const match = /^\s*v?(\d+)(?:\.(\d+)|(?![\d.]))/.exec(text);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2] ?? 0) };
}

export function atLeast(version: DebeziumVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** The minor versions whose own classes this project was compared with, as ranges. */
const OLDEST: DebeziumVersion = { major: 2, minor: 3 };
const LAST_OF_2: DebeziumVersion = { major: 2, minor: 7 };
const NEWEST: DebeziumVersion = { major: 3, minor: 7 };

/** The same object for a known version, else the nearest known one. */
export function nearestKnown(version: DebeziumVersion): DebeziumVersion {
  if (!atLeast(version, OLDEST.major, OLDEST.minor)) return OLDEST;
  if (atLeast(version, NEWEST.major, NEWEST.minor + 1)) return NEWEST;
  return version.major === 2 && version.minor > LAST_OF_2.minor ? LAST_OF_2 : version;
}
