import { queryOptions } from "@tanstack/react-query";
import { evidenceRoutes } from "@underseal/api";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";

type Deps = Pick<Services, "api">;

export const diaryQuery = ({ api }: Deps, params: { readonly contractId: string; readonly week: string }) =>
  queryOptions({
    queryKey: ["diary", params],
    queryFn: async () =>
      valueOrThrow(
        await api.call(evidenceRoutes.getDiary, {
          params: { contractId: params.contractId },
          query: { week: params.week },
        }),
      ).segments,
  });

export const segmentQuery = ({ api }: Deps, params: { readonly contractId: string; readonly slot: number }) =>
  queryOptions({
    queryKey: ["segment", params],
    queryFn: async () => valueOrThrow(await api.call(evidenceRoutes.getSegment, { params })),
  });
