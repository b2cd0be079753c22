import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dateOf, err, MINUTE_MS, ok, type Result, SECOND_MS, utf8ToBytes } from "@underseal/foundation";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { Lease } from "./lease.ts";
import { endAlarm, type LogAlarm, raiseAlarm } from "./store/alarms.ts";
import { insertAnchor, isAnchored } from "./store/anchors.ts";
import { readNewestPublished } from "./store/published.ts";
import { requestTimestamp } from "./timestamp.ts";

// Once a day a timestamping authority signs when it was shown the newest published note. Witnesses may be few, and
// know the platform; this one is somebody whose business is to say what time it was.

export interface TimestampAuthority {
  readonly url: string;
  /** In DER. */
  readonly trusted: readonly Uint8Array[];
}

export interface AuthorityError {
  readonly code: "LOG_TSA_CERTIFICATE_INVALID";
  readonly message: string;
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const CERTIFICATES_MAX = 20;

/** Reads the certificates that the operator trusts, so that a mistake in them shows when the server starts. */
export const loadAuthority = async (
  url: string,
  certificateFile: string,
): Promise<Result<TimestampAuthority, AuthorityError>> => {
  const text = await readFile(certificateFile, "utf8").catch(() => "");
  const trusted = parseCertificates(text.match(PEM) ?? []);
  if (trusted !== null) return ok({ url, trusted });
  const message = `${certificateFile} holds no certificates in PEM that can be read. Put the authority's there.`;
  return err({ code: "LOG_TSA_CERTIFICATE_INVALID", message });
};

const parseCertificates = (texts: readonly string[]): readonly Uint8Array[] | null => {
  if (texts.length === 0 || texts.length > CERTIFICATES_MAX) return null;
  try {
    return texts.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
  } catch {
    return null;
  }
};

export interface AnchoringDeps {
  readonly database: Database;
  readonly lease: Lease;
  /** `null`: there are no anchors. */
  readonly authority: TimestampAuthority | null;
  readonly fetch: typeof fetch;
  readonly onAlarm: (alarm: Pick<LogAlarm, "name" | "detail">) => void;
}

const TIMEOUT_MS = 5 * SECOND_MS;
const RETRY_MS = 10 * MINUTE_MS;

/** What is due at a time: the day's anchor, if it is not there yet; after a failure again ten minutes later. */
export const createAnchoring = (deps: AnchoringDeps): ((nowMs: number) => Promise<void>) => {
  const { database, lease, authority } = deps;
  let doneDay: string | null = null;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  const fail = async (reason: string): Promise<void> => {
    const raised = { name: "anchor", detail: `the day's checkpoint has no timestamp (${reason})` } as const;
    const isNew = await transact(database, systemActor, (transaction) => raiseAlarm(transaction, raised));
    if (isNew) deps.onAlarm(raised);
  };
  const end = () => transact(database, systemActor, (transaction) => endAlarm(transaction, "anchor"));
  return async (nowMs) => {
    const day = dateOf(nowMs);
    if (lease.term() === null || day === doneDay) return;
    if (authority === null) {
      // One that was configured once may have left its alarm.
      await end();
      doneDay = day;
      return;
    }
    if (nowMs >= failedAtMs && nowMs < failedAtMs + RETRY_MS) return;
    const published = await transact(database, systemActor, async (transaction) =>
      (await isAnchored(transaction, day)) ? "anchored" : await readNewestPublished(transaction),
    );
    if (published === "anchored") doneDay = day;
    if (published === null || published === "anchored") return;
    const asked = { ...authority, fetch: deps.fetch, random: database.random, timeoutMs: TIMEOUT_MS };
    const timestamp = await requestTimestamp(asked, utf8ToBytes(published.note));
    if (!timestamp.ok) {
      failedAtMs = nowMs;
      return fail(timestamp.error.message);
    }
    await transact(database, systemActor, async (transaction) => {
      await insertAnchor(transaction, { day, size: published.size, token: timestamp.value.response });
      await endAlarm(transaction, "anchor");
    });
    doneDay = day;
  };
};
