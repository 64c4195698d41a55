/** The few fields read from a webhook event. https://docs.github.com/webhooks/webhook-events-and-payloads */
export interface GitHubEvent {
  readonly pull_request?: PullRequest;
  readonly merge_group?: { readonly base_sha?: string };
  /** Of a push: the commit before it. */
  readonly before?: string;
}

export interface PullRequest {
  readonly base?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } | null };
  /** `repo` is null when the fork was deleted. */
  readonly head?: { readonly sha?: string; readonly repo?: { readonly full_name?: string } | null };
}

export const pullRequestOf = ({ pull_request }: GitHubEvent): PullRequest | null => pull_request ?? null;

/** True when the code that is checked may come from somebody without write access: anything but a branch of the same repository. */
export function isFork(event: GitHubEvent): boolean {
  const request = pullRequestOf(event);
  if (request === null) return false;
  const head = request.head?.repo?.full_name;
  return head === undefined || head !== request.base?.repo?.full_name;
}

/** What a fork's configuration may see of the environment: nothing that can be a secret, and no input of the workflow. */
const harmless =
  /^(?:PATH|HOME|USERPROFILE|SYSTEMROOT|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|CI|NO_COLOR|NODE_\w+|DRIFTGATE_CACHE|XDG_CACHE_HOME|RUNNER_(?:TEMP|OS|ARCH|NAME|DEBUG|TOOL_CACHE)|GITHUB_(?:ACTIONS|WORKSPACE|EVENT_PATH|EVENT_NAME|OUTPUT|STEP_SUMMARY|ENV|PATH|STATE|REPOSITORY|SHA|REF|REF_NAME|BASE_REF|HEAD_REF|RUN_ID|SERVER_URL))$/i;

/** Names to take out of the environment: `${NAME}` in a fork's driftgate.yml must not carry a secret to a host of its choice. */
export const secretNames = (environment: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(environment).filter((name) => !harmless.test(name));
