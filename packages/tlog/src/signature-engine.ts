export interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The arithmetic behind signatures. Two implementations answer the same for every input (a test runs them side by
 * side over all published vectors): OpenSSL by way of Node, and JavaScript in browsers. What keys and points are
 * acceptable is decided outside, once for both.
 */
export interface SignatureEngine {
  /**
   * Ed25519 without the cofactor: whether R is the encoding of [S]B - [k]A, and S is below the group's order. The key
   * was found acceptable before, and the signature has 64 bytes.
   */
  readonly verifyEd25519: (claim: SignedMessage) => boolean;
  readonly signEd25519: (seed: Uint8Array, message: Uint8Array) => Uint8Array;
  readonly ed25519PublicKeyOf: (seed: Uint8Array) => Uint8Array;
  /** ECDSA on P-256 with SHA-256; key and signature as in es256.ts. The key was found acceptable before. */
  readonly verifyEs256: (claim: SignedMessage) => boolean;
}

/** Keys are few and come again and again; what was prepared for one is kept, up to this many. */
export const KEYS_KEPT_MAX = 1_024;
