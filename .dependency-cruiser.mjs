// The walls of ARCHITECTURE.md, held by a tool. tools/test/walls.test.ts plants violations to prove that it sees.
const IO =
  "^(node:)?(fs|fs/promises|net|tls|dgram|http|http2|https|dns|child_process|worker_threads|timers|timers/promises|sqlite)$" +
  "|node_modules/(pg|kysely|fastify)/";

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "packages-never-reach-apps",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "verifier-seals-nothing",
      comment: "Invariant 1: the verifier has no sealing code, network, clock or database.",
      severity: "error",
      from: { path: "^packages/verifier/src" },
      to: {
        path: `^packages/evidence/src/(seal|open|reopen)[.]ts$|node_modules/age-encryption|${IO}`,
        reachable: true,
      },
    },
    {
      name: "server-opens-nothing",
      comment: "Invariant 3: the server imports no function that decrypts (or seals) content.",
      severity: "error",
      from: { path: "^apps/server/src" },
      to: { path: "^packages/evidence/src/(seal|open|reopen)[.]ts$|node_modules/age-encryption", reachable: true },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      from: { path: "/(rules|states)\\.ts$" },
      to: { path: `/platform/|${IO}` },
    },
    {
      name: "features-enter-by-the-front-door",
      severity: "error",
      from: { path: "^apps/server/src/([^/]+)/" },
      to: {
        path: "^apps/server/src/([^/]+)/(?!index\\.ts$)",
        pathNot: ["^apps/server/src/$1/", "^apps/server/src/platform/"],
      },
    },
    {
      name: "only-sensors-see-raw-signals",
      comment: "Invariant 4: input hooks and screens are read in sensors/ and nowhere else.",
      severity: "error",
      from: { path: "^apps/tracker/src", pathNot: "^apps/tracker/src/sensors/" },
      to: { path: "node_modules/(uiohook-napi|node-screenshots|x11)/" },
    },
    {
      name: "daemon-loads-no-pixels",
      comment: "Invariant 4: what reads the screen or opens the vault runs in children, never in the daemon.",
      severity: "error",
      from: { path: "^apps/tracker/src/(index|tracker)\\.ts$" },
      to: {
        path: "node_modules/(uiohook-napi|node-screenshots)/|^packages/evidence/src/(open|reopen)[.]ts$",
        reachable: true,
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.types)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
