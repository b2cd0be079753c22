// Opens pictures as their cells come into view, and counts how many of the week were verified.
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../lib/services.ts";
import type { PictureState } from "../segment/PictureFrame.tsx";
import { isWaitingForLog, type PictureAnswer, pictureQuery, THUMBNAIL_PX } from "../segment/picture-query.ts";
import { useReader } from "../session/me.ts";
import type { SealedCapture } from "./week.ts";

interface OpenedPicture {
  readonly state: PictureState;
  readonly answer: PictureAnswer | undefined;
}

export interface Pictures {
  readonly pictureOf: (capture: string) => OpenedPicture | undefined;
  readonly counts: { readonly total: number; readonly verified: number; readonly failed: number };
  /** To be called when the cell of this slot is seen. */
  readonly show: (slot: number) => void;
  readonly showAll: () => void;
  readonly isAllShown: boolean;
}

export const usePictures = (contractId: string, captures: readonly SealedCapture[]): Pictures => {
  const services = useServices();
  const { keys } = useReader();
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  const [isAllShown, setAllShown] = useState(false);
  const results = useQueries({
    queries: captures.map(({ slot, capture, visibleDigest, disclosure }) => ({
      ...pictureQuery(services, {
        keys,
        address: { contractId, slot, capture, visibleDigest, disclosure },
        widthMaxPx: THUMBNAIL_PX,
      }),
      enabled: isAllShown || seen.has(slot),
    })),
  });
  const opened = new Map(
    captures.map(({ capture }, i) => [capture, { state: stateOf(results[i]), answer: results[i]?.data }]),
  );
  const countOf = (state: PictureState) => [...opened.values()].filter((picture) => picture.state === state).length;
  return {
    pictureOf: (capture) => opened.get(capture),
    counts: { total: captures.length, verified: countOf("verified"), failed: countOf("failed") },
    show: (slot) => setSeen((before) => (before.has(slot) ? before : new Set([...before, slot]))),
    showAll: () => setAllShown(true),
    isAllShown,
  };
};

interface QueryState {
  readonly data: PictureAnswer | undefined;
  readonly isError: boolean;
  readonly fetchStatus: string;
}

export const stateOf = (result: QueryState | undefined): PictureState => {
  if (isWaitingForLog(result?.data)) return "waiting";
  if (result?.data !== undefined) return result.data.ok ? "verified" : "failed";
  if (result?.isError) return "unreachable";
  return result?.fetchStatus === "fetching" ? "opening" : "sealed";
};
