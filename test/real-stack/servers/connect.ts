/** State of a connector and of its one task, as GET /connectors/NAME/status tells. */
export interface ConnectorState {
  readonly connector: string;
  /** UNASSIGNED until it has started. */
  readonly task: string;
  /** Stack trace of a failed task, or of a failed connector; empty otherwise. */
  readonly trace: string;
}

export type Settings = Readonly<Record<string, string>>;

/**
 * Kafka Connect's REST interface, as far as tests need it. Changes are sent one after another: in a standalone worker of 4.3.0, stop and resume at the
 * same time wait for each other for ever (StandaloneHerder and MemoryConfigBackingStore take their locks in opposite order).
 */
export interface Connect {
  readonly url: string;
  /** Creates the connector, or changes it. @throws Error with Connect's message when it refuses the configuration */
  readonly put: (name: string, config: Settings) => Promise<void>;
  readonly state: (name: string) => Promise<ConnectorState>;
  /** Ends the tasks and keeps the connector; `resume` starts them again from where they were. */
  readonly stopTasks: (name: string) => Promise<void>;
  readonly resume: (name: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

interface Status {
  readonly connector: { readonly state: string; readonly trace?: string };
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
}

/** Longest wait for an answer, in ms. */
const patience = 60_000;

const one = (name: string): string => `/connectors/${encodeURIComponent(name)}`;

export function openConnect(url: string): Connect {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(patience);
    const answer = await fetch(`${url}${path}`, { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  let last: Promise<unknown> = Promise.resolve();
  const change = async (method: string, path: string, body?: unknown): Promise<void> => {
    const next = last.then(() => send(method, path, body));
    last = next.catch(() => undefined);
    await next;
  };
  return {
    url,
    put: (name, config) => change("PUT", `${one(name)}/config`, config),
    async state(name) {
      // Connect's documented answer.
      const { connector, tasks } = (await send("GET", `${one(name)}/status`)) as Status;
      const [task] = tasks;
      return { connector: connector.state, task: task?.state ?? "UNASSIGNED", trace: task?.trace ?? connector.trace ?? "" };
    },
    stopTasks: (name) => change("PUT", `${one(name)}/stop`),
    resume: (name) => change("PUT", `${one(name)}/resume`),
    remove: (name) => change("DELETE", one(name)),
  };
}
