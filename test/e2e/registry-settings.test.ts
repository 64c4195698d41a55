import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { json, serve } from "../io/registry/server.ts";
import type { Handler, Served } from "../io/registry/server.ts";
import { storedRegistry } from "../io/registry/stored-registry.ts";
import { addition, base, connector, undo, undoAll, withConnector } from "../support/bad-run.ts";
import type { CliRun, Project } from "../support/cli.ts";
import { driftgateHere, makeProject } from "../support/cli.ts";

afterEach(undoAll);

const folder = resolve("fixtures/tls");
const pem = (name: string): string => readFileSync(join(folder, name), "utf8");
const mutual = { cert: pem("server.pem"), key: pem("server.key"), ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: true };
const secrets = { CLIENT_SECRET: "s3cret-of-the-client", KEY_PASSPHRASE: "hush" };
const token = "t0ken-of-an-hour";

async function start(handler: Handler, tls: Parameters<typeof serve>[1] = null): Promise<Served> {
  const server = await serve(handler, tls);
  undo.push(server.close);
  return server;
}

const guarded: Handler = (path, response, request, body) =>
  request.headers.authorization === `Bearer ${token}`
    ? storedRegistry({ level: "FULL", subjects: { "shop.public.orders-value": { versions: ['"int"'] } } })(path, response, request, body)
    : json(response, 401, { error_code: 40101, message: "Unauthorized" });

const settings = (url: string, tokenUrl: string, more = ""): string => `registry:
  url: ${url}
  oauth: { tokenUrl: "${tokenUrl}", clientId: drift, clientSecret: "\${CLIENT_SECRET}", scope: registry }
  logicalCluster: lsrc-1
  tls: { ca: tls/ca.pem, cert: tls/client.pem, key: tls/client-encrypted.key, passphrase: "\${KEY_PASSPHRASE}" }
  timeout: 5
${more}`;

interface Run extends CliRun {
  readonly project: Project;
}

async function run(yml: string, args: readonly string[] = withConnector): Promise<Run> {
  const tls = ["ca.pem", "client.pem", "client-encrypted.key"].map((name) => [`tls/${name}`, pem(name)]);
  const project = makeProject({
    "m/V1__orders.sql": base,
    "m/V2__note.sql": addition,
    "c.json": connector({ "key.converter": null, "value.converter": null }),
    "driftgate.yml": yml,
    ...Object.fromEntries(tls),
  });
  undo.push(project.remove);
  const result = await driftgateHere(args, { cwd: project.path, env: secrets });
  for (const secret of [...Object.values(secrets), token]) expect(result.stdout + result.stderr).not.toContain(secret);
  return { ...result, project };
}

const idp: Handler = (_path, response) => json(response, 200, { access_token: token, expires_in: 3600 });

test("a client certificate, an authority and a token, as driftgate.yml has them, and no secret in any output", async () => {
  const [registry, tokens] = [await start(guarded, mutual), await start(idp)];
  const formats = ["json", "sarif", "markdown", "html"];
  const result = await run(settings(registry.url, `${tokens.url}/token`), [
    ...withConnector,
    "--verbose",
    "--save-inputs",
    "inputs.json",
    "--format",
    "text",
    ...formats.flatMap((format) => ["--format", `${format}=out.${format}`]),
  ]);
  expect(result).toMatchObject({ exitCode: 1, stderr: "" });
  expect(result.stdout).toContain("level FULL");
  expect(registry.headers.every((headers) => headers["target-sr-cluster"] === "lsrc-1")).toBe(true);
  expect(tokens.requests).toEqual(["POST /token"]);
  for (const file of ["inputs.json", ...formats.map((format) => `out.${format}`)]) {
    const text = readFileSync(join(result.project.path, file), "utf8");
    for (const secret of [...Object.values(secrets), token]) expect(text, file).not.toContain(secret);
  }
});

describe("settings that do not work", () => {
  test.each<readonly [string, (registry: string, tokens: string) => string, RegExp]>([
    [
      "an authority that is not given",
      (registry, tokens) => settings(registry, tokens).replace(/ca: tls\/ca\.pem, /, ""),
      /not signed by an authority that is trusted here.*registry\.tls\.ca.*\[REGISTRY_UNREACHABLE\]/,
    ],
    [
      "a certificate without its key",
      (registry, tokens) => settings(registry, tokens).replace(/key: [^,]*, /, ""),
      /registry\.tls\.cert and registry\.tls\.key go together; give both \[CONFIG_INVALID\]/,
    ],
    [
      "a file that is not there",
      (registry, tokens) => settings(registry, tokens).replace("tls/ca.pem", "tls/none.pem"),
      /tls\/none\.pem does not exist \[FILE_NOT_FOUND\]/,
    ],
    [
      "a variable that is not set",
      (registry, tokens) => settings(registry, tokens).replace("CLIENT_SECRET", "NOBODY"),
      /the environment variable NOBODY is not set.*\[CONFIG_INVALID\]/,
    ],
    [
      "a token endpoint that is not there",
      (registry) => settings(registry, "http://127.0.0.1:9/token"),
      /the token endpoint http:\/\/127\.0\.0\.1:9\/token: the connection is refused.*\[REGISTRY_UNREACHABLE\]/,
    ],
    [
      "another vendor's service",
      (registry, tokens) => settings(registry, tokens, "  vendor: glue\n"),
      /is AWS Glue, whose schema registry has an interface of its own.*--registry.*\[REGISTRY_INVALID\]/,
    ],
    [
      "a key that nobody knows",
      (registry, tokens) => settings(registry, tokens, "  tokens: 1\n"),
      /unknown key "tokens".*did you mean "token"\?/,
    ],
    [
      "a context that is none",
      (registry, tokens) => settings(registry, tokens, "  context: lab\n"),
      /registry\.context: a context begins with a dot, as \.lab \[CONFIG_INVALID\]/,
    ],
  ])("%s", async (_what, yml, message) => {
    const [registry, tokens] = [await start(guarded, mutual), await start(idp)];
    const result = await run(yml(registry.url, tokens.url));
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toMatch(message);
    expect(result.seconds).toBeLessThan(60);
  });

  test("a token that the registry takes no more", async () => {
    const [registry, tokens] = [
      await start(guarded, mutual),
      await start((_path, response) => json(response, 200, { access_token: "stale" })),
    ];
    const result = await run(settings(registry.url, tokens.url));
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toMatch(/it does not take the token of 127\.0\.0\.1:\d+.*\[REGISTRY_UNAUTHORIZED\]/);
  });
});
