/**
 * For what can only be false when our own code is wrong; it ends the work. Never for hostile or unlucky input:
 * that is a `Result`.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken assumption: ${message}`);
}

/** Makes a `switch` over a union fail to compile when a member is not handled. */
export const exhausted = (value: never): never => {
  throw new Error(`broken assumption: unhandled case ${JSON.stringify(value)}`);
};
