import { flywayChecksum } from "../../src/discover/history/flyway.ts";
import { flyway, flywayRow, named } from "./history-files.ts";
import type { Case } from "./history-files.ts";

const baselineRow = (version: string) =>
  flywayRow("V1__a.sql", { version, description: "<< Flyway Baseline >>", type: "BASELINE", checksum: null });
const files = named(["m/V1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/R__view.sql"]);
const withB = { ...flyway, "m/B2__all.sql": "SELECT 1" };

/** States that Flyway 13.12.1 (Community) was run on, each with its answer; undo and shouldExecute, which it does not have, from the documentation. */
export const flywayCases: readonly Case[] = [
  {
    title: "a row for the schema's creation is no history for a baseline file",
    tool: "flyway",
    files: withB,
    rows: [flywayRow("V1__a.sql", { installed_rank: "0", version: null, type: "SCHEMA", description: "<< Flyway Schema Creation >>" })],
    pending: ["m/B2__all.sql", "m/V10__c.sql", "m/R__view.sql"],
  },
  {
    title: "repeatable rows alone are no history for a baseline file",
    tool: "flyway",
    files: withB,
    rows: [flywayRow("R__view.sql")],
    pending: ["m/B2__all.sql", "m/V10__c.sql"],
  },
  {
    title: "a version that was undone is pending again",
    tool: "flyway",
    files,
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("V2__b.sql", { installed_rank: "2" }),
      flywayRow("V2__b.sql", { installed_rank: "3", type: "UNDO_SQL" }),
      flywayRow("R__view.sql", { installed_rank: "4" }),
    ],
    pending: ["m/V2__b.sql", "m/V10__c.sql"],
  },
  {
    title: "an undo that failed takes nothing back",
    tool: "flyway",
    files,
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("V2__b.sql", { installed_rank: "2" }),
      flywayRow("V2__b.sql", { installed_rank: "3", type: "UNDO_SQL", success: "false" }),
    ],
    pending: ["m/V10__c.sql", "m/R__view.sql"],
    says: [/failed/],
  },
  {
    title: "a version that was deleted and applied again",
    tool: "flyway",
    files,
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("V2__b.sql", { installed_rank: "2" }),
      flywayRow("V2__b.sql", { installed_rank: "3", type: "DELETE" }),
      flywayRow("V2__b.sql", { installed_rank: "4" }),
    ],
    pending: ["m/V10__c.sql", "m/R__view.sql"],
  },
  {
    title: "a repeatable one that was deleted is run again",
    tool: "flyway",
    files: named(["m/V1__a.sql", "m/R__view.sql"]),
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("R__view.sql", { installed_rank: "2" }),
      flywayRow("R__view.sql", { installed_rank: "3", type: "DELETE" }),
    ],
    pending: ["m/R__view.sql"],
  },
  {
    title: "a deleted row needs no file, whatever it was",
    tool: "flyway",
    files: named(["m/V1__a.sql"]),
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("R__view.sql", { installed_rank: "2" }),
      flywayRow("R__view.sql", { installed_rank: "3", type: "DELETE" }),
    ],
    pending: [],
  },
  {
    title: "a row of another type is not the file's",
    tool: "flyway",
    files: named(["m/V1__a.sql", "m/V2__b.sql"]),
    rows: [flywayRow("V1__a.sql", { type: "JDBC" }), flywayRow("V2__b.sql", { installed_rank: "2" })],
    pending: [],
    says: [/no such file/, /never runs it/],
  },
  {
    title: "one failed row of the future is let pass",
    tool: "flyway",
    files: named(["m/V1__a.sql"]),
    rows: [flywayRow("V1__a.sql"), flywayRow("V2__b.sql", { installed_rank: "2", success: "false" })],
    pending: [],
  },
  {
    title: "a failed row is not forgotten for a later success",
    tool: "flyway",
    files: named(["m/R__view.sql"]),
    rows: [flywayRow("R__view.sql", { success: "false" }), flywayRow("R__view.sql", { installed_rank: "2" })],
    pending: [],
    says: [/repaired/],
  },
  {
    title: "a target",
    tool: "flyway",
    files,
    rows: [flywayRow("V1__a.sql")],
    options: { target: "2.0" },
    pending: ["m/V2__b.sql", "m/R__view.sql"],
  },
  {
    title: "a target without a migration",
    tool: "flyway",
    files,
    rows: [flywayRow("V1__a.sql")],
    options: { target: "3" },
    pending: ["m/V2__b.sql", "m/R__view.sql"],
    says: [/target's version/],
  },
  {
    title: "missing and ignored let pass",
    tool: "flyway",
    files: named(["m/V2__b.sql", "m/V10__c.sql", "m/R__view.sql"]),
    rows: [flywayRow("V1__a.sql"), flywayRow("V10__c.sql", { installed_rank: "2" }), flywayRow("R__view.sql", { installed_rank: "3" })],
    options: { ignoreMissing: true, skipLate: true },
    pending: [],
    says: [/passes over it/],
  },
  {
    title: "no table, and tables in the schema",
    tool: "flyway",
    files,
    rows: null,
    occupied: true,
    pending: ["m/V1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/R__view.sql"],
    says: [/baselineOnMigrate/],
  },
  {
    title: "baselineOnMigrate",
    tool: "flyway",
    files,
    rows: null,
    occupied: true,
    options: { baseline: "2" },
    pending: ["m/V10__c.sql", "m/R__view.sql"],
  },
  {
    title: "below a baseline nothing is compared",
    tool: "flyway",
    files,
    rows: [flywayRow("V1__a.sql", { checksum: "1" }), baselineRow("2")],
    pending: ["m/V10__c.sql", "m/R__view.sql"],
  },
  {
    title: "the checksum of a repeatable one has its placeholders filled in",
    tool: "flyway",
    files: { "m/V1__a.sql": files["m/V1__a.sql"] ?? "", "m/R__v.sql": "GRANT SELECT ON t TO ${role};\n" },
    rows: [
      flywayRow("V1__a.sql"),
      flywayRow("R__v.sql", { installed_rank: "2", checksum: String(flywayChecksum("GRANT SELECT ON t TO reader;\n")) }),
    ],
    placeholders: { role: "reader" },
    pending: [],
  },
  {
    title: "a script configuration that keeps it from being run",
    tool: "flyway",
    files: { ...files, "m/V2__b.sql.conf": "shouldExecute=false\n" },
    rows: [flywayRow("V1__a.sql")],
    pending: ["m/V10__c.sql", "m/R__view.sql"],
  },
];
