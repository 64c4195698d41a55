import type { Drift } from "../model/impact.ts";

/** `version 3 is what the table gave before V2__note.sql: field note is in the table's stream but not registered`. */
export function driftWords({ version, differences, source }: Drift): string {
  const differs = differences.join("; ");
  switch (source?.kind) {
    case "behind":
      return `version ${version} is what the table gave before ${source.path}: ${differs}`;
    case "ahead":
      return `version ${version} is what the table gives after ${source.path}, which is pending: ${differs}`;
    case "settings":
      return `version ${version} is what the tables before the migration give with ${source.words}: ${differs}`;
    case "superseded":
      return `version ${version} is not what the tables before the migration give, version ${source.own} is: ${differs}`;
    case "foreign":
    case undefined:
      return `version ${version} is not what the tables before the migration give: ${differs}`;
    default:
      return source satisfies never;
  }
}
