import type { MigrationTool, Source } from "../../model/migration.ts";
import { flatSettings } from "../flat-settings.ts";
import type { HistoryOptions } from "./history.ts";

/**
 * What the tool's own settings files say of how it runs, so that nobody has to say it again in driftgate.yml: Flyway's and Liquibase's, also
 * as Spring Boot and Quarkus write them (Flyway documentation, "Flyway Namespace"; Liquibase documentation, "liquibase.properties").
 * @param files those of `placeholderFiles` that are there, nearest first
 */
export function toolHistoryOptions(tool: MigrationTool, files: readonly Source[]): Partial<HistoryOptions> {
  const read = readers[tool];
  const settings = files.filter(({ path }) => !path.endsWith(".sql")).map(flatSettings);
  return read === undefined ? {} : read((name) => settings.map((one) => settingOf(one, name)).find((value) => value !== null) ?? null);
}

type Find = (name: string) => string | null;

const readers: { readonly [tool in MigrationTool]?: (find: Find) => Partial<HistoryOptions> } = { flyway, liquibase };

/** Spring and Quarkus write `out-of-order` for `outOfOrder`; a value of the environment is not known. */
function settingOf(settings: ReadonlyMap<string, string>, name: string): string | null {
  const wanted = name.replaceAll("-", "").toLowerCase();
  for (const [key, value] of settings) {
    const plain = key
      .replace(/^(?:spring|quarkus)\./i, "")
      .replaceAll("-", "")
      .toLowerCase();
    if (plain === wanted && !/\$\{[^}]*\}/.test(value)) return value.trim();
  }
  return null;
}

function flyway(find: Find): Partial<HistoryOptions> {
  const patterns = list(find("flyway.ignoreMigrationPatterns")) ?? [];
  const ignores = (state: string): boolean => patterns.some((pattern) => pattern === `*:${state}` || pattern === "*:*");
  const target = find("flyway.target");
  const onMigrate = find("flyway.baselineOnMigrate") === "true";
  return {
    ...(find("flyway.outOfOrder") === "true" ? { outOfOrder: true } : {}),
    ...(ignores("missing") ? { ignoreMissing: true } : {}),
    ...(ignores("ignored") ? { skipLate: true } : {}),
    // "latest", "current", "next", and "10?" where the version need not be there.
    ...(target !== null && /^\d[\d._]*$/.test(target) ? { target } : {}),
    ...(onMigrate ? { baseline: find("flyway.baselineVersion") ?? "1" } : {}),
  };
}

function liquibase(find: Find): Partial<HistoryOptions> {
  const contexts = list(find("liquibase.contexts") ?? find("contexts"));
  const labels = list(
    find("liquibase.labelFilter") ?? find("labelFilter") ?? find("liquibase.labels") ?? find("liquibase.command.labelFilter"),
  );
  return { ...(contexts === null ? {} : { contexts }), ...(labels === null ? {} : { labels }) };
}

const list = (text: string | null): readonly string[] | null =>
  text === null || text === ""
    ? null
    : text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "");
