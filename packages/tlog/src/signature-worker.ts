// Signs and verifies Ed25519 for signature-pool.ts: the work comes packed in one buffer, and so do the answers go back.
import { parentPort } from "node:worker_threads";
import { engine } from "./signature-node.ts";
import { unpackClaims } from "./signature-packing.ts";
import type { Job } from "./signature-pool.ts";

/** All with one seed: the last one's key pair serves until another seed comes. */
let seed = new Uint8Array();

const signAll = (packed: Uint8Array): Uint8Array<ArrayBuffer> => {
  const claims = unpackClaims(packed);
  const [first] = claims;
  if (first !== undefined && Buffer.compare(first.publicKey, seed) !== 0) seed = new Uint8Array(first.publicKey);
  const signatures = new Uint8Array(64 * claims.length);
  for (const [i, { message }] of claims.entries()) signatures.set(engine.signEd25519(seed, message), 64 * i);
  return signatures;
};

const verifyAll = (packed: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(unpackClaims(packed), (claim) => (engine.verifyEd25519(claim) ? 1 : 0));

parentPort?.on("message", ({ kind, packed }: Job) => {
  const { buffer } = kind === "sign" ? signAll(packed) : verifyAll(packed);
  parentPort?.postMessage(buffer, [buffer]);
});
