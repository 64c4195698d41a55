#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { runCli } from "./commands/cli.ts";

enableCompileCache();
process.exitCode = await runCli(process.argv.slice(2));
