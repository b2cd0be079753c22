// The client's word about what a disclosure named: it opened and holds, or the complaint that its failure is ground for
// (protocol §9). Signed here and sent once for each disclosure; it never holds up a picture.
import { statementRoutes } from "@underseal/api";
import {
  type AccountKeys,
  readStatement,
  type Statement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, dateOf, isUuid, type Random, reveal, slotStartMs, weekStartOf } from "@underseal/foundation";
import type { Services } from "../../lib/services.ts";
import type { FaultCode } from "../../workers/checks.ts";
import { platformQuery } from "../contracts/queries.ts";

type Verdict = StatementBody<"acknowledgement">["verdict"];

/** What our checks found, as a complaint; `null` where it is not about the disclosure. */
export const verdictOf = (code: FaultCode | "ok"): Verdict | null => {
  switch (code) {
    case "ok":
    case "UNDECRYPTABLE":
    case "ROOT":
    case "MAP":
    case "CAP":
      return code;
    // Sealed to us, and yet nothing that can be read.
    case "MANIFEST":
      return "UNDECRYPTABLE";
    // The file that the disclosure names is not the one that was delivered.
    case "DIGEST":
    case "MISSING":
      return "MISSING";
    default:
      return null;
  }
};

export interface Finding {
  readonly contractId: string;
  /** Statement hash. */
  readonly disclosure: string;
  readonly verdict: Verdict;
  readonly nowMs: number;
}

export const signAcknowledgement = (
  { contractId, disclosure, verdict, nowMs }: Finding,
  keys: AccountKeys,
  random: Random,
): Statement<"acknowledgement"> =>
  signStatement(
    "acknowledgement",
    {
      contract: contractId,
      disclosure,
      verdict,
      at: Math.floor(nowMs / 1000),
      nonce: bytesToBase64Url(random.bytes(32)),
    },
    [reveal(keys.signing.secretKey)],
  );

interface Opened {
  readonly keys: AccountKeys;
  readonly contractId: string;
  readonly slot: number;
  readonly disclosure: string;
  readonly terms: unknown;
  readonly code: FaultCode | "ok";
}

/** In the background: what fails now is said the next time the picture is opened. */
export const acknowledge = (services: Services, opened: Opened): void => {
  acknowledgeOnce(services, opened).catch(() => {});
};

const acknowledgeOnce = async (services: Services, { keys, ...opened }: Opened): Promise<void> => {
  const verdict = verdictOf(opened.code);
  if (verdict === null || !isClient(opened.terms, keys) || !isUuid(opened.contractId)) return;
  const { contractId, disclosure } = opened;
  const week = dateOf(weekStartOf(slotStartMs(opened.slot)));
  const query = acknowledgedQuery(services, { contractId, week });
  const acknowledged = await services.queryClient.fetchQuery(query);
  const name = `${disclosure} ${verdict}`;
  if (acknowledged.has(name)) return;
  acknowledged.add(name);
  const { nowMs } = await services.queryClient.fetchQuery(platformQuery(services));
  const { envelope } = signAcknowledgement({ contractId, disclosure, verdict, nowMs }, keys, services.random);
  const answer = await services.api.call(statementRoutes.acknowledge, {
    params: { contractId },
    body: { acknowledgement: envelope },
  });
  if (!answer.ok) acknowledged.delete(name);
};

/** What was said already in this week, by disclosure and verdict; what we say is added to it. */
const acknowledgedQuery = ({ api }: Services, params: { readonly contractId: string; readonly week: string }) => ({
  queryKey: ["acknowledged", params],
  queryFn: async (): Promise<Set<string>> => {
    const answer = await api.call(statementRoutes.listAcknowledgements, { params });
    const known = answer.ok ? answer.value.acknowledgements : [];
    return new Set(known.map(({ disclosure, verdict }) => `${disclosure} ${verdict}`));
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
});

const isClient = (terms: unknown, keys: AccountKeys): boolean => {
  const read = readStatement(terms, "terms");
  return read.ok && read.value.body.client.sign === bytesToBase64Url(keys.signing.publicKey);
};
