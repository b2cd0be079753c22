import { queryOptions } from "@tanstack/react-query";
import { deviceRoutes } from "@underseal/api";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";

type Deps = Pick<Services, "api">;

const POLL_MS = 3_000;

export const devicesQuery = ({ api }: Deps) =>
  queryOptions({
    queryKey: ["devices"],
    queryFn: async () => valueOrThrow(await api.call(deviceRoutes.listDevices, {})).devices,
  });

/** Asked again and again while a code is open: the tracker may come any moment. */
export const enrolmentsQuery = ({ api }: Deps, { isWaiting }: { readonly isWaiting: boolean }) =>
  queryOptions({
    queryKey: ["enrolments"],
    queryFn: async () => valueOrThrow(await api.call(deviceRoutes.listEnrolments, {})).enrolments,
    refetchInterval: isWaiting ? POLL_MS : false,
  });
