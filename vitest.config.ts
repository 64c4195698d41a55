import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/shared/**"] } },
      // Needs ../shared (golden files and corpora), so it is no part of `npm test`.
      { extends: true, test: { name: "shared", include: ["test/shared/**/*.test.ts"], testTimeout: 900_000 } },
    ],
  },
});
