import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { requireKeys, requireMe } from "./features/session/guards.ts";
import type { Services } from "./lib/services.ts";
import { hasSession } from "./lib/session-fetch.ts";
import { Loading, NotFound, RouteFailure } from "./ui/route-states.tsx";

const rootRoute = createRootRouteWithContext<Services>()({ component: Outlet });

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Only a path of our own: a link must not be able to send a signed-in person elsewhere. */
const nextOf = (search: Record<string, unknown>): { next?: string } => {
  const next = text(search.next);
  return next !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(next) ? { next } : {};
};

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/SetUpPage.tsx"), "SetUpPage"),
});

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("./pages/SignUpPage.tsx"), "SignUpPage"),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: nextOf,
  beforeLoad: async ({ context }) => {
    if (await hasSession(context)) throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("./pages/SignInPage.tsx"), "SignInPage"),
});

const signedRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed",
  beforeLoad: async ({ context, location }) => ({ me: await requireMe(context, location.href) }),
  component: lazyRouteComponent(() => import("./features/session/Shell.tsx"), "Shell"),
});

const keysRoute = createRoute({
  getParentRoute: () => signedRoute,
  path: "/keys",
  component: lazyRouteComponent(() => import("./pages/KeysPage.tsx"), "KeysPage"),
});

const unlockRoute = createRoute({
  getParentRoute: () => signedRoute,
  path: "/unlock",
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import("./pages/UnlockPage.tsx"), "UnlockPage"),
});

const openRoute = createRoute({
  getParentRoute: () => signedRoute,
  id: "open",
  beforeLoad: async ({ context, location }) => ({ keys: await requireKeys(context, context.me, location.href) }),
  component: Outlet,
});

const homeRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/ContractsPage.tsx"), "ContractsPage"),
});

const newContractRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/contracts/new",
  component: lazyRouteComponent(() => import("./pages/NewContractPage.tsx"), "NewContractPage"),
});

const contractRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/contracts/$contractId",
  component: lazyRouteComponent(() => import("./pages/ContractPage.tsx"), "ContractPage"),
});

const weekOf = (search: Record<string, unknown>): { week?: string } => {
  const week = text(search.week);
  return week !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(week) ? { week } : {};
};

const diaryRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/contracts/$contractId/diary",
  validateSearch: weekOf,
  component: lazyRouteComponent(() => import("./pages/DiaryPage.tsx"), "DiaryPage"),
});

const moneyRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/contracts/$contractId/money",
  validateSearch: weekOf,
  component: lazyRouteComponent(() => import("./pages/MoneyPage.tsx"), "MoneyPage"),
});

const segmentRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "/contracts/$contractId/segments/$slot",
  params: {
    parse: ({ contractId, slot }) => ({ contractId, slot: Number(slot) }),
    stringify: ({ contractId, slot }) => ({ contractId, slot: String(slot) }),
  },
  validateSearch: ({ capture }): { capture?: number } =>
    Number.isSafeInteger(capture) && Number(capture) > 0 ? { capture: Number(capture) } : {},
  component: lazyRouteComponent(() => import("./pages/SegmentPage.tsx"), "SegmentPage"),
});

const routeTree = rootRoute.addChildren([
  setUpRoute,
  signUpRoute,
  signInRoute,
  signedRoute.addChildren([
    keysRoute,
    unlockRoute,
    openRoute.addChildren([homeRoute, newContractRoute, contractRoute, diaryRoute, moneyRoute, segmentRoute]),
  ]),
]);

export const createAppRouter = (services: Services) =>
  createRouter({
    routeTree,
    context: services,
    defaultPreload: "intent",
    defaultPendingComponent: Loading,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
