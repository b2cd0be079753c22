import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { createTestRandom, redact } from "@underseal/foundation";
import { armor, Decrypter, Encrypter } from "age-encryption";
import { describe, expect, it } from "vitest";
import { derivedRecipient } from "../src/age-wrap.ts";
import { wrapKeyOf } from "../src/tree.ts";
import { client, freelancer, makeCapture, openWithAge, SECRET, sealAll, stranger } from "./capture.ts";
import { hasPublished, listPublished, readPublished, titleOf } from "./published.ts";

const FOLDER = "age/testdata";
const wrapKey = wrapKeyOf(SECRET);
const fileKey = createTestRandom(71).bytes(16);

const stanzaOf = async (recipient: string, ver: number, key = wrapKey) => {
  const [stanza] = await derivedRecipient(recipient, { wrapKey: key, ver }).wrapFileKey(fileKey);
  if (stanza === undefined) throw new Error("one stanza");
  return stanza;
};

describe("the verifiable wrap", () => {
  it("re-derives a stanza byte for byte from the wrap key, for each recipient", async () => {
    for (const { recipient } of [client, freelancer]) {
      expect(await stanzaOf(recipient, 2)).toEqual(await stanzaOf(recipient, 2));
    }
    expect((await stanzaOf(client.recipient, 0)).args).not.toEqual((await stanzaOf(freelancer.recipient, 0)).args);
  });

  it("gives every version and every capture other coins: a key and nonce are never used twice", async () => {
    const stanzas = [
      ...(await Promise.all([0, 1, 2, 256, 65_536].map((ver) => stanzaOf(client.recipient, ver)))),
      await stanzaOf(client.recipient, 0, wrapKeyOf(createTestRandom(72).bytes(32))),
    ];
    expect(new Set(stanzas.map(({ args }) => args.join())).size).toBe(stanzas.length);
    expect(new Set(stanzas.map(({ body }) => body.join())).size).toBe(stanzas.length);
  });

  it("opens with the stock library, beside stanzas that it made itself", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(stranger.recipient);
    encrypter.addRecipient(derivedRecipient(client.recipient, { wrapKey, ver: 1 }));
    const file = await encrypter.encrypt("text");
    for (const { identity } of [client, stranger]) {
      expect(new TextDecoder().decode(await openWithAge(file, identity))).toBe("text");
    }
    await expect(openWithAge(file, freelancer.identity)).rejects.toThrow();
  });

  it("stands in a visible blob as it can be derived again from the file key, and nowhere in the hidden one", async () => {
    const { visible, hidden } = await sealAll(makeCapture({ columns: 2, rows: 2, redacted: [1], ver: 3 }));
    const header = (file: Uint8Array) => new TextDecoder("latin1").decode(file).split("\n---")[0] ?? "";
    const arguments_ = [...header(visible).matchAll(/^-> mlkem768x25519 (\S+)$/gm)].map((match) => match[1]);
    // The encapsulation does not depend on the file key, so any file key shows whether the coins were the derived ones.
    const derived = await Promise.all([client, freelancer].map(({ recipient }) => stanzaOf(recipient, 3)));
    expect(arguments_).toEqual(derived.map(({ args }) => args[1]));
    const other = await stanzaOf(freelancer.recipient, 0);
    expect(header(hidden)).toContain("-> mlkem768x25519 ");
    for (const { args } of [...derived, other]) expect(header(hidden)).not.toContain(args[1]);
  });
});

/** `key: value` lines, an empty line, and the file, which may be compressed. */
const parseVector = (bytes: Uint8Array) => {
  const end = Buffer.from(bytes).indexOf("\n\n");
  const lines = Buffer.from(bytes.subarray(0, end)).toString().split("\n");
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}: `)).map((line) => line.slice(key.length + 2));
  const body = bytes.subarray(end + 2);
  return {
    expected: values("expect")[0],
    payload: values("payload")[0],
    identities: values("identity"),
    passphrases: values("passphrase"),
    isArmored: values("armored")[0] === "yes",
    file: values("compressed")[0] === "zlib" ? new Uint8Array(inflateSync(body)) : body,
  };
};

describe.skipIf(!hasPublished(FOLDER))(titleOf("the published vectors of age", FOLDER), () => {
  const names = listPublished(FOLDER);

  it("are there", () => {
    expect(names).toHaveLength(143);
  });

  it.each(names)("%s opens or fails as published", async (name) => {
    const { expected, payload, identities, passphrases, isArmored, file } = parseVector(
      readPublished(`${FOLDER}/${name}`),
    );
    const open = async () => {
      const decrypter = new Decrypter();
      for (const identity of identities) decrypter.addIdentity(identity);
      for (const passphrase of passphrases) decrypter.addPassphrase(passphrase);
      return decrypter.decrypt(isArmored ? armor.decode(new TextDecoder().decode(file)) : file);
    };
    if (expected === "success") {
      expect(
        createHash("sha256")
          .update(await open())
          .digest("hex"),
      ).toBe(payload);
    } else {
      await expect(open()).rejects.toThrow();
    }
  });
});

it("does not print an identity", () => {
  expect(String(redact("AGE-SECRET-KEY-PQ-1"))).toBe("<redacted>");
});
