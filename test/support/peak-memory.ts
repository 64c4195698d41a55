// Loaded before the command line by `driftgate` of cli.ts: says at the end how much memory the process ever had.
process.on("exit", () => {
  process.stderr.write(`\ndriftgate-test-peak-kib=${process.resourceUsage().maxRSS}\n`);
});
