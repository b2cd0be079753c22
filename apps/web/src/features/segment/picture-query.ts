// One picture, opened and verified. The result is kept by its capture: what was verified once need not be again.
import { queryOptions } from "@tanstack/react-query";
import { evidenceRoutes } from "@underseal/api";
import type { AccountKeys } from "@underseal/evidence";
import { bytesToBase64Url, reveal } from "@underseal/foundation";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";
import { segmentQuery } from "../diary/queries.ts";

export interface PictureAddress {
  readonly contractId: string;
  readonly slot: number;
  /** Statement hash, base64url. */
  readonly capture: string;
  readonly visibleDigest: string;
}

export const THUMBNAIL_PX = 640;
export const FULL_PX = 65_536;

const KEPT_MS = 10 * 60_000;

export const pictureQuery = (
  services: Services,
  {
    keys,
    address,
    widthMaxPx,
  }: { readonly keys: AccountKeys; readonly address: PictureAddress; readonly widthMaxPx: number },
) =>
  queryOptions({
    queryKey: ["picture", address.contractId, address.capture, widthMaxPx],
    queryFn: async () => {
      const { contractId, slot, capture } = address;
      const { terms, accounts, devices, records } = await services.queryClient.ensureQueryData(
        segmentQuery(services, { contractId, slot }),
      );
      const blob = valueOrThrow(
        await services.api.call(evidenceRoutes.getBlob, { params: { digest: address.visibleDigest } }),
      );
      return services.opener.run("openCapture", {
        segmentEvidence: { terms, accounts, devices, records },
        contractId,
        slot,
        captureHash: capture,
        readerSign: bytesToBase64Url(keys.signing.publicKey),
        blob,
        identity: reveal(keys.sealing.identity),
        widthMaxPx,
      });
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
  });

export type PictureAnswer = Awaited<ReturnType<NonNullable<ReturnType<typeof pictureQuery>["queryFn"]>>>;
