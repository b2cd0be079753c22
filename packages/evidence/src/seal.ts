// Everything that encrypts (protocol §5). The server and the verifier must not reach this file: a wall holds that.
import { assert, bytesToBase64Url, concatBytes, type Redacted, reveal } from "@underseal/foundation";
import { Encrypter } from "age-encryption";
import { derivedRecipient, type WrapRandomness } from "./age-wrap.ts";
import {
  type HiddenManifest,
  joinBlob,
  MEMO_MAX_CHARACTERS,
  type MinuteCounts,
  type VisibleManifest,
} from "./content.ts";
import { encodeMap, isOpened, type LeafState, leafStates } from "./map.ts";
import {
  CONTEXT_INDEX,
  closedSubtrees,
  type EvidenceTree,
  HEADER_INDEX,
  joinHashes,
  type Leaf,
  saltKeyOf,
  saltsOf,
  wrapKeyOf,
} from "./tree.ts";

/** Zstandard, level of the caller's choice: Node has it natively, so it is passed in. */
export interface CompressDep {
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

export interface SealableCapture {
  /** Hash of the capture's statement. */
  readonly capture: Uint8Array;
  readonly secret: Redacted<Uint8Array>;
  readonly tree: EvidenceTree;
  readonly leaves: readonly Leaf[];
}

export interface VisibleSealing {
  readonly states: readonly LeafState[];
  readonly mapSalt: Uint8Array;
  readonly memo: string;
  readonly minutes: readonly MinuteCounts[];
  readonly activitySalt: Uint8Array;
  readonly checkpoint: string;
  /** Which replacement of the disclosure this is, from 0. */
  readonly ver: number;
  /** Age recipients: the client's, then the freelancer's. */
  readonly recipients: readonly string[];
}

/** The visible blob: what the client may see, sealed to the client and the freelancer by the verifiable wrap. */
export const sealVisible = (
  deps: CompressDep,
  capture: SealableCapture,
  sealing: VisibleSealing,
): Promise<Uint8Array> => {
  assert(sealing.states.length === capture.leaves.length, "the map has a state for each leaf");
  assert(sealing.states[HEADER_INDEX] === leafStates.visible, "the header is never withheld");
  assert(sealing.memo.length <= MEMO_MAX_CHARACTERS, "a memo that no reader would take is not sealed");
  const isVisible = (index: number) => sealing.states[index] === leafStates.visible;
  const payload = payloadOf(capture.leaves, isVisible);
  const stream = deps.compress(payload);
  const plaintext = joinBlob(visibleManifest(capture, sealing, stream.length, payload.length), stream);
  const randomness = { wrapKey: wrapKeyOf(reveal(capture.secret)), ver: sealing.ver };
  return encryptTo(sealing.recipients, plaintext, randomness);
};

const visibleManifest = (
  { capture, secret, tree, leaves }: SealableCapture,
  sealing: VisibleSealing,
  streamBytes: number,
  payloadBytes: number,
): VisibleManifest => {
  const opened = sealing.states.flatMap((state, index) => (isOpened(state) ? [index] : []));
  const saltAt = saltsOf(saltKeyOf(reveal(secret)));
  const isContextVisible = sealing.states[CONTEXT_INDEX] === leafStates.visible;
  const closed = closedSubtrees(tree, (index) => isOpened(sealing.states[index] ?? leafStates.padding));
  return {
    capture: bytesToBase64Url(capture),
    map: bytesToBase64Url(encodeMap(sealing.states)),
    mapSalt: bytesToBase64Url(sealing.mapSalt),
    salts: bytesToBase64Url(joinHashes(opened.map(saltAt))),
    closed: bytesToBase64Url(joinHashes(closed)),
    headerBytes: leaves[HEADER_INDEX]?.payload.length ?? 0,
    contextBytes: isContextVisible ? (leaves[CONTEXT_INDEX]?.payload.length ?? 0) : 0,
    memo: sealing.memo,
    minutes: [...sealing.minutes],
    activitySalt: bytesToBase64Url(sealing.activitySalt),
    checkpoint: sealing.checkpoint,
    encoding: "zstd",
    streamBytes,
    payloadBytes,
  };
};

/** The hidden blob: the capture's secret and the withheld leaves, for the freelancer alone, with fresh randomness. */
export const sealHidden = (
  deps: CompressDep,
  capture: SealableCapture,
  { states, recipient }: { readonly states: readonly LeafState[]; readonly recipient: string },
): Promise<Uint8Array> => sealSecretWith(deps, capture, recipient, (index) => states[index] === leafStates.redacted);

/**
 * A whole capture at rest on the device, between the capture and the disclosure. The secret and every leaf, sealed to
 * the device's vault: unmasked pixels never touch the disk readable.
 */
export const sealForVault = (deps: CompressDep, capture: SealableCapture, recipient: string): Promise<Uint8Array> =>
  sealSecretWith(deps, capture, recipient, () => true);

const sealSecretWith = (
  deps: CompressDep,
  { capture, secret, leaves }: SealableCapture,
  recipient: string,
  includes: (index: number) => boolean,
): Promise<Uint8Array> => {
  const payload = payloadOf(leaves, includes);
  const stream = deps.compress(payload);
  const manifest: HiddenManifest = {
    capture: bytesToBase64Url(capture),
    secret: bytesToBase64Url(reveal(secret)),
    headerBytes: includes(HEADER_INDEX) ? (leaves[HEADER_INDEX]?.payload.length ?? 0) : 0,
    encoding: "zstd",
    streamBytes: stream.length,
    payloadBytes: payload.length,
  };
  return encryptTo([recipient], joinBlob(manifest, stream));
};

const payloadOf = (leaves: readonly Leaf[], includes: (index: number) => boolean): Uint8Array =>
  concatBytes(...leaves.filter((_, index) => includes(index)).map(({ payload }) => payload));

const encryptTo = (
  recipients: readonly string[],
  plaintext: Uint8Array,
  randomness?: WrapRandomness,
): Promise<Uint8Array> => {
  assert(recipients.length > 0, "a sealed file has a recipient");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    encrypter.addRecipient(randomness === undefined ? recipient : derivedRecipient(recipient, randomness));
  }
  return encrypter.encrypt(plaintext);
};

/** Seals an account seed to a device or to a recovery code. */
export const sealSeed = (seed: Redacted<Uint8Array>, recipient: string): Promise<Uint8Array> =>
  encryptTo([recipient], reveal(seed));
