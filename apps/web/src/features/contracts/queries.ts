import { queryOptions } from "@tanstack/react-query";
import { contractRoutes } from "@underseal/api";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";

type Deps = Pick<Services, "api">;

export const platformQuery = ({ api }: Deps) =>
  queryOptions({
    queryKey: ["platform"],
    queryFn: async () => valueOrThrow(await api.call(contractRoutes.getPlatform, {})),
  });

export const contractsQuery = ({ api }: Deps) =>
  queryOptions({
    queryKey: ["contracts"],
    queryFn: async () => valueOrThrow(await api.call(contractRoutes.listContracts, {})).contracts,
  });

export const contractQuery = ({ api }: Deps, contractId: string) =>
  queryOptions({
    queryKey: ["contracts", contractId],
    queryFn: async () => valueOrThrow(await api.call(contractRoutes.getContract, { params: { contractId } })),
  });
