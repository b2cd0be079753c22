import { QueryClient } from "@tanstack/react-query";
import { problemOf } from "./failure.ts";

const FRESH_MS = 15_000;
const RETRIES_MAX = 2;

/** Answers that say no are final; only a network that failed is asked again. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (count, error) => count < RETRIES_MAX && problemOf(error).code === "NETWORK",
      },
      mutations: { retry: false },
    },
  });
