#!/usr/bin/env node
import nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`driftgate: needs Node 22.18 or newer; this is ${process.versions.node} [USAGE]\n`);
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache();
  // Loaded only now, as older versions cannot even read it.
  const { runCli } = await import("./commands/cli.ts");
  process.exitCode = await runCli(process.argv.slice(2));
}
