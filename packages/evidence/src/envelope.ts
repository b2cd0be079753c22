// DSSE envelopes (https://github.com/secure-systems-lab/dsse) around canonical JSON: protocol §3. The bytes of the
// body are what is signed, hashed and stored; nothing here serialises a body again to verify it.
import {
  assert,
  base64ToBytes,
  bytesToBase64,
  concatBytes,
  err,
  ok,
  type Result,
  utf8ToBytes,
} from "@underseal/foundation";
import { publicKeyOf, type SignedMessage, signEd25519 } from "@underseal/tlog";
import { z } from "zod";
import { sha256 } from "./hash.ts";
import { BODY_MAX_BYTES, encodeCanonical, type JsonValue, parseCanonical } from "./json.ts";
import { keyIdOf, verifySigned } from "./signing-keys.ts";
import { type StatementBody, type StatementName, statementSchemas } from "./statements.ts";

/** What travels: JSON with base64 (RFC 4648 §4) bytes. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().max(100),
  payload: z.string().max(Math.ceil((BODY_MAX_BYTES * 4) / 3) + 4),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(64), sig: z.string().max(128) }))
    .min(1)
    .max(4),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** A statement whose form was checked. Its signatures were not: see `isSignedBy`. */
export interface Statement<Name extends StatementName = StatementName> {
  readonly name: Name;
  readonly body: StatementBody<Name>;
  readonly bodyBytes: Uint8Array;
  readonly signatures: readonly { readonly keyid: string; readonly signature: Uint8Array }[];
  /** `H(body)`: how replays are recognised. */
  readonly bodyHash: Uint8Array;
  /** How other statements and the log refer to this one. */
  readonly hash: Uint8Array;
  readonly envelope: Envelope;
}

export interface StatementError {
  readonly code: "ENVELOPE_INVALID" | "BODY_NOT_CANONICAL" | "SCHEMA_INVALID";
  readonly detail: string;
}

const PAYLOAD_TYPE = /^application\/vnd\.underseal\.([a-z]+)\.v1\+json$/;

const payloadTypeOf = (name: StatementName): string => `application/vnd.underseal.${name}.v1+json`;

/** DSSE's pre-authentication encoding: the bytes that are signed. */
export const preAuthenticationEncoding = (payloadType: string, body: Uint8Array): Uint8Array =>
  concatBytes(utf8ToBytes(`DSSEv1 ${utf8ToBytes(payloadType).length} ${payloadType} ${body.length} `), body);

const STATEMENT_LABEL = utf8ToBytes("underseal/1/stmt\0");
const ENTRY_LABEL = utf8ToBytes("underseal/1/entry\0");

/** The 32 opaque bytes that stand in the public log for a statement. */
export const logEntryOf = (statementHash: Uint8Array): Uint8Array => sha256(ENTRY_LABEL, statementHash);

/** A key that cannot be had as bytes, because a security chip holds it. */
export interface StatementSigner {
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Signs a body with one or more keys, in the order given: Ed25519 secret keys (32 bytes each), or what signs. */
export const signStatement = <Name extends StatementName>(
  name: Name,
  body: StatementBody<Name>,
  keys: readonly (Uint8Array | StatementSigner)[],
): Statement<Name> => {
  // Every schema describes plain JSON; its type is the same value seen without the field names.
  const bodyBytes = encodeCanonical(body as unknown as JsonValue);
  const payloadType = payloadTypeOf(name);
  const message = preAuthenticationEncoding(payloadType, bodyBytes);
  const signatures = keys.map((key) => signatureBy(key, message));
  const read = readStatement({ payloadType, payload: bytesToBase64(bodyBytes), signatures }, name);
  assert(read.ok, `what we sign can be read again (${read.ok ? "" : read.error.detail})`);
  return read.value;
};

/** Adds the signature of a second party to a statement, over the very same bytes. */
export const countersign = <Name extends StatementName>(
  statement: Statement<Name>,
  secretKey: Uint8Array,
): Statement<Name> => {
  const message = preAuthenticationEncoding(statement.envelope.payloadType, statement.bodyBytes);
  const signatures = [...statement.envelope.signatures, signatureBy(secretKey, message)];
  const read = readStatement({ ...statement.envelope, signatures }, statement.name);
  assert(read.ok, "a countersigned statement can be read");
  return read.value;
};

const signatureBy = (key: Uint8Array | StatementSigner, message: Uint8Array): Envelope["signatures"][number] => {
  const { publicKey, sign } = key instanceof Uint8Array ? signerOf(key) : key;
  return { keyid: keyIdOf(publicKey), sig: bytesToBase64(sign(message)) };
};

const signerOf = (seed: Uint8Array): StatementSigner => ({
  publicKey: publicKeyOf(seed),
  sign: (message) => signEd25519({ seed, message }),
});

/** Reads an envelope of the expected kind as hostile input: form, canonical bytes, schema. Not signatures. */
export const readStatement = <Name extends StatementName>(
  input: unknown,
  expected: Name,
): Result<Statement<Name>, StatementError> => {
  const statement = readAnyStatement(input);
  if (!statement.ok) return statement;
  if (statement.value.name !== expected) {
    return err({ code: "ENVELOPE_INVALID", detail: `expected a ${expected}, this is a ${statement.value.name}` });
  }
  // The name was just compared.
  return ok(statement.value as Statement as Statement<Name>);
};

/** Reads an envelope of whatever kind its payload type names. */
export const readAnyStatement = (input: unknown): Result<Statement, StatementError> => {
  const envelope = envelopeSchema.safeParse(input);
  if (!envelope.success) return err({ code: "ENVELOPE_INVALID", detail: firstIssue(envelope.error) });
  const name = nameOf(envelope.data.payloadType);
  if (name === null) return err({ code: "ENVELOPE_INVALID", detail: "the payload type names no known statement" });
  const bodyBytes = base64ToBytes(envelope.data.payload);
  if (bodyBytes === null) return err({ code: "ENVELOPE_INVALID", detail: "the payload is not canonical base64" });
  const signatures = envelope.data.signatures.map(({ keyid, sig }) => ({ keyid, signature: base64ToBytes(sig) }));
  if (!signatures.every(hasSignature)) {
    return err({ code: "ENVELOPE_INVALID", detail: "a signature is not 64 bytes of canonical base64" });
  }
  const json = parseCanonical(bodyBytes);
  if (!json.ok) return err({ code: json.error, detail: "the body is not canonical JSON of at most 16 KiB" });
  const body = statementSchemas[name].safeParse(json.value);
  if (!body.success) return err({ code: "SCHEMA_INVALID", detail: firstIssue(body.error) });
  return ok(describe({ name, body: body.data, bodyBytes, signatures, envelope: envelope.data }));
};

/** Whether exactly these keys signed, one signature each, in this order. The keys must be acceptable (strict). */
export const isSignedBy = (statement: Statement, publicKeys: readonly Uint8Array[]): boolean =>
  claimsOf(statement, publicKeys)?.every(verifySigned) ?? false;

/** What is to be verified, where the signatures name just these keys. */
export const claimsOf = (statement: Statement, publicKeys: readonly Uint8Array[]): readonly SignedMessage[] | null => {
  if (statement.signatures.length !== publicKeys.length) return null;
  const message = preAuthenticationEncoding(statement.envelope.payloadType, statement.bodyBytes);
  const claims: SignedMessage[] = [];
  for (const [i, publicKey] of publicKeys.entries()) {
    const { keyid, signature } = statement.signatures[i] ?? {};
    if (signature === undefined || keyid !== keyIdOf(publicKey)) return null;
    claims.push({ publicKey, message, signature });
  }
  return claims;
};

type Parts = Omit<Statement, "hash" | "bodyHash">;

const describe = (parts: Parts): Statement => {
  const bodyHash = sha256(parts.bodyBytes);
  const hash = sha256(STATEMENT_LABEL, bodyHash, ...parts.signatures.map(({ signature }) => signature));
  return { ...parts, bodyHash, hash };
};

const nameOf = (payloadType: string): StatementName | null => {
  const name = PAYLOAD_TYPE.exec(payloadType)?.[1];
  // `hasOwn` keeps names like "constructor" out; after it the name is one of the table's.
  return name !== undefined && Object.hasOwn(statementSchemas, name) ? (name as StatementName) : null;
};

const hasSignature = (entry: {
  readonly keyid: string;
  readonly signature: Uint8Array | null;
}): entry is { readonly keyid: string; readonly signature: Uint8Array } => entry.signature?.length === 64;

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return issue === undefined
    ? "not of the documented form"
    : `${issue.path.join(".") || "the value"}: ${issue.message}`;
};
