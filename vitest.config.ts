import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./tools/reporter.ts"],
    include: ["{packages,apps}/*/test/**/*.test.ts", "tools/test/**/*.test.ts"],
    globalSetup: ["./tools/display.ts", "./apps/server/test/support/shared-postgres.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Real screens, browsers and databases on a shared machine: what fails there must fail twice. At a desk, once is enough.
    retry: process.env.CI === "true" ? 1 : 0,
  },
});
