import { afterEach, test } from "vitest";
import { check, refuses, undoAll } from "../support/bad-run.ts";

afterEach(undoAll);

// A script's variable that is not set gives an empty value, or none: a gate must not take that for an option that was left out.
const mistakes: readonly [string, readonly string[], string][] = [
  ["a mistyped option", [...check, "--conector", "x.json"], "there is no option --conector; did you mean --connector? [USAGE]"],
  [
    "a mistyped option of two words",
    ["doctor", "--databse-url=postgres://db/shop"],
    "there is no option --databse-url; did you mean --database-url? [USAGE]",
  ],
  [
    "an option that is like no other",
    [...check, "--zzzz"],
    "there is no option --zzzz; driftgate check --help lists what there is [USAGE]",
  ],
  [
    "a folder to pull to",
    ["pull"],
    "pull needs the folder to write to, for example: driftgate pull drift (driftgate --help lists what there is) [USAGE]",
  ],
  [
    "an option without its value",
    [...check, "--postgres-version"],
    "--postgres-version needs a value (driftgate --help lists what there is) [USAGE]",
  ],
  ["a registry that a variable was to name", [...check, "--registry", ""], "--registry is empty: give it a value, or leave it out [USAGE]"],
  [
    "a path that a variable was to name",
    ["check", ""],
    "a path or name on the command line is empty: give it a value, or leave it out [USAGE]",
  ],
  [
    "a database by its name alone",
    [...check, "--database-url", "shop"],
    "this is no URL of a PostgreSQL database; write postgres://user@host:5432/database [USAGE]",
  ],
];

test.each(mistakes)("%s", async (_, args, message) => {
  await refuses(message, {}, args);
});

test("a folder of --cwd in which there is nothing is named", async () => {
  const files = { "docs/readme.txt": "x" };
  await refuses(
    /^driftgate: no SQL migrations found in the working directory\. .* The working directory is that of --cwd: docs \[MIGRATIONS_NOT_FOUND\]\n$/,
    files,
    ["check", "--cwd", "docs"],
  );
  const missing = "db/migration does not exist; the working directory is that of --cwd: docs [FILE_NOT_FOUND]";
  await refuses(missing, files, ["check", "db/migration", "--cwd=docs"]);
});
