import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Handler } from "../io/registry/server.ts";
import { registryWith, serve } from "../io/registry/server.ts";
import { addition, base, check, connector, refuses, secret, undo, undoAll, withConnector } from "../support/bad-run.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

/** Takes connections and never answers. */
async function silent(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  // A server that listens on a port has an address of this form.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answering(handler: Handler): Promise<string> {
  const server = await serve(handler);
  undo.push(server.close);
  return new URL(server.url).host;
}

const html: Handler = (_, response) =>
  void response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Welcome</body></html>");
const status =
  (code: number): Handler =>
  (_, response) =>
    void response.writeHead(code).end("no");
const redirect: Handler = (_, response) => void response.writeHead(302, { location: "http://elsewhere.example/" }).end();
const half: Handler = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"compatibilityLevel": "BACK', () => response.destroy());
};
const notJson: Handler = (_, response) =>
  void response.writeHead(200, { "content-type": "application/json" }).end('{"compatibilityLevel": ');

describe("a registry that cannot be used", () => {
  const faults: readonly [string, () => Promise<string>, RegExp, string][] = [
    ["refuses the connection", async () => "127.0.0.1:1", /the connection is refused/, "REGISTRY_UNREACHABLE"],
    ["never answers", silent, /no full answer within 1 s/, "REGISTRY_UNREACHABLE"],
    ["answers 500", () => answering(status(500)), /it answers HTTP 500/, "REGISTRY_UNREACHABLE"],
    ["answers 401", () => answering(status(401)), /it answers HTTP 401: the credentials are missing or wrong/, "REGISTRY_UNAUTHORIZED"],
    ["answers HTML", () => answering(html), /it answers with HTML or XML/, "REGISTRY_INVALID"],
    ["answers with no JSON", () => answering(notJson), /it answers with something that is not JSON/, "REGISTRY_INVALID"],
    ["answers half a body", () => answering(half), /cannot be used: /, "REGISTRY_UNREACHABLE"],
    ["redirects", () => answering(redirect), /it redirects to another host, elsewhere.example \(HTTP 302\)/, "REGISTRY_INVALID"],
    ["knows no path", () => answering(status(404)), /\/config gives no compatibility level \(HTTP 404\)/, "REGISTRY_INVALID"],
  ];
  test.each(faults)("one that %s", async (_, start, words, code) => {
    const host = await start();
    const yml = `registry: { url: "http://reader:\${REGISTRY_PASSWORD}@${host}", timeout: 1 }\n`;
    const project = makeProject({ "m/V1__orders.sql": base, "m/V2__note.sql": addition, "c.json": connector(), "driftgate.yml": yml });
    undo.push(project.remove);
    const result = await driftgateHere([...withConnector, "--save-inputs", "i.json"], {
      cwd: project.path,
      env: { REGISTRY_PASSWORD: secret },
    });
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toMatch(words);
    expect(result.stderr).toMatch(new RegExp(`^driftgate: .*http://${host}.* \\[${code}\\]\\n$`));
    expect(result.stderr).not.toContain(secret);
    expect(result.stderr).not.toContain("reader");
    expect(result.seconds).toBeLessThan(20);
  });

  test("a folder that is not there", async () => {
    await refuses(
      'the registry "nowhere" is neither a URL nor a folder of subjects; check --registry or registry: in driftgate.yml [REGISTRY_INVALID]',
      {},
      [...check, "--registry", "nowhere"],
    );
  });
});

describe("a Kafka Connect worker that cannot be used", () => {
  const faults: readonly [string, () => Promise<string>, RegExp][] = [
    ["refuses the connection", async () => "127.0.0.1:1", /ECONNREFUSED|refused/],
    ["never answers", silent, /no answer within 10 s/],
    ["answers 500", () => answering(status(500)), /it answered 500/],
    ["answers 401", () => answering(status(401)), /it answered 401/],
    ["answers HTML", () => answering(html), /the answer is not JSON/],
    ["answers half a body", () => answering(half), /: /],
    ["redirects", () => answering(redirect), /it answered 302/],
  ];
  test.each(faults)("one that %s", async (_, start, words) => {
    const host = await start();
    const url = `http://reader:${secret}@${host}/connectors/shop`;
    const result = await refuses(words, {}, [...check, "--connector", url]);
    expect(result.stderr).toMatch(
      new RegExp(
        `^driftgate: Kafka Connect at http://${host}/.* Check the URL, or give the connector's configuration as a file\\. \\[CONNECT_UNREACHABLE\\]\\n$`,
      ),
    );
    expect(result.stderr).not.toContain("reader");
    expect(result.seconds).toBeLessThan(20);
  });
});

test("no secret of the connector or the registry's URL is in any output", async () => {
  const host = await answering(registryWith({}));
  const project = makeProject({
    "m/V1__orders.sql": base,
    "m/V2__note.sql": "ALTER TABLE orders RENAME COLUMN email TO mail;\n",
    "c.json": connector(),
  });
  undo.push(project.remove);
  const formats = ["text", "json", "sarif", "github", "gitlab", "markdown", "html"];
  const args = [
    ...withConnector,
    "--registry",
    `http://reader:${secret}@${host}`,
    "--save-inputs",
    "inputs.json",
    "--verbose",
    "--format",
    "text",
  ];
  const result = await driftgateHere([...args, ...formats.flatMap((format) => ["--format", `${format}=out/report.${format}`])], {
    cwd: project.path,
  });
  expect(result).toMatchObject({ exitCode: 1, stderr: "" });
  expect(result.stdout).not.toContain(secret);
  expect(readFileSync(join(project.path, "out/report.json"), "utf8")).toContain(host);
  for (const file of ["inputs.json", ...formats.map((format) => `out/report.${format}`)]) {
    const text = readFileSync(join(project.path, file), "utf8");
    expect(text.length, file).toBeGreaterThan(0);
    expect(text, file).not.toContain(secret);
  }
});
