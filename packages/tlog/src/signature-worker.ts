// Verifies Ed25519 for signature-pool.ts: signatures come packed in one buffer, a byte for each goes back.
import { parentPort } from "node:worker_threads";
import { engine } from "./signature-node.ts";
import { unpackClaims } from "./signature-packing.ts";

parentPort?.on("message", (packed: ArrayBuffer) => {
  const fits = Uint8Array.from(unpackClaims(new Uint8Array(packed)), (claim) => (engine.verifyEd25519(claim) ? 1 : 0));
  parentPort?.postMessage(fits.buffer, [fits.buffer]);
});
