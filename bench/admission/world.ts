// Freelancers with devices and contracts, made over HTTP two days ago: the records of the bench are about the time
// since then, so that their instants, slots and rounds are as different as real ones.
import { beaconPaths, beaconRoundSchema, contractRoutes, createApi, deviceRoutes } from "@underseal/api";
import { type BeaconChain, roundAt, signingKeyOf } from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type Clock,
  createId,
  createSystemRandom,
  DAY_MS,
  type DeviceId,
  hexToBytes,
  reveal,
  SECOND_MS,
  slotEndMs,
  slotOf,
} from "@underseal/foundation";
import { createLogger, readConfig, startServer } from "@underseal/server";
import {
  agreeOnTerms,
  certifyWaitingDevice,
  createDeviceCode,
  createParty,
  fundDeposit,
  type Party,
} from "../../apps/cli/src/demo/parties.ts";
import { must } from "../../apps/cli/src/demo/session.ts";

const ROUNDS_PER_SLOT = 6;

export const random = createSystemRandom();

let agoMs = 2 * DAY_MS;
const shifted: Clock = { now: () => Date.now() - agoMs, monotonicMs: () => performance.now() };

/** One device's chain for one contract. */
export interface Chain {
  readonly contract: string;
  readonly terms: string;
  readonly device: string;
  readonly secretKey: Uint8Array;
  /** When its first record may be, in Unix seconds. */
  readonly startsAtS: number;
  /** The slots that this device tracks; the owner's other devices have the others. */
  readonly slots: readonly number[];
}

export interface World {
  readonly chains: readonly Chain[];
  readonly beacon: BeaconChain;
  /** Some rounds of each slot with their signatures, base64url. */
  readonly roundsBySlot: ReadonlyMap<number, readonly { readonly round: number; readonly sig: string }[]>;
}

export const environmentOf = (dataDir: string) => ({
  UNDERSEAL_DATA_DIR: dataDir,
  UNDERSEAL_PORT: "0",
  UNDERSEAL_LOG_LEVEL: "error",
  UNDERSEAL_RATE_LIMIT: "0",
});

export const createWorld = async (
  dataDir: string,
  { freelancers, devicesEach }: { readonly freelancers: number; readonly devicesEach: number },
): Promise<World> => {
  const config = readConfig(environmentOf(dataDir));
  if (!config.ok) throw new Error("the environment of the bench is not one");
  const logger = createLogger({ level: "error" });
  const started = await startServer(config.value, { clock: shifted, random, logger });
  if (!started.ok) throw new Error(started.error.message);
  const { url, stop } = started.value;
  const deps = { clock: shifted, random, baseUrl: url };
  const client = await createParty(deps, { name: "Client", kind: "client" });
  const chains: Chain[] = [];
  for (let i = 0; i < freelancers; i += 1) chains.push(...(await addFreelancer(deps, client, devicesEach)));
  const beacon = await readBeacon(url, chains);
  await stop();
  return { chains, ...beacon };
};

type Deps = Parameters<typeof createParty>[0];

const addFreelancer = async (deps: Deps, client: Party, devices: number): Promise<readonly Chain[]> => {
  const freelancer = await createParty(deps, { name: "Freelancer", kind: "freelancer" });
  // Every round is drawn, so that any may be captured; the draw is worked out all the same.
  const contract = await agreeOnTerms(deps, { client, freelancer, odds: 1 });
  await fundDeposit(deps, client, contract);
  const chains: Chain[] = [];
  for (let i = 0; i < devices; i += 1) {
    const { deviceId, secretKey } = await enrolDevice(deps, freelancer);
    const startsAtS = Math.floor(deps.clock.now() / SECOND_MS) + 1;
    const first = slotOf(startsAtS * SECOND_MS) + 1;
    const count = slotOf(Date.now()) - first - 1;
    const slots = Array.from({ length: count }, (_, n) => first + n).filter((slot) => slot % devices === i);
    const { contractId, termsHash } = contract;
    chains.push({ contract: contractId, terms: termsHash, device: deviceId, secretKey, startsAtS, slots });
  }
  return chains;
};

const enrolDevice = async (deps: Deps, freelancer: Party) => {
  const deviceId = createId<DeviceId>(deps);
  const key = signingKeyOf(random.bytes(32));
  const code = await createDeviceCode(freelancer);
  const api = createApi({ baseUrl: deps.baseUrl, fetch, timeoutMs: 30_000 });
  await must(api, deviceRoutes.requestEnrolment, { body: { code, deviceId, sign: bytesToBase64Url(key.publicKey) } });
  await certifyWaitingDevice(deps, freelancer);
  return { deviceId, secretKey: reveal(key.secretKey) };
};

/** Each asked for soon after its time: the server does not make old rounds for whoever asks. */
const readBeacon = async (url: string, chains: readonly Chain[]): Promise<Pick<World, "beacon" | "roundsBySlot">> => {
  const { beacon } = await must(createApi({ baseUrl: url, fetch, timeoutMs: 30_000 }), contractRoutes.getPlatform, {});
  const chain = { ...beacon, publicKey: base64UrlToBytes(beacon.publicKey) ?? new Uint8Array() };
  const slots = [...new Set(chains.flatMap((each) => each.slots))].toSorted((a, b) => a - b);
  const roundsBySlot = new Map<number, { round: number; sig: string }[]>();
  for (const slot of slots) {
    const last = roundAt(chain, slotEndMs(slot) / SECOND_MS) - 2;
    const rounds = Array.from({ length: ROUNDS_PER_SLOT }, (_, i) => last - 30 * i);
    agoMs = Date.now() - slotEndMs(slot);
    roundsBySlot.set(slot, await Promise.all(rounds.map((round) => readRound(url, round))));
  }
  return { beacon: chain, roundsBySlot };
};

const readRound = async (url: string, round: number) => {
  const response = await fetch(url + beaconPaths.round(round));
  const { signature } = beaconRoundSchema.parse(await response.json());
  return { round, sig: bytesToBase64Url(hexToBytes(signature) ?? new Uint8Array()) };
};
