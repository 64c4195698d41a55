import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

export interface Served {
  readonly url: string;
  /** Method and path of every request, in order. */
  readonly requests: readonly string[];
  readonly headers: readonly IncomingMessage["headers"][];
  readonly bodies: readonly string[];
  readonly mostAtOnce: () => number;
  readonly close: () => Promise<void>;
}

export type Handler = (path: string, response: ServerResponse, request: IncomingMessage, body?: string) => void;

/** A local HTTP server on a free port; HTTPS with `tls`. */
export async function serve(handler: Handler, tls: ServerOptions | null = null): Promise<Served> {
  const requests: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const bodies: string[] = [];
  let now = 0;
  let most = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    most = Math.max(most, (now += 1));
    response.on("close", () => (now -= 1));
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      bodies.push(body);
      handler(request.url ?? "", response, request, body);
    });
  };
  const server = tls === null ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === null ? "http" : "https"}://127.0.0.1:${port}`,
    requests,
    headers,
    bodies,
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/vnd.schemaregistry.v1+json", ...headers }).end(JSON.stringify(body));
}

type Answers = Readonly<Record<string, unknown>>;

/** Answers by path (with its query, if the answers have one); what is missing is 404 with the registry's code for it. */
export function registryWith(answers: Answers): Handler {
  const all: Answers = { "/config": { compatibilityLevel: "BACKWARD" }, "/mode": { mode: "READWRITE" }, ...answers };
  return (path, response) => {
    const answer = all[path] ?? all[path.split("?")[0] ?? ""];
    if (answer !== undefined) json(response, 200, answer);
    else json(response, 404, { error_code: codeOf(path), message: "not found" });
  };
}

function codeOf(path: string): number {
  if (path.startsWith("/config")) return 40408;
  return path.startsWith("/mode") ? 40409 : 40401;
}
