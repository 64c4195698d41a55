import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The default leaves one core free, which of two is half.
    maxWorkers: "100%",
    globalSetup: "test/support/run-cache.ts",
    // Against what hangs; a busy machine may be slow.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/shared/**", "test/real-stack/**"] } },
      // Needs ../shared (golden files and corpora), so it is no part of `npm test`.
      { extends: true, test: { name: "shared", include: ["test/shared/**/*.test.ts"], testTimeout: 900_000 } },
      // Starts PostgreSQL, Kafka, Kafka Connect, Debezium and a registry: needs Java, and Maven once. One stack at a time.
      {
        extends: true,
        test: {
          name: "real-stack",
          include: ["test/real-stack/**/*.test.ts"],
          globalSetup: ["test/support/run-cache.ts", "test/real-stack/servers/global-setup.ts"],
          fileParallelism: false,
          maxConcurrency: 4,
          testTimeout: 240_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
