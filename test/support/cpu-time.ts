/** Processor time that the act takes, in ms: what else the machine does makes it no longer. */
export function cpuMs(act: () => unknown): number {
  const start = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
