// The statement that puts all records of a week under one root, from which a sample can be drawn (protocol §9).
import { isSignedBy, weekRootOf } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import type { TermsByHash } from "./terms.ts";
import type { Week } from "./week.ts";

/** Who signed for the whole week; `null` where nobody has yet. */
export type WeekSigner = "freelancer" | "platform" | null;

/** It covers every record of the week that the platform had before the statement's own time. */
export const checkWeekStatement = (
  { weekStatement, contract }: ParsedBundle,
  week: Week,
  terms: TermsByHash,
): Result<WeekSigner, VerificationFailure> => {
  if (weekStatement === null) return ok(null);
  const { statement } = weekStatement;
  const { body } = statement;
  if (body.contract !== contract || body.week !== week.startsAt || body.at < week.endsAt) {
    return refuse("WEEK_STATEMENT_MISPLACED", statement);
  }
  const versions = [...terms.values()];
  const keysOf = (signer: "freelancer" | "platform") =>
    versions.map((each) => (signer === "platform" ? each.platformKey : bytesOf(each.statement.body.freelancer.sign)));
  const signer = (["freelancer", "platform"] as const).find((name) =>
    keysOf(name).some((key) => isSignedBy(statement, [key])),
  );
  if (signer === undefined) return refuse("WEEK_STATEMENT_SIGNATURE_INVALID", statement);
  const covered = week.placed.filter(({ arrivedAt }) => arrivedAt < body.at);
  const isWhole = covered.length === body.records && equalBytes(weekRootOf(covered), bytesOf(body.root));
  return isWhole ? ok(signer) : refuse("WEEK_STATEMENT_MISMATCH", statement);
};
