// Everybody who signs, and what they sign before work begins.
import {
  accountKeysOf,
  beaconKeyOf,
  type SigningKey,
  type StatementBody,
  signingKeyOf,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, createTestRandom, redact, reveal, SECOND_MS, weekStartOf } from "@underseal/foundation";
import { cosignerKeyOf, encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";

export const WEEK = weekStartOf(Date.UTC(2026, 10, 18)) / SECOND_MS;
export const CONTRACT = "0197aaaa-0000-7000-8000-000000000001";
export const SLOT = WEEK / 600 + 60;
export const CLIENT = "0197aaaa-0000-7000-8000-00000000000c";
export const FREELANCER = "0197aaaa-0000-7000-8000-00000000000f";
export const DEVICE = "0197aaaa-0000-7000-8000-0000000000d1";
export const ROUND_SECONDS = 3;
/** Round `n` is published at second `3 n`. */
export const CLOCK = { genesis: ROUND_SECONDS, period: ROUND_SECONDS };

export const HASH_ZERO = bytesToBase64Url(new Uint8Array(32));

export const secretOf = (key: SigningKey): Uint8Array => reveal(key.secretKey);

/** Everybody's keys, the same for one seed. */
export const createWorld = (seed = 1) => {
  const random = createTestRandom(seed);
  const platform = signingKeyOf(random.bytes(32));
  const log = { name: "log.example/underseal1", seed: redact(random.bytes(32)) };
  const beaconSecret = random.bytes(32);
  return {
    random,
    client: accountKeysOf(redact(random.bytes(32)), 0),
    freelancer: accountKeysOf(redact(random.bytes(32)), 0),
    stranger: accountKeysOf(redact(random.bytes(32)), 0),
    device: signingKeyOf(random.bytes(32)),
    platform,
    log,
    beaconSecret,
    beaconKey: beaconKeyOf(beaconSecret),
    witnesses: ["one", "two", "three"].map((name) => ({ name: `${name}.example`, seed: redact(random.bytes(32)) })),
  };
};

/** Who watches the log: its line, those of the three witnesses w1, w2 and w3, and the rules (groups, quorum) given. */
export const policyWith = (world: World, ...rules: readonly string[]): string => {
  const witnesses = world.witnesses.map((signer, i) => `witness w${i + 1} ${encodeVerifierKey(cosignerKeyOf(signer))}`);
  return [logLine(world), ...witnesses, ...rules, ""].join("\n");
};

const logLine = ({ log }: World): string => `log ${encodeVerifierKey(verifierKeyOf(log))}`;

/** Two of three witnesses; `operators`: each its own, or all of one. None where it is left out. */
export const policyOf = (world: World, operators?: "separate" | "one"): string => {
  if (operators === undefined) return `${logLine(world)}\nquorum none\n`;
  return operators === "separate"
    ? policyWith(world, "group q 2 w1 w2 w3", "quorum q")
    : // A group of one group: its members are one operator's.
      policyWith(world, "group q 2 w1 w2 w3", "group all 1 q", "quorum all");
};

export type World = ReturnType<typeof createWorld>;

const partyOf = (keys: World["client"], person: string) => ({
  person,
  generation: keys.generation,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

export const accountOf = (
  keys: World["client"],
  overrides: Partial<StatementBody<"account">> & { readonly person: string },
  signer = keys,
) =>
  signStatement(
    "account",
    {
      generation: keys.generation,
      sign: bytesToBase64Url(keys.signing.publicKey),
      seal: keys.sealing.recipient,
      at: WEEK - 90_000,
      ...overrides,
    },
    [secretOf(signer.signing)],
  );

export const clientAccount = (world: World) => accountOf(world.client, { person: CLIENT });
export const freelancerAccount = (world: World) => accountOf(world.freelancer, { person: FREELANCER });

export const deviceOf = (
  world: World,
  overrides: Partial<StatementBody<"device">> = {},
  signer: World["client"] = world.freelancer,
) =>
  signStatement(
    "device",
    {
      person: FREELANCER,
      generation: 0,
      device: DEVICE,
      sign: bytesToBase64Url(world.device.publicKey),
      notBefore: WEEK - 80_000,
      notAfter: WEEK + 30_000_000,
      ...overrides,
    },
    [secretOf(signer.signing)],
  );

export const termsOf = (
  world: World,
  overrides: Partial<StatementBody<"terms">> = {},
  signers: readonly World["client"][] = [world.client, world.freelancer],
) =>
  signStatement(
    "terms",
    {
      contract: CONTRACT,
      version: 1,
      previous: HASH_ZERO,
      client: partyOf(world.client, CLIENT),
      freelancer: partyOf(world.freelancer, FREELANCER),
      validFrom: WEEK - 70_000,
      profile: "sealed",
      rate: { amountMinor: 6_000, currency: "EUR" },
      feePermille: 30,
      weeklyLimitMinutes: 2_400,
      manualTime: false,
      funding: "deposit",
      depositMinor: 100_000,
      protection: "protection/1",
      redaction: "structure",
      treeSize: 1024,
      draw: { odds: 100, beacon: { ...CLOCK, publicKey: bytesToBase64Url(world.beaconKey) } },
      log: policyOf(world),
      platform: bytesToBase64Url(world.platform.publicKey),
      ...overrides,
    },
    signers.map(({ signing }) => secretOf(signing)),
  );
