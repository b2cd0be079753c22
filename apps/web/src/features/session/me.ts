import { queryOptions } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { peopleRoutes, type RouteAnswer } from "@underseal/api";
import type { AccountKeys } from "@underseal/evidence";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";

export type Me = RouteAnswer<typeof peopleRoutes.getMe>;

export const meQuery = ({ api }: Pick<Services, "api">) =>
  queryOptions({
    queryKey: ["me"],
    queryFn: async () => valueOrThrow(await api.call(peopleRoutes.getMe, {})),
    // It changes only by what this page does itself.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Who reads this page. On pages that need keys they are there: the route's guard saw to it. */
export const useReader = (): { readonly me: Me; readonly keys: AccountKeys } => {
  const { me, keys } = useRouteContext({ from: "/signed/open" });
  if (keys === null) throw new Error("broken assumption: only clients and freelancers come here");
  return { me, keys };
};
