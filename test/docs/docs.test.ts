import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "./docs.ts";

test.each(generatedFiles())("$path is what `npm run docs` writes", ({ path, text }) => {
  expect(readFileSync(path, "utf8")).toBe(text);
});
