import { isSignedBy, readStatement, type Statement, sha256 } from "@underseal/evidence";
import { bytesToBase64Url, type ContractId, HOUR_MS, type PersonId, slotEndMs, slotOf } from "@underseal/foundation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getBlob, putBlob } from "../../src/evidence/blobs.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import {
  codeOf,
  createWorld,
  NINE_MS,
  ROUND_SECONDS,
  random,
  type TestContract,
  toSeconds,
  type World,
} from "./world.ts";

let world: World;
let contract: TestContract;
let tracker: Tracker;
let capture: Statement<"capture">;

const SLOT = slotOf(NINE_MS);

beforeAll(async () => {
  world = await createWorld();
  contract = await world.addContract();
  const device = await world.addDevice(contract.freelancer);
  tracker = createTracker(world, contract, device);
  world.clock.set(NINE_MS);
  await tracker.start();
  world.clock.set(slotEndMs(SLOT) + 4 * HOUR_MS);
});
afterAll(() => world.stop());

let round = toSeconds(NINE_MS) / ROUND_SECONDS;
let visible: Uint8Array;
let hidden: Uint8Array;

const nameOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });

beforeEach(async () => {
  round += 1;
  capture = await tracker.capture(round);
  [visible, hidden] = [random.bytes(65_000), random.bytes(333)];
});

const disclose = async (changes: { ver?: number; visible?: { digest: string; bytes: number } } = {}) =>
  expect(
    codeOf(await tracker.disclose(capture, { visible: nameOf(visible), hidden: nameOf(hidden), ...changes })),
  ).toBe("ok");

async function* inPieces(bytes: Uint8Array, pieceBytes = 20_000) {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

const upload = (bytes: Uint8Array, digest = nameOf(bytes).digest, personId: PersonId = contract.freelancer.personId) =>
  putBlob(world.deps, { personId, digest, source: inPieces(bytes) });

const fetched = async (personId: PersonId, digest: string) => {
  const found = await getBlob(world.deps, personId, digest);
  if (!found.ok) return found.error.code;
  const pieces: Uint8Array[] = [];
  for await (const piece of found.value) pieces.push(piece);
  return Buffer.concat(pieces);
};

test("a named blob is stored and receipted, and fetched by both parties; the hidden one by the freelancer alone", async () => {
  await disclose();
  const stored = await upload(visible);
  if (!stored.ok) throw new Error(stored.error.code);
  const receipt = readStatement(stored.value.receipt, "receipt");
  if (!receipt.ok) throw new Error(receipt.error.detail);
  expect(isSignedBy(receipt.value, [world.platform.publicKey])).toBe(true);
  expect(receipt.value.body).toEqual({
    contract: contract.contractId satisfies ContractId,
    ...nameOf(visible),
    at: toSeconds(world.clock.now()),
  });
  expect(codeOf(await upload(hidden))).toBe("ok");
  const [client, freelancer] = [contract.client.personId, contract.freelancer.personId];
  const { personId: stranger } = await world.addPerson("client");
  expect(await fetched(client, nameOf(visible).digest)).toEqual(Buffer.from(visible));
  expect(await fetched(freelancer, nameOf(visible).digest)).toEqual(Buffer.from(visible));
  expect(await fetched(freelancer, nameOf(hidden).digest)).toEqual(Buffer.from(hidden));
  expect(await fetched(client, nameOf(hidden).digest)).toBe("BLOB_UNKNOWN");
  expect(await fetched(stranger, nameOf(visible).digest)).toBe("BLOB_UNKNOWN");
});

test("the same blob again, later or at once, is answered with the same receipt", async () => {
  await disclose();
  const both = await Promise.all([upload(visible), upload(visible)]);
  world.clock.advance(HOUR_MS);
  const third = await upload(visible);
  const receipts = [...both, third].map((answer) =>
    answer.ok ? answer.value.receipt.signatures[0]?.sig : answer.error,
  );
  expect(new Set(receipts).size).toBe(1);
  expect(receipts[0]).toEqual(expect.any(String));
});

describe("what is not taken", () => {
  test("a blob that no disclosure names, and one that only a replaced disclosure names", async () => {
    expect(codeOf(await upload(visible))).toBe("BLOB_UNKNOWN");
    await disclose();
    for (const file of [visible, hidden]) expect(codeOf(await upload(file))).toBe("ok");
    await disclose({ ver: 1, visible: nameOf(random.bytes(10)) });
    expect(codeOf(await upload(visible))).toBe("BLOB_UNKNOWN");
    expect(codeOf(await upload(hidden))).toBe("ok");
  });

  test("a blob from somebody who is not the freelancer", async () => {
    await disclose();
    expect(codeOf(await upload(visible, nameOf(visible).digest, contract.client.personId))).toBe("BLOB_UNKNOWN");
  });

  test("other bytes than the digest says, and a blob that breaks off", async () => {
    await disclose();
    const other = random.bytes(visible.length);
    expect(codeOf(await upload(other, nameOf(visible).digest))).toBe("BLOB_DIGEST_MISMATCH");
    async function* broken() {
      yield visible.subarray(0, 10);
      throw new Error("the connection is gone");
    }
    const { digest } = nameOf(visible);
    const upload1 = putBlob(world.deps, { personId: contract.freelancer.personId, digest, source: broken() });
    expect(codeOf(await upload1)).toBe("UNAVAILABLE");
    expect(await fetched(contract.client.personId, digest)).toBe("BLOB_UNKNOWN");
    expect(codeOf(await upload(visible))).toBe("ok");
  });

  test.each([-1, 1])("a blob of the right digest whose disclosure is %i bytes off", async (difference) => {
    const { digest, bytes } = nameOf(visible);
    await disclose({ visible: { digest, bytes: bytes + difference } });
    expect(codeOf(await upload(visible))).toBe("BLOB_DIGEST_MISMATCH");
  });
});

describe("a stranger who knows the digests of another contract's blobs, and names them in a disclosure of their own,", () => {
  let mallory: { readonly contract: TestContract; readonly capture: Statement<"capture"> };

  beforeEach(async () => {
    await disclose();
    expect(codeOf(await upload(visible))).toBe("ok");
    expect(codeOf(await upload(hidden))).toBe("ok");
    const theirs = await world.addContract({ terms: { validFrom: toSeconds(NINE_MS) } });
    const other = createTracker(world, theirs, await world.addDevice(theirs.freelancer));
    await other.start();
    const theirCapture = await other.capture(toSeconds(world.clock.now()) / ROUND_SECONDS + 1);
    const named = { visible: nameOf(hidden), hidden: nameOf(visible) };
    expect(codeOf(await other.disclose(theirCapture, named))).toBe("ok");
    mallory = { contract: theirs, capture: theirCapture };
  });

  test("fetches neither", async () => {
    const { client, freelancer } = mallory.contract;
    expect(await fetched(client.personId, nameOf(hidden).digest)).toBe("BLOB_UNKNOWN");
    expect(await fetched(freelancer.personId, nameOf(hidden).digest)).toBe("BLOB_UNKNOWN");
    expect(await fetched(freelancer.personId, nameOf(visible).digest)).toBe("BLOB_UNKNOWN");
    expect(await fetched(contract.client.personId, nameOf(visible).digest)).toEqual(Buffer.from(visible));
  });

  test("gets no receipt without the bytes themselves", async () => {
    const { personId } = mallory.contract.freelancer;
    const { digest } = nameOf(hidden);
    expect(codeOf(await upload(random.bytes(hidden.length), digest, personId))).toBe("BLOB_DIGEST_MISMATCH");
    expect(codeOf(await upload(hidden.subarray(1), digest, personId))).toBe("BLOB_DIGEST_MISMATCH");
    expect(codeOf(await upload(new Uint8Array([...hidden, 0]), digest, personId))).toBe("BLOB_DIGEST_MISMATCH");
    expect(await fetched(mallory.contract.client.personId, digest)).toBe("BLOB_UNKNOWN");
    // Who has them has nothing to steal.
    expect(codeOf(await upload(hidden, digest, personId))).toBe("ok");
    expect(await fetched(mallory.contract.client.personId, digest)).toEqual(Buffer.from(hidden));
  });
});
