/** The body of an answer, or `null` where it is longer than allowed; what is too much is not read. */
export const readBody = async (response: Response, bytesMax: number): Promise<Buffer | null> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early ends the connection.
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > bytesMax) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
