// How a tracker proves which device a request is from: HTTP Message Signatures (RFC 9421), one fixed profile.
// Covered: method, path, and for JSON bodies the content digest (RFC 9530). A blob's digest is in its path.
import { isEs256Key, keyIdOf, sha256, verifySigned } from "@underseal/evidence";
import { base64ToBytes, bytesToBase64, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";

export interface SignableRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  /** The JSON body; `null` for none, and for streamed bytes. */
  readonly body: Uint8Array | null;
}

export const DEVICE_SIGNATURE_AGE_MAX_SECONDS = 300;

const PARAMETERS =
  /^sig=(\("@method" "@path"(?: "content-digest")?\);created=(\d{1,12});keyid="([\w-]{1,64})";alg="(ed25519|ecdsa-p256-sha256)")$/;
const SIGNATURE = /^sig=:([A-Za-z0-9+/=]{88}):$/;

/** The headers to send with a request. */
export const signRequest = (
  request: SignableRequest,
  {
    createdSeconds,
    publicKey,
    sign,
  }: {
    readonly createdSeconds: number;
    readonly publicKey: Uint8Array;
    readonly sign: (message: Uint8Array) => Uint8Array;
  },
): Record<string, string> => {
  const contentDigest = contentDigestOf(request.body);
  const covered = contentDigest === null ? `"@method" "@path"` : `"@method" "@path" "content-digest"`;
  const parameters = `(${covered});created=${createdSeconds};keyid="${keyIdOf(publicKey)}";alg="${algorithmOf(publicKey)}"`;
  const signature = bytesToBase64(sign(signatureBase(request, contentDigest, parameters)));
  return {
    ...(contentDigest === null ? {} : { "content-digest": contentDigest }),
    "signature-input": `sig=${parameters}`,
    signature: `sig=:${signature}:`,
  };
};

export interface RequestSignature {
  readonly keyId: string;
  readonly algorithm: string;
  readonly createdSeconds: number;
  /** What was signed; see `isRequestSignedBy`. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads the headers of a request as hostile input. The caller finds the key, verifies, and checks the age. */
export const readRequestSignature = (
  request: SignableRequest,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Result<RequestSignature, "DEVICE_SIGNATURE_INVALID"> => {
  const input = PARAMETERS.exec(String(headers["signature-input"] ?? ""));
  const value = SIGNATURE.exec(String(headers.signature ?? ""));
  const signature = base64ToBytes(value?.[1] ?? "");
  const contentDigest = contentDigestOf(request.body);
  const [, parameters, created, keyId, algorithm] = input ?? [];
  const coversBody = parameters?.includes("content-digest") ?? false;
  const isRead = parameters !== undefined && created !== undefined && keyId !== undefined && algorithm !== undefined;
  if (!isRead || signature?.length !== 64) {
    return err("DEVICE_SIGNATURE_INVALID");
  }
  if (coversBody !== (contentDigest !== null)) return err("DEVICE_SIGNATURE_INVALID");
  const message = signatureBase(request, contentDigest, parameters);
  return ok({ keyId, algorithm, createdSeconds: Number(created), message, signature });
};

/** Whether this key made the signature, by the algorithm that is named and that the key is for. */
export const isRequestSignedBy = (
  { algorithm, message, signature }: RequestSignature,
  publicKey: Uint8Array,
): boolean => algorithm === algorithmOf(publicKey) && verifySigned({ publicKey, message, signature });

/** The names of RFC 9421, section 6.2.2. */
const algorithmOf = (publicKey: Uint8Array): string => (isEs256Key(publicKey) ? "ecdsa-p256-sha256" : "ed25519");

const contentDigestOf = (body: Uint8Array | null): string | null =>
  body === null || body.length === 0 ? null : `sha-256=:${bytesToBase64(sha256(body))}:`;

const signatureBase = (request: SignableRequest, contentDigest: string | null, parameters: string): Uint8Array =>
  utf8ToBytes(
    [
      `"@method": ${request.method.toUpperCase()}`,
      `"@path": ${request.path}`,
      ...(contentDigest === null ? [] : [`"content-digest": ${contentDigest}`]),
      `"@signature-params": ${parameters}`,
    ].join("\n"),
  );
