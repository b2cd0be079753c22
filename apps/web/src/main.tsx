import "@mantine/core/styles.css";
import "./ui/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createApi } from "@underseal/api";
import { createSystemRandom } from "@underseal/foundation";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { z } from "zod";
import { createLogMemory } from "./features/gossip/log-memory.ts";
import { createLogWatch } from "./features/gossip/log-watch.ts";
import { createKeyring } from "./features/keys/keyring.ts";
import { createSeedStore } from "./features/keys/seed-store.ts";
import { createBrowserClock } from "./lib/clock.ts";
import { startI18n } from "./lib/i18n.ts";
import { createQueryClient } from "./lib/query.ts";
import { type Services, ServicesProvider } from "./lib/services.ts";
import { createAppRouter } from "./routes.tsx";
import { resolveVariables, theme } from "./ui/theme.ts";
import { createOpener } from "./workers/opener.ts";

const REQUEST_TIMEOUT_MS = 30_000;

// The content policy forbids code made from strings, which is how zod compiles its checks.
z.config({ jitless: true });

const pageFetch: typeof fetch = (input, init) => window.fetch(input, init);

const clock = createBrowserClock();

const services: Services = {
  fetch: pageFetch,
  api: createApi({ baseUrl: "", fetch: pageFetch, timeoutMs: REQUEST_TIMEOUT_MS }),
  queryClient: createQueryClient(),
  keyring: createKeyring({ store: createSeedStore(window.indexedDB), crypto: window.crypto }),
  opener: createOpener(() => new Worker(new URL("./workers/open.worker.ts", import.meta.url), { type: "module" })),
  random: createSystemRandom(),
  watch: createLogWatch({ fetch: pageFetch, memory: createLogMemory(window.localStorage), clock }),
  clock,
};

const root = document.getElementById("root");
if (root === null) throw new Error("broken assumption: index.html has a root element");

createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={startI18n()}>
      <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
        <ServicesProvider value={services}>
          <QueryClientProvider client={services.queryClient}>
            <RouterProvider router={createAppRouter(services)} />
          </QueryClientProvider>
        </ServicesProvider>
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
);

services.opener.warm(() => services.random.bytes(32));
