import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import * as core from "@actions/core";
import type { CheckOptions } from "../commands/options.ts";
import { UserError } from "../errors.ts";
import { isFork, pullRequestOf } from "./event.ts";
import type { GitHubEvent } from "./event.ts";

/** What the Action was asked to do. */
export interface ActionInputs {
  readonly check: CheckOptions;
  /** The working directory as seen from the repository's root, for annotations; empty at the root itself. */
  readonly pathPrefix: string;
  readonly annotations: boolean;
  readonly summary: boolean;
}

/** Reads the inputs declared in action.yml (`INPUT_*`). @throws UserError USAGE, with the input's own name */
export function readInputs(event: GitHubEvent): ActionInputs {
  const workspace = process.env.GITHUB_WORKSPACE ?? process.cwd();
  const cwd = resolve(workspace, core.getInput("working-directory") || ".");
  const pending = core.getMultilineInput("pending");
  const baselines = core.getMultilineInput("baseline");
  const databaseUrl = optional("database-url");
  return {
    check: {
      cwd,
      paths: core.getMultilineInput("paths"),
      pending,
      base: baseOf(event, pending.length > 0 || baselines.length > 0 || databaseUrl !== null),
      baselines,
      databaseUrl,
      mayRunCommands: !isFork(event) || optional("allow-command") === "true",
      connectors: core.getMultilineInput("connector"),
      registry: optional("registry"),
      engine: optional("engine"),
      config: optional("config"),
      postgresVersion: postgresVersion(),
      debeziumVersion: optional("debezium-version"),
      formats: core.getMultilineInput("format"),
      failOn: failOn(),
      saveInputs: optional("save-inputs"),
      inputs: null,
      color: true,
      quiet: false,
      verbose: core.isDebug(),
    },
    pathPrefix: relative(workspace, cwd).replaceAll("\\", "/"),
    annotations: core.getBooleanInput("annotations"),
    summary: core.getBooleanInput("summary"),
  };
}

function optional(name: string): string | null {
  const text = core.getInput(name);
  return text === "" ? null : text;
}

/** What the pull request is compared with; an explicit input wins, and none is needed where a database or a name tells what is pending. Null: the configuration says. */
function baseOf(event: GitHubEvent, isNamed: boolean): string | null {
  const given = optional("base");
  if (given !== null || isNamed) return given;
  const base = pullRequestOf(event)?.base?.sha ?? event.merge_group?.base_sha ?? event.before ?? null;
  // A push that creates a branch has no commit before it.
  if (base !== null && !/^0+$/.test(base)) return base;
  core.notice("This event names no base commit, so driftgate.yml alone says which migrations are pending; the input `base` can name one.", {
    title: "driftgate",
  });
  return null;
}

function postgresVersion(): number | null {
  const text = optional("postgres-version");
  if (text === null) return null;
  if (!/^[1-9]\d?$/.test(text))
    throw new UserError("USAGE", `the input postgres-version must be a major version such as 17, not "${text}"`);
  return Number(text);
}

function failOn(): CheckOptions["failOn"] {
  const text = optional("fail-on");
  if (text === null || text === "error" || text === "warning" || text === "never") return text;
  throw new UserError("USAGE", `the input fail-on must be error, warning or never, not "${text}"`);
}

/** The event that started the workflow; empty where there is none. */
export function readEvent(): GitHubEvent {
  const path = process.env.GITHUB_EVENT_PATH;
  if (path === undefined || path === "") return {};
  try {
    // A cast: GitHub writes the file, and every field read from it is optional.
    return JSON.parse(readFileSync(path, "utf8")) as GitHubEvent;
  } catch (error) {
    throw new UserError("USAGE", `the event in GITHUB_EVENT_PATH cannot be read`, { cause: error });
  }
}
