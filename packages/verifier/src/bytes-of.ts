import { assert, base64UrlToBytes } from "@underseal/foundation";

/** The bytes behind a hash or key whose base64url form the statement's schema has checked. */
export const bytesOf = (text: string): Uint8Array => {
  const bytes = base64UrlToBytes(text);
  assert(bytes !== null, "the schema has checked the form");
  return bytes;
};
