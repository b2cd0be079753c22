import { assert, err, ok, type Result } from "@underseal/foundation";
import type { Certificate, SignedData, TSTInfo } from "pkijs";

// What is asked of a timestamping authority, and what of its answer is believed (RFC 3161). The library for these
// formats is large and needed once a day, so it is loaded then.

const SENTENCES = {
  TSA_UNREACHABLE: "it was not reached",
  TSA_STATUS: "it answered with an HTTP error",
  TSA_TOO_LARGE: "its answer is too long",
  TSA_MALFORMED: "its answer is no timestamp response",
  TSA_REFUSED: "it did not grant the timestamp",
  TSA_IMPRINT: "its timestamp is over something else",
  TSA_NONCE: "its timestamp answers another request",
  TSA_UNTRUSTED: "its certificate is not one that is trusted for timestamps",
  TSA_SIGNATURE: "its signature does not fit",
} as const;

export interface TimestampError {
  readonly code: keyof typeof SENTENCES;
  readonly message: string;
}

export const refuse = (code: keyof typeof SENTENCES): Result<never, TimestampError> =>
  err({ code, message: SENTENCES[code] });

export interface Timestamp {
  /** The whole answer in DER, as `openssl ts -verify -in` reads it. */
  readonly response: Uint8Array;
  readonly time: Date;
}

const SHA256 = "2.16.840.1.101.3.4.2.1";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

export interface Asked {
  readonly data: Uint8Array;
  /** SHA-256 of the data. */
  readonly digest: Uint8Array;
  /** A positive number without a leading zero byte. */
  readonly nonce: Uint8Array;
}

export const encodeRequest = async ({ digest, nonce }: Asked): Promise<Uint8Array<ArrayBuffer>> => {
  const { Integer, OctetString } = await import("asn1js");
  const { AlgorithmIdentifier, MessageImprint, TimeStampReq } = await import("pkijs");
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
      hashedMessage: new OctetString({ valueHex: bufferOf(digest) }),
    }),
    nonce: new Integer({ valueHex: bufferOf(nonce) }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
};

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

interface Answered extends Asked {
  readonly response: Uint8Array;
  readonly trusted: readonly Uint8Array[];
}

/** Errors: all but those of the transport. */
export const verifyTimestamp = async (answered: Answered): Promise<Result<Timestamp, TimestampError>> => {
  const parsed = await parseResponse(answered.response);
  if (!parsed.ok) return parsed;
  const { token, info } = parsed.value;
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  const isOurs =
    hashAlgorithm.algorithmId === SHA256 && sameBytes(hashedMessage.valueBlock.valueHexView, answered.digest);
  if (!isOurs) return refuse("TSA_IMPRINT");
  if (info.nonce === undefined || !sameBytes(info.nonce.valueBlock.valueHexView, answered.nonce)) {
    return refuse("TSA_NONCE");
  }
  const signed = await verifySignature(token, answered);
  return signed.ok ? ok({ response: answered.response, time: info.genTime }) : signed;
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

interface Parsed {
  readonly token: SignedData;
  readonly info: TSTInfo;
}

/** PKIStatus: granted, or granted with modifications. */
const GRANTED_MAX = 1;

const parseResponse = async (bytes: Uint8Array): Promise<Result<Parsed, TimestampError>> => {
  const { fromBER } = await import("asn1js");
  const { SignedData, TimeStampResp, TSTInfo } = await import("pkijs");
  try {
    const { offset, result } = fromBER(bufferOf(bytes));
    if (offset !== bytes.length) return refuse("TSA_MALFORMED");
    const response = new TimeStampResp({ schema: result });
    if (response.status.status > GRANTED_MAX) return refuse("TSA_REFUSED");
    const token = new SignedData({ schema: response.timeStampToken?.content });
    const content = token.encapContentInfo.eContent;
    if (content === undefined || !isTimestampContent(token)) return refuse("TSA_MALFORMED");
    return ok({ token, info: TSTInfo.fromBER(content.getValue()) });
  } catch {
    // The library throws whatever it stumbles over.
    return refuse("TSA_MALFORMED");
  }
};

/** One signer, who says that it signs a timestamp. */
const isTimestampContent = ({ encapContentInfo, signerInfos }: SignedData): boolean => {
  const [signer, ...others] = signerInfos;
  if (signer === undefined || others.length > 0 || encapContentInfo.eContentType !== TST_INFO) return false;
  const contentTypes = signer.signedAttrs?.attributes.filter(({ type }) => type === CONTENT_TYPE) ?? [];
  const [value] = contentTypes[0]?.values ?? [];
  return contentTypes.length === 1 && value?.valueBlock.toString() === TST_INFO;
};

/** What the library says when the chain of certificates is at fault. */
const CHAIN_FAULT = 5;

const verifySignature = async (
  token: SignedData,
  { data, trusted }: Answered,
): Promise<Result<void, TimestampError>> => {
  const { Certificate, SignedDataVerifyError } = await import("pkijs");
  try {
    const verified = await token.verify({
      signer: 0,
      data: bufferOf(data),
      checkChain: true,
      trustedCerts: trusted.map((der) => Certificate.fromBER(bufferOf(der))),
      extendedMode: true,
    });
    if (verified.signatureVerified !== true) return refuse("TSA_SIGNATURE");
    const { signerCertificate } = verified;
    const mayTimestamp = signerCertificate instanceof Certificate && isForTimestamps(signerCertificate);
    return mayTimestamp ? ok(undefined) : refuse("TSA_UNTRUSTED");
  } catch (error) {
    const isChain = error instanceof SignedDataVerifyError && error.code === CHAIN_FAULT;
    return refuse(isChain ? "TSA_UNTRUSTED" : "TSA_SIGNATURE");
  }
};

/** RFC 3161 section 2.3: the certificate is for this purpose alone, and says so in a critical extension. */
const isForTimestamps = ({ extensions }: Certificate): boolean => {
  const usage = extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes: unknown = usage?.parsedValue?.keyPurposes;
  assert(purposes === undefined || Array.isArray(purposes), "the library lists purposes");
  return usage?.critical === true && purposes?.length === 1 && purposes[0] === TIME_STAMPING;
};
