/** For a fast start and little memory rather than for speed. */
export const jvmFlags = (heapMiB: number): readonly string[] => [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xss512k",
  "-XX:ReservedCodeCacheSize=64m",
  `-Xmx${heapMiB}m`,
];
