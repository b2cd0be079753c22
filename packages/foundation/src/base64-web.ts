// Base64 with what every browser has.

const CHUNK_BYTES = 0x8000;

export const encodeBase64 = (bytes: Uint8Array): string => {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK_BYTES) {
    parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK_BYTES)));
  }
  return btoa(parts.join(""));
};

/** `null` where it is not base64. */
export const decodeBase64 = (text: string): Uint8Array | null => {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
};
