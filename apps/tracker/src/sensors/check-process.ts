// Loads the native sensors once and says what is missing, before anybody relies on them. A library that cannot be
// loaded would otherwise show as a child that ends without a word.
const NATIVE = ["node-screenshots", "uiohook-napi"] as const;

const answer = await Promise.all(NATIVE.map((name) => import(name))).then(
  () => ({ value: null }),
  (cause: unknown) => {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "unknown";
    return { error: { code: "LIBRARY_MISSING", message: reason } };
  },
);
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
