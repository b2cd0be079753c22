// What the terms say in words about the beacon and the log's witnesses.
import { QUICKNET } from "@underseal/evidence";
import { bytesToBase64Url, createTestRandom, redact } from "@underseal/foundation";
import { cosignerKeyOf, encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import { expect, it } from "vitest";
import { beaconKindOf, watchedLogOf } from "../src/features/contracts/sources.ts";

const random = createTestRandom(4);
const signer = (name: string) => ({ name, seed: redact(random.bytes(32)) });
const witness = (name: string) => `witness ${name} ${encodeVerifierKey(cosignerKeyOf(signer(`${name}.example/w`)))}\n`;
const LOG = `log ${encodeVerifierKey(verifierKeyOf(signer("log.example/underseal")))}\n`;

const quicknet = { ...QUICKNET, publicKey: bytesToBase64Url(QUICKNET.publicKey) };

it("knows drand's quicknet by its key, its beginning and its period", () => {
  expect(beaconKindOf({ draw: { odds: 100, beacon: quicknet } })).toBe("quicknet");
  for (const change of [{ publicKey: "A".repeat(128) }, { genesis: 1 }, { period: 30 }]) {
    expect(beaconKindOf({ draw: { odds: 100, beacon: { ...quicknet, ...change } } })).toBe("own");
  }
});

it.each([
  ["none", `${LOG}quorum none\n`, { witnesses: [], needed: 0, operators: 0 }],
  ["one", `${LOG}${witness("a")}quorum a\n`, { witnesses: ["a"], needed: 1, operators: 1 }],
  [
    "two of three that stand for themselves",
    `${LOG}${witness("a")}${witness("b")}${witness("c")}group q 2 a b c\nquorum q\n`,
    { witnesses: ["a", "b", "c"], needed: 2, operators: 3 },
  ],
  [
    "two of one operator, who count as one, and one more",
    `${LOG}${witness("a")}${witness("b")}${witness("c")}group firm 1 a b\ngroup q 2 firm c\nquorum q\n`,
    { witnesses: ["a", "b", "c"], needed: 2, operators: 2 },
  ],
])("counts the witnesses: %s", (_, log, expected) => {
  expect(watchedLogOf({ log })).toEqual({ name: "log.example/underseal", ...expected });
});

it("says nothing of a policy that cannot be read", () => {
  expect(watchedLogOf({ log: "log nothing\nquorum none\n" })).toBeNull();
});
