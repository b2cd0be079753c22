// Bundles in which somebody lies, made from an honest week by exchanging parts.
import type { BundleManifest, Statement, StatementBody } from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, utf8ToBytes } from "@underseal/foundation";
import { type Verdict, type VerifyOptions, verifyBundle } from "../src/index.ts";
import { bytesOfBundle, type Chain, createChain, type Finish, finishBundle, SLOT } from "./builders.ts";
import { bytesOfWeek, drawSeedOf, finishWeek, writeHonestWeek, writeOnlineWeek } from "./weeks.ts";

export const honest = writeHonestWeek();
export const { world, terms } = honest;
/** The same people, and a run that the beacon drew. */
export const online = writeOnlineWeek();
export const LATER_DEVICE = "0197aaaa-0000-7000-8000-0000000000d2";
export const OTHER_ID = "0197aaaa-0000-7000-8000-0000000000ee";
export const seed = drawSeedOf(1);

export const encode = (change: (manifest: BundleManifest) => object, finish: Finish = {}): Uint8Array => {
  const { manifest, files } = finishWeek(honest, finish);
  // Not `encodeManifest`: it would bring wrong orders into order, and refuse to encode what is malformed.
  const sorted = { ...manifest, blobs: manifest.blobs.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)) };
  return concatBytes(utf8ToBytes(sortKeys(change(sorted))), Uint8Array.of(0), ...files);
};

export const sortKeys = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );

export const withFinish = (finish: Finish) => bytesOfWeek(honest, finish);
export const withOnline = (finish: Finish) => bytesOfWeek(online, finish);

/** A bundle of the records that `write` makes, without sealed files. */
export const withChain = (
  write: (chain: Chain) => void,
  finish: Finish = {},
  under: Statement<"terms"> = terms,
): Uint8Array => {
  const chain = createChain(world, { terms: under });
  write(chain);
  return bytesOfBundle(finishBundle(world, { terms: [under], ...finish, records: chain.records }));
};

export const capturesIn = (chain: Chain, slot = SLOT) => {
  const round = slot * 200 + 5;
  return chain.capture(round);
};

export const first = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error("not empty");
  return item;
};

export const disclosed = (chain: Chain, overrides: readonly Partial<StatementBody<"disclosure">>[]): void => {
  chain.start(seed, SLOT * 600);
  const capture = capturesIn(chain);
  chain.segment(SLOT, { captures: [bytesToBase64Url(capture.hash)] });
  for (const override of overrides) {
    chain.disclosure({ capture: capture.hash, visible: new Uint8Array(1), hidden: new Uint8Array(2) }, override);
  }
};

export const neutralKey = bytesToBase64Url(Uint8Array.of(1, ...new Uint8Array(31)));

export const codeOf = (bytes: Uint8Array, options?: VerifyOptions): string => {
  const verdict = verifyBundle(bytes, options);
  return verdict.ok ? "ok" : verdict.error.code;
};

/** For bundles that must be valid. */
export const verdictOf = (bytes: Uint8Array, options?: VerifyOptions): Verdict => {
  const verdict = verifyBundle(bytes, options);
  if (!verdict.ok) throw new Error(`${verdict.error.code} ${verdict.error.statement ?? ""}`);
  return verdict.value;
};
