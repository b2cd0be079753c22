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
  },
});
