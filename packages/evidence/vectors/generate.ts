// Writes protocol.json: the protocol's values for fixed inputs. Other implementations can be held to them, and a
// change of ours that would orphan what was signed before shows as a changed file. Run it only for a new version of
// the protocol: node tools/run.mjs node packages/evidence/vectors/generate.ts
import { readFileSync, writeFileSync } from "node:fs";
import { bytesToBase64Url, bytesToHex, redact, reveal, utf8ToBytes } from "@underseal/foundation";
import { derivedRecipient } from "../src/age-wrap.ts";
import {
  accountKeysOf,
  beaconKeyOf,
  buildTree,
  commitment,
  deviceRandomness,
  drawCommitment,
  drawnRounds,
  encodeMap,
  isDrawn,
  keyIdOf,
  logEntryOf,
  phraseOf,
  randomnessOf,
  recoveryCodeOf,
  recoveryKeyOf,
  roundTime,
  sha256,
  type StatementName,
  signRound,
  signStatement,
  weekRootOf,
  wrapKeyOf,
} from "../src/index.ts";
import { padmeLength } from "../src/padding.ts";
import { leafKinds, saltKeyOf, saltOf } from "../src/tree.ts";
import { sampleBodies, sampleKeys, sampleSecret } from "../test/samples.ts";

const FILE = new URL("./protocol.json", import.meta.url);

const statementVector = (name: StatementName) => {
  const key = sampleKeys(2).signing;
  const statement = signStatement(name, sampleBodies[name], [reveal(key.secretKey)]);
  const { bodyHash, hash, envelope } = statement;
  return { name, envelope, bodyHash: bytesToHex(bodyHash), hash: bytesToHex(hash), entry: bytesToHex(logEntryOf(hash)) };
};

const accountVector = (generation: number) => {
  const seed = sampleSecret(21);
  const { signing, sealing } = accountKeysOf(redact(seed), generation);
  return {
    seed: bytesToHex(seed),
    generation,
    signSecret: bytesToHex(reveal(signing.secretKey)),
    sign: bytesToHex(signing.publicKey),
    keyId: keyIdOf(signing.publicKey),
    identity: reveal(sealing.identity),
    recipientHash: bytesToHex(sha256(utf8ToBytes(sealing.recipient))),
  };
};

const treeVector = (size: number) => {
  const secret = sampleSecret(22);
  const leaves = Array.from({ length: size }, (_, i) => ({
    kind: [leafKinds.header, leafKinds.context, leafKinds.pixels, leafKinds.masked][i % 4] ?? leafKinds.padding,
    payload: i % 4 === 3 ? new Uint8Array() : utf8ToBytes(`payload ${i}`),
  }));
  return {
    secret: bytesToHex(secret),
    size,
    saltKey: bytesToHex(saltKeyOf(secret)),
    firstSalt: bytesToHex(saltOf(saltKeyOf(secret), 0)),
    wrapKey: bytesToHex(wrapKeyOf(secret)),
    root: bytesToHex(buildTree(secret, leaves).root),
  };
};

const wrapVector = async (ver: number) => {
  const wrapKey = wrapKeyOf(sampleSecret(22));
  const fileKey = sampleSecret(23).subarray(0, 16);
  const [stanza] = await derivedRecipient(sampleKeys(1).sealing.recipient, { wrapKey, ver }).wrapFileKey(fileKey);
  const body = bytesToHex(stanza?.body ?? new Uint8Array());
  const argumentsHash = bytesToHex(sha256(utf8ToBytes(stanza?.args.join(" ") ?? "")));
  return { wrapKey: bytesToHex(wrapKey), ver, fileKey: bytesToHex(fileKey), argumentsHash, body };
};

const drawVector = () => {
  const seed = sampleSecret(24);
  const rule = { person: sampleBodies.device.person, odds: 100 };
  const drawn = drawnRounds(rule, (round) => deviceRandomness(seed, round), { from: 598_262_400, to: 598_262_800 });
  return { ...rule, seed: bytesToHex(seed), commitment: bytesToHex(drawCommitment(seed)), drawn };
};

const beaconVector = () => {
  const secretKey = sampleSecret(30);
  const chain = { publicKey: beaconKeyOf(secretKey), genesis: 0, period: 3 };
  const rule = { person: sampleBodies.device.person, odds: 3 };
  const rounds = Array.from({ length: 6 }, (_, i) => {
    const signature = signRound(secretKey, i + 1);
    const isRoundDrawn = isDrawn(rule, randomnessOf(signature));
    return { round: i + 1, time: roundTime(chain, i + 1), signature: bytesToHex(signature), isDrawn: isRoundDrawn };
  });
  return { secretKey: bytesToHex(secretKey), ...chain, publicKey: bytesToHex(chain.publicKey), ...rule, rounds };
};

const weekVector = () => {
  const records = Array.from({ length: 5 }, (_, i) => ({
    slot: 2_991_312 + (i % 2),
    device: i < 3 ? "0197aaaa-0000-7000-8000-00000000000b" : "0197aaaa-0000-7000-8000-00000000000a",
    seq: i,
    hash: sampleSecret(40 + i),
  }));
  const root = bytesToHex(weekRootOf(records));
  return { records: records.map((record) => ({ ...record, hash: bytesToHex(record.hash) })), root };
};

const recoveryVector = () => {
  const entropy = sampleSecret(25);
  const code = reveal(recoveryCodeOf(entropy));
  const recipientHash = bytesToHex(sha256(utf8ToBytes(recoveryKeyOf(code)?.recipient ?? "")));
  return { entropy: bytesToHex(entropy), code, recipientHash };
};

/** All vectors, computed anew. */
export const computeVectors = async () => ({
  statements: (Object.keys(sampleBodies) as StatementName[]).map(statementVector), // `keys` forgets the names.
  accounts: [0, 1].map(accountVector),
  trees: [4, 1024].map(treeVector),
  wraps: await Promise.all([0, 1].map(wrapVector)),
  draw: drawVector(),
  beacon: beaconVector(),
  week: weekVector(),
  recovery: recoveryVector(),
  phrases: [1, 2].map((n) => ({ hash: bytesToHex(sampleSecret(n)), phrase: phraseOf(sampleSecret(n)) })),
  commitment: bytesToHex(commitment(sampleSecret(26), utf8ToBytes("content"))),
  map: bytesToBase64Url(encodeMap([0, 1, 2, 3, 3, 2, 1, 0])),
  padme: [0, 1, 2, 9, 100, 1_000, 99_999, 1_000_000].map((length) => ({ length, padded: padmeLength(length) })),
});

/** The vectors as they were frozen. */
export const readVectors = (): unknown => JSON.parse(readFileSync(FILE, "utf8"));

if (import.meta.main) writeFileSync(FILE, `${JSON.stringify(await computeVectors(), null, 2)}\n`);
