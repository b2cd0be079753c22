// One PostgreSQL for a whole test run, to be named in vitest's `globalSetup`: test files then make their databases
// in it instead of starting one each. Without it they work the same, slower.
import { startSharedPostgres } from "./database.ts";

let stop: () => Promise<void> = async () => {};

export const setup = async (): Promise<void> => {
  if ((process.env.TEST_DATABASE_URL ?? "") !== "") return;
  const shared = await startSharedPostgres();
  process.env.TEST_DATABASE_URL = shared.url;
  stop = shared.stop;
};

export const teardown = async (): Promise<void> => await stop();
