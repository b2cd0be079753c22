// What people sign beside the records: revocations, acknowledgements, week statements.
import { roundTime, type Statement, type StatementBody, signStatement, weekRootOf } from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import type { Record } from "./builders.ts";
import { CLOCK, CONTRACT, DEVICE, FREELANCER, secretOf, WEEK, type World } from "./parties.ts";

export const WEEK_END = WEEK + 604_800;

const nonceOf = (world: World) => bytesToBase64Url(world.random.bytes(32));

export const revocationOf = (
  world: World,
  overrides: Partial<StatementBody<"revocation">> = {},
  signer = world.freelancer,
) =>
  signStatement(
    "revocation",
    { person: FREELANCER, generation: 0, device: DEVICE, at: WEEK_END, nonce: nonceOf(world), ...overrides },
    [secretOf(signer.signing)],
  );

export const acknowledgementOf = (
  world: World,
  disclosure: { readonly hash: Uint8Array },
  overrides: Partial<StatementBody<"acknowledgement">> = {},
  signer = world.client,
) =>
  signStatement(
    "acknowledgement",
    {
      contract: CONTRACT,
      disclosure: bytesToBase64Url(disclosure.hash),
      verdict: "ok",
      at: WEEK_END,
      nonce: nonceOf(world),
      ...overrides,
    },
    [secretOf(signer.signing)],
  );

/** Over all these records, each of which must be of the week. */
export const weekStatementOf = (
  world: World,
  records: readonly Record[],
  overrides: Partial<StatementBody<"week">> = {},
  signer = world.freelancer.signing,
): Statement<"week"> => {
  const root = weekRootOf(records.map((record) => ({ slot: slotOf(record, records), ...placeOf(record) })));
  const body = { contract: CONTRACT, week: WEEK, records: records.length, root: bytesToBase64Url(root) };
  return signStatement("week", { ...body, at: WEEK_END + 3_600, nonce: nonceOf(world), ...overrides }, [
    secretOf(signer),
  ]);
};

const placeOf = ({ hash, body: { device, seq } }: Record) => ({ hash, device, seq });

const slotOf = (record: Record, records: readonly Record[]): number => {
  if (record.name === "segment") return record.body.slot;
  if (record.name === "start") return Math.floor(record.body.at / 600);
  if (record.name === "capture") return Math.floor(roundTime(CLOCK, record.body.beacon.round) / 600);
  const capture = records.find(({ hash }) => bytesToBase64Url(hash) === record.body.capture);
  if (capture === undefined) throw new Error("a capture of the week");
  return slotOf(capture, records);
};
