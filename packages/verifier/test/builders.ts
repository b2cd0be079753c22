// Makes bundles as an honest platform would, with every part open to a lie: records are written one by one, each
// with its own overrides, and signed after them.
import {
  BUNDLE_FORMAT,
  type BundleManifest,
  commitment,
  type DeviceRecordName,
  drawCommitment,
  encodeManifest,
  roundAt,
  roundTime,
  type SigningKey,
  type Statement,
  type StatementBody,
  sha256,
  signRound,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, utf8ToBytes } from "@underseal/foundation";
import { type Logging, type LogOptions, proveAll } from "./logging.ts";
import {
  CLOCK,
  CONTRACT,
  clientAccount,
  DEVICE,
  deviceOf,
  freelancerAccount,
  HASH_ZERO,
  SLOT,
  secretOf,
  termsOf,
  WEEK,
  type World,
} from "./parties.ts";

export type Record = { readonly [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

/** `undefined` leaves a field out. */
type Overrides<Name extends DeviceRecordName> = {
  readonly [Field in keyof StatementBody<Name>]?: StatementBody<Name>[Field] | undefined;
};

/** The beacon, or the seed of a run without network. */
export type DrawSource = "beacon" | Uint8Array;

export interface ChainOptions {
  readonly terms: Statement<"terms">;
  readonly device?: string;
  readonly key?: SigningKey;
}

const knownSignatures = new Map<string, Uint8Array>();

/** Of one round; remembered, since signing takes milliseconds. */
export const signatureOf = (beaconSecret: Uint8Array, round: number): Uint8Array => {
  const name = `${bytesToBase64Url(beaconSecret)} ${round}`;
  const signature = knownSignatures.get(name) ?? signRound(beaconSecret, round);
  knownSignatures.set(name, signature);
  return signature;
};

/** Writes one device's records, each linked to the one before. */
export const createChain = (world: World, options: ChainOptions) => {
  const records: Record[] = [];
  /** What draws the run that is open. */
  let source: DrawSource = "beacon";
  const beaconAt = (round: number) =>
    source === "beacon" ? { round, sig: bytesToBase64Url(signatureOf(world.beaconSecret, round)) } : { round };
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
    const fields = Object.entries({ ...chained, ...own }).filter(([, value]) => value !== undefined);
    const body = Object.fromEntries(fields) as unknown as StatementBody<Name>;
    const statement = signStatement(name, body, [secretOf(options.key ?? world.device)]);
    records.push(statement as unknown as Record);
    return statement;
  };
  return {
    records,
    start: (drawnBy: DrawSource, at: number, overrides: Overrides<"start"> = {}) => {
      source = drawnBy;
      return append("start", {
        at,
        beacon: beaconAt(roundAt(CLOCK, at)),
        drawC: drawnBy === "beacon" ? undefined : bytesToBase64Url(drawCommitment(drawnBy)),
        ...overrides,
      } as StatementBody<"start">);
    },
    capture: (round: number, overrides: Overrides<"capture"> = {}) =>
      append("capture", {
        at: roundTime(CLOCK, round) + 1,
        beacon: beaconAt(round),
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
        // What stops a run without network says how its moments were drawn.
        drawSeed: overrides.stop === true && source !== "beacon" ? bytesToBase64Url(source) : undefined,
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
  /** In place of one honest log of all entries. */
  readonly prove?: (entries: readonly Statement[]) => Logging;
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
  const entries = [...terms, ...records, ...revocations, ...weekStatements];
  const { proofs, consistency } = finish.prove?.(entries) ?? proveAll(world, entries, finish.log);
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

export * from "./logging.ts";
export * from "./parties.ts";
