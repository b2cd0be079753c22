// Who may see which page: signed in, and with the account's keys in this browser.
import { redirect } from "@tanstack/react-router";
import type { AccountKeys } from "@underseal/evidence";
import type { Services } from "../../lib/services.ts";
import { hasSession } from "../../lib/session-fetch.ts";
import { type Me, meQuery } from "./me.ts";

/** The person who is signed in; without one, on to the sign-in page and back afterwards. */
export const requireMe = async (services: Services, href: string): Promise<Me> => {
  const known = services.queryClient.getQueryData<Me>(meQuery(services).queryKey);
  if (known !== undefined) return known;
  if (!(await hasSession(services))) throw redirect({ to: "/sign-in", search: { next: href } });
  return services.queryClient.ensureQueryData(meQuery(services));
};

/** The keys of a client or freelancer; an operator has none, and could open nothing with them. */
export const requireKeys = async (services: Services, me: Me, href: string): Promise<AccountKeys | null> => {
  if (me.kind === "operator") return null;
  if (me.keys === null) throw redirect({ to: "/keys" });
  const keys = await services.keyring.load(me.keys);
  if (keys === null) throw redirect({ to: "/unlock", search: { next: href } });
  return keys;
};
