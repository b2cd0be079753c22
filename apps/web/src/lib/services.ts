// What pages need from outside, made once in main.tsx and passed down by the router's context.
import type { QueryClient } from "@tanstack/react-query";
import type { Api } from "@underseal/api";
import type { Clock, Random } from "@underseal/foundation";
import { createContext, useContext } from "react";
import type { LogWatch } from "../features/gossip/log-watch.ts";
import type { Keyring } from "../features/keys/keyring.ts";
import type { Opener } from "../workers/opener.ts";
import type { SessionDeps } from "./session-fetch.ts";

export interface Services extends SessionDeps {
  readonly api: Api;
  readonly queryClient: QueryClient;
  readonly keyring: Keyring;
  readonly opener: Opener;
  readonly watch: LogWatch;
  readonly random: Random;
  readonly clock: Clock;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export const useServices = (): Services => {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("broken assumption: pages are rendered inside the services");
  return services;
};
