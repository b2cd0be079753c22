// A tracker's run in a process of its own, to be killed: its state directory, the relay's address and the demo clock
// come as arguments; one line for each event. The keys and terms are the same each time.
import { beaconKeyOf, signingKeyOf } from "@underseal/evidence";
import { bytesToBase64Url, createTestRandom, type DeviceId, ok } from "@underseal/foundation";
import { createBeaconRelay } from "../src/beacon/relay.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { trackRun } from "../src/session/run.ts";
import { closeInterruptedRun } from "../src/session/run-records.ts";
import { NO_TILES, newId, openOutbox, random, termsWith, testKeys } from "./outbox-world.ts";

const [directory = "", baseUrl = "", settings = "", contract = ""] = process.argv.slice(2);
const { realStartMs, simulatedStartMs, factor, genesis } = JSON.parse(settings);
const secret = createTestRandom(5).bytes(32);
const chain = { publicKey: beaconKeyOf(secret), genesis, period: 10 };
const keys = {
  ...testKeys(),
  deviceId: newId<DeviceId>(),
  signing: signingKeyOf(createTestRandom(6).bytes(32)),
};
const world = openOutbox(directory);
const deps = {
  ...world,
  ...{ keys, random, clock: createTrackerClock({ realStartMs, simulatedStartMs, factor }) },
  relay: createBeaconRelay({ baseUrl, fetch, timeoutMs: 500 }),
  capture: async () => {
    const root = bytesToBase64Url(random.bytes(32));
    return ok({ root, maskedPermille: 0, vaultFile: `/nowhere/${root}`, map: "", fallback: null, tiles: NO_TILES });
  },
  takeCounts: async () => ({ keys: 1, clicks: 0, wheel: 0, moves: 0 }),
  mapOf: () => new Uint8Array([0]),
  reviewEndMs: () => 0,
  onEvent: (event: unknown) => process.stdout.write(`${JSON.stringify(event)}\n`),
};
closeInterruptedRun(deps);
const terms = termsWith({ odds: 4, chain });
// The contract's id comes from the test, which made it.
await trackRun(deps, { contract: contract as never, terms, memo: "" }, { signal: new AbortController().signal });
