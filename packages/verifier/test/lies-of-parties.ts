// One liar for each code about the form of a bundle, the parties, the terms and the devices.
import { bytesToBase64Url, utf8ToBytes } from "@underseal/foundation";
import type { VerificationCode } from "../src/index.ts";
import {
  accountOf,
  CLIENT,
  clientAccount,
  deviceOf,
  FREELANCER,
  freelancerAccount,
  SLOT,
  termsOf,
  WEEK,
} from "./builders.ts";
import {
  encode,
  honest,
  LATER_DEVICE,
  neutralKey,
  OTHER_ID,
  seed,
  terms,
  withChain,
  withFinish,
  world,
} from "./lying.ts";
import { revocationOf } from "./people.ts";
import { finishWeek } from "./weeks.ts";

type Lie = () => Uint8Array;

export const LIES_OF_PARTIES = {
  BUNDLE_NOT_CANONICAL: () => utf8ToBytes(JSON.stringify(finishWeek(honest).manifest, null, 1)),
  BUNDLE_MALFORMED: () => encode((bundle) => ({ ...bundle, extra: 1 })),
  BUNDLE_EMPTY: () => encode((bundle) => ({ ...bundle, records: [] })),
  BUNDLE_TRUNCATED: () => withFinish({}).subarray(0, -1),
  WEEK_INVALID: () => encode((bundle) => ({ ...bundle, week: WEEK + 86_400 })),
  STATEMENT_MALFORMED: () => encode((bundle) => ({ ...bundle, devices: bundle.accounts })),
  BUNDLE_TOO_COSTLY: () => {
    const beaconOf = (n: number) => ({
      genesis: 1,
      period: 3,
      publicKey: bytesToBase64Url(new Uint8Array(96).fill(n)),
    });
    const versions = Array.from({ length: 8 }, (_, n) =>
      termsOf(world, { version: n + 2, draw: { odds: 100, beacon: beaconOf(n) } }),
    );
    return withFinish({ terms: [terms, ...versions] });
  },
  ACCOUNT_SIGNATURE_INVALID: () =>
    withFinish({ accounts: [accountOf(world.client, { person: CLIENT }, world.stranger), freelancerAccount(world)] }),
  ACCOUNT_REPEATED: () =>
    withFinish({
      accounts: [clientAccount(world), freelancerAccount(world), accountOf(world.client, { person: CLIENT, at: WEEK })],
    }),
  ACCOUNT_UNUSED: () =>
    withFinish({
      accounts: [clientAccount(world), freelancerAccount(world), accountOf(world.stranger, { person: OTHER_ID })],
    }),
  TERMS_CONTRACT_MISMATCH: () => withFinish({ terms: [termsOf(world, { contract: OTHER_ID })] }),
  TERMS_PARTY_UNKNOWN: () => withFinish({ accounts: [freelancerAccount(world)] }),
  TERMS_PARTIES_CHANGED: () => {
    const party = { ...terms.body.client, person: OTHER_ID };
    const next = termsOf(world, { version: 2, previous: bytesToBase64Url(terms.hash), client: party });
    const accounts = [clientAccount(world), freelancerAccount(world), accountOf(world.client, { person: OTHER_ID })];
    return withFinish({ terms: [terms, next], accounts });
  },
  TERMS_SIGNATURE_INVALID: () => withFinish({ terms: [termsOf(world, {}, [world.freelancer, world.client])] }),
  TERMS_CHAIN_BROKEN: () => withFinish({ terms: [terms, termsOf(world, { version: 2, previous: neutralKey })] }),
  TERMS_KEYS_INVALID: () => {
    const weak = termsOf(world, { platform: neutralKey });
    return withChain((chain) => chain.start(seed, SLOT * 600), {}, weak);
  },
  TERMS_UNUSED: () =>
    withFinish({ terms: [terms, termsOf(world, { version: 2, previous: bytesToBase64Url(terms.hash) })] }),
  DEVICE_REPEATED: () => withFinish({ devices: [deviceOf(world), deviceOf(world, { notAfter: WEEK + 900_000 })] }),
  /** A key that says of itself that it is the freelancer's next one: anybody can make it. */
  DEVICE_OWNER_UNKNOWN: () => {
    const next = accountOf(world.stranger, { person: FREELANCER, generation: 1 });
    return withFinish({
      accounts: [clientAccount(world), freelancerAccount(world), next],
      devices: [deviceOf(world, { generation: 1 }, world.stranger)],
    });
  },
  DEVICE_SIGNATURE_INVALID: () => withFinish({ devices: [deviceOf(world, {}, world.client)] }),
  DEVICE_KEY_INVALID: () => withFinish({ devices: [deviceOf(world, { sign: neutralKey })] }),
  DEVICE_UNUSED: () => withFinish({ devices: [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })] }),
  REVOCATION_MISPLACED: () => withFinish({ revocations: [revocationOf(world, { device: LATER_DEVICE })] }),
  REVOCATION_SIGNATURE_INVALID: () => withFinish({ revocations: [revocationOf(world, {}, world.stranger)] }),
} as const satisfies Partial<Record<VerificationCode, Lie>>;
