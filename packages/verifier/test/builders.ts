// Makes bundles as an honest platform would, with every part open to a lie: records are written one by one, each
// with its own overrides, and signed after them.
import {
  BUNDLE_FORMAT,
  type BundleManifest,
  commitment,
  type DeviceRecordName,
  deviceRandomness,
  drawCommitment,
  drawnRounds,
  encodeManifest,
  logEntryOf,
  type SigningKey,
  type Statement,
  type StatementBody,
  sha256,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, utf8ToBytes } from "@underseal/foundation";
import {
  addSignatures,
  appendedNodes,
  consistencyProofNodes,
  cosignText,
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
  readonly revocations?: readonly Statement<"revocation">[];
  readonly conflicts?: readonly Statement[];
  readonly acknowledgements?: readonly Statement<"acknowledgement">[];
  readonly weekStatement?: Statement<"week">;
  readonly rounds?: BundleManifest["rounds"];
  /** Of the log's entries in the order terms, records, revocations, week statement. */
  readonly log?: LogOptions;
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

/** Logs the statements and puts everything together: the manifest, and the sealed files behind it. */
export const finishBundle = (world: World, finish: Finish & { readonly records: readonly Record[] }): MadeBundle => {
  const { records, blobs = [], terms = [termsOf(world)], revocations = [], weekStatement } = finish;
  const weekStatements = weekStatement === undefined ? [] : [weekStatement];
  const { proofs, consistency } = proveAll(
    world,
    [...terms, ...records, ...revocations, ...weekStatements],
    finish.log,
  );
  const logged = <S extends Statement>(statements: readonly S[], from: number) =>
    statements.map(({ envelope }, i) => ({ envelope, proof: proofs[from + i] ?? "" }));
  const fromRecords = terms.length;
  const fromRevocations = fromRecords + records.length;
  return {
    manifest: {
      format: BUNDLE_FORMAT,
      contract: CONTRACT,
      week: finish.week ?? WEEK,
      accounts: (finish.accounts ?? [clientAccount(world), freelancerAccount(world)]).map(({ envelope }) => envelope),
      devices: (finish.devices ?? [deviceOf(world)]).map(({ envelope }) => envelope),
      revocations: logged(revocations, fromRevocations),
      terms: logged(terms, 0),
      records: records.map((record, index) => {
        const proof = proofs[fromRecords + index] ?? "";
        return {
          envelope: record.envelope,
          arrival: (finish.arrivalOf?.(record) ?? arrivalOf(world, record)).envelope,
          proof: finish.proofOf?.(proof, index) ?? proof,
        };
      }),
      conflicts: (finish.conflicts ?? []).map(({ envelope }) => envelope),
      acknowledgements: (finish.acknowledgements ?? []).map(({ envelope }) => envelope),
      weekStatements: logged(weekStatements, fromRevocations + revocations.length),
      consistency,
      rounds: [...(finish.rounds ?? [])],
      receipts: (finish.receipts ?? blobs.map((bytes) => receiptOf(world, bytes))).map(({ envelope }) => envelope),
      blobs: blobs.map((bytes) => ({ digest: fileOf(bytes).digest, bytes: bytes.length })),
    },
    files: blobs.toSorted((x, y) => (fileOf(x).digest < fileOf(y).digest ? -1 : 1)),
  };
};

export interface MadeBundle {
  readonly manifest: BundleManifest;
  /** In the order of their digests. */
  readonly files: readonly Uint8Array[];
}

export const bytesOfBundle = ({ manifest, files }: MadeBundle): Uint8Array =>
  concatBytes(encodeManifest(manifest), ...files);

export interface LogOptions {
  readonly signer?: World["log"];
  /** After how many entries the log published a checkpoint; the last is always one. */
  readonly published?: readonly number[];
  /** Who cosigned, and when by the witness's clock, for the checkpoint of this size. */
  readonly cosign?: (size: number) => readonly { readonly witness: World["log"]; readonly time: number }[];
}

/** A log of these statements alone, each proven up to the first published checkpoint that covers it. */
export const proveAll = (
  world: World,
  statements: readonly { readonly hash: Uint8Array }[],
  { signer = world.log, published = [], cosign = () => [] }: LogOptions = {},
): { readonly proofs: string[]; readonly consistency: BundleManifest["consistency"] } => {
  const nodes = new Map<string, Uint8Array>();
  const read = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  const leafHashes = statements.map(({ hash }) => leafHash(logEntryOf(hash)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read }))
    nodes.set(`${level}/${index}`, hash);
  const sizes = [...new Set([...published, statements.length])].sort((x, y) => x - y);
  const checkpointAt = (size: number): string => {
    const note = signCheckpoint({ origin: signer.name, size, root: foldRoot(size, read) }, signer);
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    const cosignatures = cosign(size).map(({ witness, time }) => cosignText({ text, signer: witness, time }));
    return cosignatures.length === 0 ? note : addSignatures(note, cosignatures);
  };
  const checkpoints = new Map(sizes.map((size) => [size, checkpointAt(size)]));
  const proofs = statements.map((_, index) => {
    const size = sizes.find((each) => each > index) ?? statements.length;
    const hashes = foldProof(inclusionProofNodes({ index, size }), read);
    return encodeTlogProof({ index, hashes, checkpoint: checkpoints.get(size) ?? "" });
  });
  const consistency = sizes.slice(1).map((newSize, i) => {
    const oldSize = sizes[i] ?? 1;
    const hashes = foldProof(consistencyProofNodes({ oldSize, newSize }), read).map(bytesToBase64Url);
    return { oldSize, newSize, hashes };
  });
  return { proofs, consistency };
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
  const rule = { person: FREELANCER, odds: terms.body.draw.odds };
  const randomnessAt = (round: number) => deviceRandomness(drawSeed, round);
  chain.start(drawSeed, startAt);
  const captures: Statement<"capture">[] = [];
  const blobs: Uint8Array[] = [];
  for (let slot = SLOT; slot < SLOT + slots; slot += 1) {
    const from = Math.max((slot * 600) / ROUND_SECONDS, startAt / ROUND_SECONDS + 1);
    const made = drawnRounds(rule, randomnessAt, { from, to: ((slot + 1) * 600) / ROUND_SECONDS }).map((round) =>
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

export const finishWeek = (week: HonestWeek, finish: Finish = {}): MadeBundle =>
  finishBundle(week.world, {
    terms: [week.terms],
    blobs: week.blobs,
    ...finish,
    records: finish.records ?? week.chain.records,
  });

export const bytesOfWeek = (week: HonestWeek, finish: Finish = {}): Uint8Array =>
  bytesOfBundle(finishWeek(week, finish));

export * from "./parties.ts";
