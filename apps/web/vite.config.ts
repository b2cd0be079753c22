import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The address of a running server, for work on the pages with `vite dev`.
const SERVER_URL = "http://127.0.0.1:8420";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  worker: { format: "es" },
  build: {
    target: "es2024",
    // Nothing is inlined as data: the pages run under a policy that names only this origin.
    assetsInlineLimit: 0,
    // Every browser that knows module workers preloads modules by itself.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      treeshake: {
        // Importing these does nothing by itself; without the hint the pages would carry the worker's tables.
        moduleSideEffects: [
          {
            test: /[\\/](packages[\\/]\w+[\\/]src|node_modules[\\/](@noble|@scure|age-encryption|canonicalize))[\\/]/,
            sideEffects: false,
          },
        ],
      },
    },
  },
  server: { proxy: { "/v1": SERVER_URL, "/api": SERVER_URL } },
});
