// Opens a capture at rest. Runs in children only.
import { readFile } from "node:fs/promises";
import { buildTree, type LeafState, restoreLeaves } from "@underseal/evidence";
import { openSecret } from "@underseal/evidence/open";
import type { SealableCapture } from "@underseal/evidence/seal";
import { base64UrlToBytes, equalBytes, redact, reveal } from "@underseal/foundation";
import type { VaultRequest } from "./vault-request.ts";

/** Checks that the file still is what was committed to. Throws what is wrong with it. */
export const openVault = async (
  request: VaultRequest,
  states: readonly LeafState[],
): Promise<Omit<SealableCapture, "capture">> => {
  const file = new Uint8Array(await readFile(request.vaultFile));
  const opened = await openSecret(file, redact(request.vaultIdentity));
  const leaves = opened.ok ? restoreLeaves({ ...opened.value, states }) : null;
  if (!opened.ok || leaves === null) throw new Error("the vault file is damaged");
  const tree = buildTree(reveal(opened.value.secret), leaves);
  if (!equalBytes(tree.root, base64UrlToBytes(request.root) ?? new Uint8Array())) {
    throw new Error("the vault file is not what was committed to");
  }
  return { secret: opened.value.secret, tree, leaves };
};
