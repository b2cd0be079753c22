// Makes bundles as an honest platform would, with every part open to a lie: records are written one by one, each
// with its own overrides, and signed after them.
import {
  BUNDLE_FORMAT,
  type Bundle,
  commitment,
  type DeviceRecordName,
  drawCommitment,
  drawnRounds,
  encodeBundle,
  logEntryOf,
  type SigningKey,
  type Statement,
  type StatementBody,
  sha256,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64, bytesToBase64Url, utf8ToBytes } from "@underseal/foundation";
import {
  appendedNodes,
  encodeTlogProof,
  foldProof,
  foldRoot,
  inclusionProofNodes,
  leafHash,
  signCheckpoint,
} from "@underseal/tlog";

import {
  CONTRACT,
  clientAccount,
  createWorld,
  DEVICE,
  deviceOf,
  FREELANCER,
  freelancerAccount,
  HASH_ZERO,
  ROUND_SECONDS,
  SLOT,
  secretOf,
  termsOf,
  WEEK,
  type World,
} from "./parties.ts";

type Record = { readonly [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

type Overrides<Name extends DeviceRecordName> = Partial<StatementBody<Name>>;

export interface ChainOptions {
  readonly terms: Statement<"terms">;
  readonly device?: string;
  readonly key?: SigningKey;
}

/** Writes one device's records, each linked to the one before. */
export const createChain = (world: World, options: ChainOptions) => {
  const records: Record[] = [];
  const append = <Name extends DeviceRecordName>(name: Name, own: Omit<StatementBody<Name>, keyof Chained>) => {
    const last = records.at(-1);
    const chained: Chained = {
      contract: CONTRACT,
      terms: bytesToBase64Url(options.terms.hash),
      device: options.device ?? DEVICE,
      seq: last === undefined ? 0 : last.body.seq + 1,
      prev: last === undefined ? HASH_ZERO : bytesToBase64Url(last.hash),
      at: WEEK,
      nonce: bytesToBase64Url(world.random.bytes(32)),
    };
    // The two parts make up the whole body; TypeScript cannot add them for a generic name.
    const body = { ...chained, ...own } as unknown as StatementBody<Name>;
    const statement = signStatement(name, body, [secretOf(options.key ?? world.device)]);
    records.push(statement as unknown as Record);
    return statement;
  };
  return {
    records,
    start: (drawSeed: Uint8Array, at: number, overrides: Overrides<"start"> = {}) =>
      append("start", {
        at,
        beacon: { round: Math.floor(at / ROUND_SECONDS) },
        drawC: bytesToBase64Url(drawCommitment(drawSeed)),
        ...overrides,
      } as StatementBody<"start">),
    capture: (round: number, overrides: Overrides<"capture"> = {}) =>
      append("capture", {
        at: round * ROUND_SECONDS + 1,
        beacon: { round },
        root: bytesToBase64Url(world.random.bytes(32)),
        masked: 50,
        ...overrides,
      } as StatementBody<"capture">),
    segment: (slot: number, overrides: Overrides<"segment"> = {}) =>
      append("segment", {
        at: (slot + 1) * 600,
        slot,
        minutes: 10,
        stop: false,
        captures: [],
        activity: 5,
        activityC: bytesToBase64Url(world.random.bytes(32)),
        work: false,
        workC: bytesToBase64Url(commitment(world.random.bytes(32), utf8ToBytes("[]"))),
        mode: "working",
        manual: false,
        ...overrides,
      } as StatementBody<"segment">),
    disclosure: (
      {
        capture,
        visible,
        hidden,
      }: { readonly capture: Uint8Array; readonly visible: Uint8Array; readonly hidden: Uint8Array },
      overrides: Overrides<"disclosure"> = {},
    ) =>
      append("disclosure", {
        at: (SLOT + 1) * 600 + 30,
        capture: bytesToBase64Url(capture),
        ver: 0,
        mapC: bytesToBase64Url(world.random.bytes(32)),
        redacted: 100,
        wrapC: bytesToBase64Url(world.random.bytes(32)),
        visible: fileOf(visible),
        hidden: fileOf(hidden),
        ...overrides,
      } as StatementBody<"disclosure">),
  };
};

interface Chained {
  readonly contract: string;
  readonly terms: string;
  readonly device: string;
  readonly seq: number;
  readonly prev: string;
  readonly at: number;
  readonly nonce: string;
}

export type Chain = ReturnType<typeof createChain>;

const fileOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });

/** What the tests may make wrong after the records are written. */
export interface Finish {
  readonly accounts?: readonly Statement<"account">[];
  readonly devices?: readonly Statement<"device">[];
  readonly terms?: readonly Statement<"terms">[];
  readonly records?: readonly Record[];
  readonly blobs?: readonly Uint8Array[];
  readonly receipts?: readonly Statement<"receipt">[];
  readonly arrivalOf?: (record: Record) => Statement<"arrival">;
  readonly proofOf?: (proof: string, index: number) => string;
  readonly week?: number;
}

export const receiptOf = (
  world: World,
  bytes: Uint8Array,
  overrides: Partial<StatementBody<"receipt">> = {},
  signer = world.platform,
) =>
  signStatement("receipt", { contract: CONTRACT, ...fileOf(bytes), at: WEEK + 40_000, ...overrides }, [
    secretOf(signer),
  ]);

export const arrivalOf = (
  world: World,
  record: Record,
  overrides: Partial<StatementBody<"arrival">> = {},
  signer = world.platform,
) =>
  signStatement(
    "arrival",
    { contract: CONTRACT, statement: bytesToBase64Url(record.hash), at: record.body.at + 2, ...overrides },
    [secretOf(signer)],
  );

/** Logs the records and puts everything together. */
export const finishBundle = (world: World, finish: Finish & { readonly records: readonly Record[] }): Bundle => {
  const { records, blobs = [] } = finish;
  const proofs = proveAll(world, records);
  return {
    format: BUNDLE_FORMAT,
    contract: CONTRACT,
    week: finish.week ?? WEEK,
    accounts: (finish.accounts ?? [clientAccount(world), freelancerAccount(world)]).map(({ envelope }) => envelope),
    devices: (finish.devices ?? [deviceOf(world)]).map(({ envelope }) => envelope),
    terms: (finish.terms ?? [termsOf(world)]).map(({ envelope }) => envelope),
    records: records.map((record, index) => ({
      envelope: record.envelope,
      arrival: (finish.arrivalOf?.(record) ?? arrivalOf(world, record)).envelope,
      proof: finish.proofOf?.(proofs[index] ?? "", index) ?? proofs[index] ?? "",
    })),
    receipts: (finish.receipts ?? blobs.map((bytes) => receiptOf(world, bytes))).map(({ envelope }) => envelope),
    blobs: blobs.map((bytes) => ({ digest: fileOf(bytes).digest, bytes: bytesToBase64(bytes) })),
  };
};

/** A log of the records alone, all proven up to one checkpoint. */
export const proveAll = (
  world: World,
  records: readonly { readonly hash: Uint8Array }[],
  { signer = world.log }: { readonly signer?: World["log"] } = {},
): string[] => {
  const nodes = new Map<string, Uint8Array>();
  const read = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  const leafHashes = records.map(({ hash }) => leafHash(logEntryOf(hash)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read }))
    nodes.set(`${level}/${index}`, hash);
  const size = records.length;
  const checkpoint = signCheckpoint({ origin: signer.name, size, root: foldRoot(size, read) }, signer);
  return records.map((_, index) =>
    encodeTlogProof({ index, hashes: foldProof(inclusionProofNodes({ index, size }), read), checkpoint }),
  );
};

export interface HonestWeek {
  readonly world: World;
  readonly terms: Statement<"terms">;
  readonly chain: Chain;
  readonly drawSeed: Uint8Array;
  readonly captures: readonly Statement<"capture">[];
  readonly blobs: readonly Uint8Array[];
}

/** Seeds of the device's draws. This one draws once in the first slot and twice in the second. */
const RICH_SEED = 19;

export const drawSeedOf = (n: number): Uint8Array => sha256(utf8ToBytes(`draw seed ${n}`));

/** One run over `slots` segments, every drawn capture made, listed and disclosed. */
export const writeHonestWeek = ({
  slots = 1,
  seed = 1,
  blobBytes = 96,
  terms: termsOverrides = {},
}: {
  readonly slots?: number;
  readonly seed?: number;
  readonly blobBytes?: number;
  readonly terms?: Partial<StatementBody<"terms">>;
} = {}): HonestWeek => {
  const world = createWorld(seed);
  const terms = termsOf(world, termsOverrides);
  const chain = createChain(world, { terms });
  const drawSeed = drawSeedOf(RICH_SEED);
  const startAt = SLOT * 600;
  const rule = { seed: drawSeed, person: FREELANCER, odds: terms.body.draw.odds };
  chain.start(drawSeed, startAt);
  const captures: Statement<"capture">[] = [];
  const blobs: Uint8Array[] = [];
  for (let slot = SLOT; slot < SLOT + slots; slot += 1) {
    const from = Math.max((slot * 600) / ROUND_SECONDS, startAt / ROUND_SECONDS + 1);
    const made = drawnRounds(rule, { from, to: ((slot + 1) * 600) / ROUND_SECONDS }).map((round) =>
      chain.capture(round),
    );
    const stop = slot === SLOT + slots - 1;
    chain.segment(slot, {
      captures: made.map(({ hash }) => bytesToBase64Url(hash)),
      stop,
      ...(stop ? { drawSeed: bytesToBase64Url(drawSeed) } : {}),
    });
    for (const { hash } of made) {
      const visible = world.random.bytes(blobBytes);
      const hidden = world.random.bytes(blobBytes);
      chain.disclosure({ capture: hash, visible, hidden }, { at: (slot + 1) * 600 + 30 });
      blobs.push(visible, hidden);
    }
    captures.push(...made);
  }
  return { world, terms, chain, drawSeed, captures, blobs };
};

export const finishWeek = (week: HonestWeek, finish: Finish = {}): Bundle =>
  finishBundle(week.world, {
    terms: [week.terms],
    blobs: week.blobs,
    ...finish,
    records: finish.records ?? week.chain.records,
  });

export const bytesOfWeek = (week: HonestWeek, finish: Finish = {}): Uint8Array =>
  encodeBundle(finishWeek(week, finish));

export * from "./parties.ts";
