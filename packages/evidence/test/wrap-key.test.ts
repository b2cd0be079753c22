import { bytesToBase64Url } from "@underseal/foundation";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256, wrapCommitment, wrapKeyOf } from "../src/index.ts";
import { openSecret, openVisible, openVisibleWithWrapKey } from "../src/open.ts";
import { sealHidden, sealVisible } from "../src/seal.ts";
import {
  client,
  type Disclosed,
  deps,
  freelancer,
  makeCapture,
  recordsOf,
  SECRET,
  sealAll,
  stranger,
} from "./capture.ts";

const wrapKey = wrapKeyOf(SECRET);
const recipients = [client.recipient, freelancer.recipient];
const wrapC = bytesToBase64Url(wrapCommitment(wrapKey));

let disclosed: Disclosed;

beforeAll(async () => {
  const sealed = await sealAll(makeCapture({ columns: 3, rows: 2, redacted: [2], ver: 3 }));
  const disclosure = { ...sealed.records.disclosure, ver: 3, wrapC };
  disclosed = { ...sealed, records: { ...sealed.records, disclosure } };
});

describe("a wrap key that its author reveals", () => {
  it("opens that one picture, as the client's own key does", async () => {
    const { visible, records } = disclosed;
    const opened = await openVisibleWithWrapKey(visible, { wrapKey, recipients }, records);
    expect(opened.ok).toBe(true);
    expect(opened).toEqual(await openVisible(visible, client.identity, records));
  });

  it("is worth nothing unless the disclosure committed to it", async () => {
    const { visible, records } = disclosed;
    const other = wrapKey.with(0, (wrapKey[0] ?? 0) ^ 1);
    expect(await openVisibleWithWrapKey(visible, { wrapKey: other, recipients }, records)).toMatchObject({
      error: { code: "UNDECRYPTABLE" },
    });
  });

  it.each([
    ["another recipient", [client.recipient, stranger.recipient]],
    ["the recipients in another order", [freelancer.recipient, client.recipient]],
    ["one recipient too few", [client.recipient]],
    ["one recipient too many", [client.recipient, freelancer.recipient, stranger.recipient]],
  ])("does not open a file that was sealed to %s", async (_, named) => {
    const { visible, records } = disclosed;
    expect(await openVisibleWithWrapKey(visible, { wrapKey, recipients: named }, records)).toMatchObject({
      error: { code: "UNDECRYPTABLE" },
    });
  });

  it("shows a freelancer who sealed a stanza that the client cannot open", async () => {
    const made = makeCapture({ columns: 3, rows: 2, redacted: [2], ver: 3 });
    // The client's stanza was made for somebody else's key: the file opens for the freelancer alone.
    const dishonest = { ...made.sealing, recipients: [stranger.recipient, freelancer.recipient] };
    const visible = await sealVisible(deps, made.capture, dishonest);
    const records = recordsOf(made, visible);
    const named = { ...records, disclosure: { ...records.disclosure, ver: 3, wrapC } };
    expect(await openVisible(visible, client.identity, named)).toMatchObject({ error: { code: "UNDECRYPTABLE" } });
    expect(await openVisibleWithWrapKey(visible, { wrapKey, recipients }, named)).toMatchObject({
      error: { code: "UNDECRYPTABLE" },
    });
  });

  it("does not open the picture of another version, nor the hidden file", async () => {
    const { visible, records } = disclosed;
    const later = { ...records, disclosure: { ...records.disclosure, ver: 4 } };
    expect((await openVisibleWithWrapKey(visible, { wrapKey, recipients }, later)).ok).toBe(false);
    const { capture, states } = makeCapture({ columns: 3, rows: 2, redacted: [2], ver: 3 });
    const hidden = await sealHidden(deps, capture, { states, recipient: freelancer.recipient });
    const asVisible = {
      ...records.disclosure,
      visible: { digest: bytesToBase64Url(sha256(hidden)), bytes: hidden.length },
    };
    const named = { ...records, disclosure: asVisible };
    const revealed = { wrapKey, recipients: [freelancer.recipient] };
    expect(await openVisibleWithWrapKey(hidden, revealed, named)).toMatchObject({ error: { code: "UNDECRYPTABLE" } });
    expect((await openSecret(hidden, freelancer.identity)).ok).toBe(true);
  });
});
