// The freelancer's signature under all records of a week. What is signed is computed here from the listed records; those
// that this browser can check, it checks, and none of them may be missing from the list.
import { statementRoutes, type WeekRecordAnswer } from "@underseal/api";
import { type AccountKeys, readStatement, signStatement, weekRootOf } from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  dateOf,
  err,
  ok,
  type Result,
  reveal,
  slotStartMs,
  weekStartOf,
} from "@underseal/foundation";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";
import { dateToMs } from "../../ui/time.ts";
import { platformQuery } from "../contracts/queries.ts";
import { segmentQuery } from "./queries.ts";

export interface WeekPlace {
  readonly contractId: string;
  readonly week: string;
}

export interface WeekTree {
  readonly records: number;
  /** base64url */
  readonly root: string;
  /** How many of them were verified in this browser. */
  readonly checked: number;
}

/** `OMITTED`: a record that the tracker signed is not in the list. `FALSE`: a record did not pass its checks. */
export type WeekFault = "OMITTED" | "FALSE";

export const treeOf = (
  records: readonly WeekRecordAnswer[],
  verified: ReadonlySet<string>,
): Result<WeekTree, WeekFault> => {
  const listed = new Set(records.map(({ hash }) => hash));
  if ([...verified].some((hash) => !listed.has(hash))) return err("OMITTED");
  const placed = records.map((record) => ({ ...record, hash: base64UrlToBytes(record.hash) ?? new Uint8Array() }));
  return ok({ records: records.length, root: bytesToBase64Url(weekRootOf(placed)), checked: verified.size });
};

/** Checks what the week's segments show, and then reads the list: nothing that was shown may be missing from it. */
export const checkWeek = async (
  services: Services,
  place: WeekPlace,
  { slots, keys }: { readonly slots: readonly number[]; readonly keys: AccountKeys },
): Promise<Result<WeekTree, WeekFault>> => {
  const readerSign = bytesToBase64Url(keys.signing.publicKey);
  const { contractId } = place;
  const answers = slots.map(async (slot) => {
    const evidence = await services.queryClient.fetchQuery(segmentQuery(services, { contractId, slot }));
    const { terms, accounts, devices, records, segment } = evidence;
    const segmentEvidence = { terms, accounts, devices, records, segment };
    return services.opener.run("verifyRecords", { segmentEvidence, contractId, slot, readerSign });
  });
  const verified = new Set<string>();
  for (const answer of await Promise.all(answers)) {
    // What is too new for the log is no fault; it is not counted as checked.
    if (!answer.ok && answer.error.code !== "LOG_PENDING") return err("FALSE");
    const inWeek = answer.ok ? answer.value.filter(({ slot }) => isInWeek(slot, place.week)) : [];
    for (const { hash } of inWeek) verified.add(hash);
  }
  const { records } = valueOrThrow(await services.api.call(statementRoutes.listWeekRecords, { params: place }));
  return treeOf(records, verified);
};

/** The start of a run from another week is shown with its segments, and counts there. */
const isInWeek = (slot: number, week: string): boolean => dateOf(weekStartOf(slotStartMs(slot))) === week;

/** Signs and sends. Throws an `ApiFailure`. */
export const signWeek = async (
  services: Services,
  place: WeekPlace,
  { tree, keys }: { readonly tree: WeekTree; readonly keys: AccountKeys },
): Promise<void> => {
  const { nowMs } = await services.queryClient.fetchQuery(platformQuery(services));
  const statement = signStatement(
    "week",
    {
      contract: place.contractId,
      week: Math.floor((dateToMs(place.week) ?? 0) / 1000),
      records: tree.records,
      root: tree.root,
      at: Math.floor(nowMs / 1000),
      nonce: bytesToBase64Url(services.random.bytes(32)),
    },
    [reveal(keys.signing.secretKey)],
  );
  const input = { params: place, body: { statement: statement.envelope } };
  valueOrThrow(await services.api.call(statementRoutes.signWeek, input));
};

export interface SignedWeek {
  readonly by: "freelancer" | "platform";
  readonly atMs: number;
  readonly records: number;
}

/** `null`: nobody has signed yet. */
export const weekStatementQuery = ({ api }: Pick<Services, "api">, params: WeekPlace) => ({
  queryKey: ["week-statement", params],
  queryFn: async (): Promise<SignedWeek | null> => {
    const answer = await api.call(statementRoutes.getWeekStatement, { params });
    if (!answer.ok && answer.error.code === "NOT_FOUND") return null;
    const { statement, signedBy } = valueOrThrow(answer);
    const read = readStatement(statement, "week");
    return read.ok ? { by: signedBy, atMs: read.value.body.at * 1000, records: read.value.body.records } : null;
  },
});
