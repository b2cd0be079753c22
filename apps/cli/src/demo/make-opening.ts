// What a freelancer shows an arbiter: some tiles of one capture, withheld ones among them, opened from the two sealed
// files in an exported week with the freelancer's key, and nothing else of that picture.
import {
  type AccountKeys,
  type BundleFile,
  type Envelope,
  encodeOpening,
  FIRST_TILE_INDEX,
  HEADER_INDEX,
  OPENING_FORMAT,
  openLeaves,
  readBundle,
  readStatement,
  type Statement,
  type StatementName,
} from "@underseal/evidence";
import { reopenCapture } from "@underseal/evidence/reopen";
import { base64UrlToBytes, bytesToBase64Url } from "@underseal/foundation";
import { DemoError } from "./session.ts";

/** The header, and tiles of the first row: where the demo's windows have their titles. */
const OPENED = [HEADER_INDEX, ...Array.from({ length: 8 }, (_, i) => FIRST_TILE_INDEX + i)];

export interface MadeOpening {
  readonly bytes: Uint8Array;
  readonly tiles: number;
}

export const makeOpening = async (bundle: Uint8Array, keys: AccountKeys): Promise<MadeOpening> => {
  const file = readBundle(bundle);
  if (!file.ok) throw new DemoError(`the exported week cannot be read: ${file.error}`);
  const { manifest } = file.value;
  const disclosure = theFirst(manifest.records, "disclosure");
  const record = manifest.records.find(({ envelope }) => hashIn(envelope, "capture") === disclosure.body.capture);
  const segment = manifest.records
    .flatMap(({ envelope }) => statementIn(envelope, "segment") ?? [])
    .find(({ body }) => body.captures.includes(disclosure.body.capture));
  const capture = record === undefined ? null : statementIn(record.envelope, "capture");
  const terms = theFirst(manifest.terms, "terms");
  const [device] = manifest.devices;
  if (record === undefined || capture === null || segment === undefined || device === undefined) {
    throw new DemoError("the exported week has no disclosed capture with its segment");
  }
  const { visible, hidden } = disclosure.body;
  const files = { visible: blobIn(file.value, visible?.digest), hidden: blobIn(file.value, hidden?.digest) };
  const { treeSize } = terms.body;
  const records = {
    ...{
      captureHash: capture.hash,
      capture: capture.body,
      disclosure: disclosure.body,
      segment: segment.body,
      treeSize,
    },
  };
  const reopened = await reopenCapture(files, keys.sealing.identity, records);
  if (!reopened.ok) throw new DemoError(`a capture does not open for its own author: ${reopened.error.detail}`);
  const { arrival, proof } = record;
  const opening = { terms: terms.envelope, device, capture: capture.envelope, arrival, proof };
  const bytes = encodeOpening({ format: OPENING_FORMAT, ...opening, ...openLeaves(reopened.value, OPENED) });
  return { bytes, tiles: OPENED.length - 1 };
};

const statementIn = <Name extends StatementName>(envelope: Envelope, name: Name): Statement<Name> | null => {
  const statement = readStatement(envelope, name);
  return statement.ok ? statement.value : null;
};

const hashIn = (envelope: Envelope, name: StatementName): string | null => {
  const statement = statementIn(envelope, name);
  return statement === null ? null : bytesToBase64Url(statement.hash);
};

const theFirst = <Name extends StatementName>(entries: readonly { readonly envelope: Envelope }[], name: Name) => {
  const [first] = entries.flatMap(({ envelope }) => statementIn(envelope, name) ?? []);
  if (first === undefined) throw new DemoError(`the exported week has no ${name}`);
  return first;
};

const blobIn = ({ manifest, blobs }: BundleFile, digest: string | undefined): Uint8Array => {
  const blob = blobs[manifest.blobs.findIndex((each) => each.digest === digest)];
  if (blob === undefined || base64UrlToBytes(digest ?? "") === null) throw new DemoError("a sealed file is not there");
  return blob;
};
