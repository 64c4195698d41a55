import type { MigrationTool } from "../model/migration.ts";
import type { SetupChoices } from "../model/setup.ts";

export interface ProjectChoices {
  /** Folder of the migrations. */
  readonly migrations: string;
  readonly tool: MigrationTool;
  /** Path of the connector's configuration. */
  readonly connector: string;
}

/** driftgate.yml: what check needs to know; the rest has defaults. */
export function driftgateYaml({ migrations, tool, connector }: ProjectChoices, choices: SetupChoices): string {
  const { postgresVersion, registryUrl } = choices;
  return `# yaml-language-server: $schema=https://raw.githubusercontent.com/driftgate/driftgate/v0/src/config/schema.json
# What driftgate check compares; every key: https://github.com/driftgate/driftgate#configuration
${postgresVersion === null ? "" : `postgres:\n  version: ${postgresVersion}\n`}migrations:
  path: ${yamlText(migrations)}
  tool: ${tool}
connectors:
  - ${yamlText(connector)}
debezium:
  version: "3.6"
registry:
  url: ${yamlText(registryUrl ?? "${SCHEMA_REGISTRY_URL}")}
`;
}

/** Plain where YAML reads it back as the same text, else in double quotes. */
const yamlText = (text: string): string => (/^[A-Za-z_./][A-Za-z0-9_./-]*$/.test(text) ? text : JSON.stringify(text));

/** The GitHub workflow of a pull request. */
export function workflow({ migrations }: ProjectChoices, { registryUrl }: SetupChoices): string {
  const secret = registryUrl === null ? `        env:\n          SCHEMA_REGISTRY_URL: \${{ secrets.SCHEMA_REGISTRY_URL }}\n` : "";
  return `name: driftgate
on:
  pull_request:
    paths:
      - ${JSON.stringify(`${migrations}/**`)}
      - driftgate.yml
permissions:
  contents: read
jobs:
  driftgate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          # Pending are the migrations that the base branch does not have.
          fetch-depth: 0
      - uses: driftgate/driftgate@v0
${secret}`
    .trimEnd()
    .concat("\n");
}
