/** State of a connector and of its one task, as GET /connectors/NAME/status tells. */
export interface ConnectorState {
  readonly connector: string;
  /** UNASSIGNED until it has started. */
  readonly task: string;
  /** Stack trace of a failed task, or of a failed connector; empty otherwise. */
  readonly trace: string;
}

export type Settings = Readonly<Record<string, string>>;

/** Kafka Connect's REST interface, as far as tests need it. */
export interface Connect {
  readonly url: string;
  /** Creates the connector, or changes it. @throws Error with Connect's message when it refuses the configuration */
  readonly put: (name: string, config: Settings) => Promise<void>;
  readonly state: (name: string) => Promise<ConnectorState>;
  /** Ends the tasks and keeps the connector; `resume` starts them again from where they were. */
  readonly stopTasks: (name: string) => Promise<void>;
  readonly resume: (name: string) => Promise<void>;
  readonly restart: (name: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

interface Status {
  readonly connector: { readonly state: string; readonly trace?: string };
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
}

const one = (name: string): string => `/connectors/${encodeURIComponent(name)}`;

export function openConnect(url: string): Connect {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  return {
    url,
    put: async (name, config) => void (await send("PUT", `${one(name)}/config`, config)),
    async state(name) {
      // Connect's documented answer.
      const { connector, tasks } = (await send("GET", `${one(name)}/status`)) as Status;
      const [task] = tasks;
      return { connector: connector.state, task: task?.state ?? "UNASSIGNED", trace: task?.trace ?? connector.trace ?? "" };
    },
    stopTasks: async (name) => void (await send("PUT", `${one(name)}/stop`)),
    resume: async (name) => void (await send("PUT", `${one(name)}/resume`)),
    restart: async (name) => void (await send("POST", `${one(name)}/restart?includeTasks=true`)),
    remove: async (name) => void (await send("DELETE", one(name))),
  };
}
