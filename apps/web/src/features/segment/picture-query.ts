// One picture, opened and verified. The result is kept by its capture: what was verified once need not be again.
import { queryOptions } from "@tanstack/react-query";
import { evidenceRoutes } from "@underseal/api";
import type { AccountKeys } from "@underseal/evidence";
import { bytesToBase64Url, type Result, reveal } from "@underseal/foundation";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";
import type { PaintedPicture } from "../../workers/messages.ts";
import type { OpenFault } from "../../workers/open-capture.ts";
import { segmentQuery } from "../diary/queries.ts";
import { acknowledge } from "./acknowledge.ts";

export interface PictureAddress {
  readonly contractId: string;
  readonly slot: number;
  /** Statement hash, base64url. */
  readonly capture: string;
  readonly visibleDigest: string;
  /** Statement hash of the newest disclosure, as the server says. */
  readonly disclosure: string;
}

export const THUMBNAIL_PX = 640;
export const FULL_PX = 65_536;

const KEPT_MS = 10 * 60_000;
const LOG_POLL_MS = 4_000;

/** A record that is too new for the log is no fault: the log publishes every few seconds. */
export const isWaitingForLog = (answer: PictureAnswer | undefined): boolean =>
  answer !== undefined && !answer.ok && answer.error.code === "LOG_PENDING";

export const pictureQuery = (
  services: Services,
  {
    keys,
    address,
    widthMaxPx,
  }: { readonly keys: AccountKeys; readonly address: PictureAddress; readonly widthMaxPx: number },
) =>
  queryOptions({
    queryKey: ["picture", address.contractId, address.capture, address.visibleDigest, widthMaxPx],
    queryFn: async () => {
      const { contractId, slot, capture } = address;
      const { terms, accounts, devices, records, segment } = await services.queryClient.fetchQuery(
        segmentQuery(services, { contractId, slot }),
      );
      const blob = await services.api.call(evidenceRoutes.getBlob, { params: { digest: address.visibleDigest } });
      if (!blob.ok && blob.error.code === "BLOB_UNKNOWN")
        acknowledge(services, { keys, ...address, terms, code: "MISSING" });
      const answer = await services.opener.run("openCapture", {
        segmentEvidence: { terms, accounts, devices, records, segment },
        contractId,
        slot,
        captureHash: capture,
        readerSign: bytesToBase64Url(keys.signing.publicKey),
        blob: valueOrThrow(blob),
        identity: reveal(keys.sealing.identity),
        widthMaxPx,
      });
      if (answer.ok && answer.value.shown !== null) void services.watch.compare(answer.value.shown);
      const disclosure = answer.ok ? answer.value.disclosure : answer.error.disclosure;
      if (disclosure !== null) {
        acknowledge(services, { keys, ...address, disclosure, terms, code: answer.ok ? "ok" : answer.error.code });
      }
      return answer;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state: { data } }) => (isWaitingForLog(data) ? LOG_POLL_MS : false),
    gcTime: KEPT_MS,
    structuralSharing: false,
  });

export type PictureAnswer = Result<PaintedPicture, OpenFault>;
