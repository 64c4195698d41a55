import { digest } from "./history-files.ts";
import type { Case } from "./history-files.ts";

const changelog = (...sets: readonly string[]): string =>
  `--liquibase formatted sql\n${sets.map((attributes) => `--changeset a:${attributes}\nSELECT 1;\n`).join("")}`;
const sum = (text: string): string => `9:${digest("md5", `9:${digest("md5", text, "hex")}:`, "hex")}`;
const current = sum("SELECT1;");
const row = (id: string, over: Readonly<Record<string, string | null>> = {}) => ({
  id,
  author: "a",
  filename: "m.sql",
  md5sum: current,
  dateexecuted: "2024-01-01T00:00:00",
  orderexecuted: "1",
  ...over,
});
const both = ["c/m.sql", "c/m.sql"];

/** States that Liquibase 4.31.1 was run on, each with its answer. */
export const liquibaseCases: readonly Case[] = [
  {
    title: "an id in other letters is another",
    tool: "liquibase",
    files: { "c/m.sql": changelog("One", "two") },
    rows: [row("ONE", { author: "A" })],
    pending: both,
  },
  {
    title: "what is for another database, or ignored, is not pending",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1 dbms:mysql", "2 ignore:true", "3 dbms:postgresql,h2", "4 dbms:!postgresql") },
    rows: [],
    pending: ["c/m.sql"],
  },
  {
    title: "what the contexts leave out is not validated",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1 context:test", "2") },
    rows: [row("1", { md5sum: "9:other" })],
    options: { contexts: ["prod"] },
    pending: ["c/m.sql"],
  },
  {
    title: "runAlways runs, and no checksum matters",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1 runAlways:true", "2") },
    rows: [row("1", { md5sum: "9:other" }), row("2")],
    pending: ["c/m.sql"],
  },
  {
    title: "runOnChange: the newest row counts",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1 runOnChange:true", "2 runOnChange:true") },
    rows: [
      row("1", { md5sum: "9:old" }),
      row("1", { dateexecuted: "2024-02-01T00:00:00", exectype: "RERAN", orderexecuted: "2" }),
      row("2", { orderexecuted: "3" }),
      row("2", { md5sum: "9:old", dateexecuted: "2024-02-01T00:00:00", orderexecuted: "4" }),
    ],
    pending: ["c/m.sql"],
  },
  {
    title: "validCheckSum: the old sum, the new one, or any",
    tool: "liquibase",
    files: {
      "c/m.sql": `--liquibase formatted sql\n${["9:old", current, "1:any", "ANY"].map((valid, index) => `--changeset a:${index}\n--validCheckSum: ${valid}\nSELECT 1;\n`).join("")}`,
    },
    rows: ["0", "1", "2", "3"].map((id) => row(id, { md5sum: "9:old" })),
    pending: [],
  },
  {
    title: "marked as ran, cleared checksums and those of an older version",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1", "2", "3 runOnChange:true") },
    rows: [row("1", { exectype: "MARK_RAN" }), row("2", { md5sum: "8:1299757950f2a4bc6ca7abbec6ca2a01" }), row("3", { md5sum: null })],
    pending: [],
  },
  {
    title: "one id and author twice",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1", "1") },
    rows: [],
    pending: both,
    says: [/same id and author/],
  },
  {
    title: "runOrder",
    tool: "liquibase",
    files: {
      "c/changelog.xml":
        '<databaseChangeLog><changeSet id="z" author="a" runOrder="last"><sql>SELECT 1</sql></changeSet><include file="m.sql" relativeToChangelogFile="true"/><changeSet id="b" author="a" runOrder="first"><sql>SELECT 2</sql></changeSet></databaseChangeLog>',
      "c/m.sql": changelog("1"),
    },
    rows: [],
    pending: ["c/changelog.xml", "c/m.sql", "c/changelog.xml"],
  },
  {
    title: "its lock was left behind",
    tool: "liquibase",
    files: { "c/m.sql": changelog("1") },
    rows: [row("1")],
    locks: [{ id: "1", locked: "true" }],
    pending: [],
    says: [/lock/],
  },
];
