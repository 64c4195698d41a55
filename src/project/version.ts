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

/** Whether the version is `major.minor` or later. */
export function atLeast(version: DebeziumVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** The versions whose own classes this project was compared with, in order. */
export const knownVersions: readonly DebeziumVersion[] = [
  ...[3, 4, 5, 6, 7].map((minor) => ({ major: 2, minor })),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((minor) => ({ major: 3, minor })),
];

/** The last known version that is not after the given one, else the first. */
export function nearestKnown(version: DebeziumVersion): DebeziumVersion {
  return knownVersions.findLast((known) => atLeast(version, known.major, known.minor)) ?? { major: 2, minor: 3 };
}
