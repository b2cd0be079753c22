// The contracts of this device's owner, with their terms checked here and not believed: what will be sealed goes to
// the recipients in terms that both sides signed. Kept in a file, so that work can start without the server.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Api, type ApiError, contractRoutes, deviceRoutes, isTransient } from "@underseal/api";
import { type Envelope, isSignedBy, keyIdOf, readStatement, type StatementBody } from "@underseal/evidence";
import {
  base64UrlToBytes,
  type ContractId,
  equalBytes,
  err,
  ok,
  type Result,
  utf8ToBytes,
} from "@underseal/foundation";
import { isAcceptablePublicKey } from "@underseal/tlog";
import { writeFileDurably } from "../platform/durable-file.ts";
import { confirmOwner, type OwnDevice, type Owner, readOwner } from "./owner.ts";
import { areSound, type TermsInForce } from "./terms.ts";

export interface Agreement {
  readonly contract: ContractId;
  readonly clientName: string;
  readonly terms: TermsInForce;
}

export interface Agreements {
  /** The contracts that can be tracked now. */
  readonly active: readonly Agreement[];
  findTerms(termsHash: Uint8Array): TermsInForce | null;
}

interface Kept {
  readonly contract: string;
  readonly clientName: string;
  readonly state: string;
  readonly terms: Envelope;
}

const FILE = "agreements.json";

/** Asks the server for the contracts; keeps what was known where it cannot be reached. */
export const loadAgreements = async (
  api: Api,
  stateDir: string,
  device: OwnDevice,
): Promise<Result<Agreements, ApiError>> => {
  const file = path.join(stateDir, FILE);
  const [me, answer] = await Promise.all([
    api.call(deviceRoutes.getThisDevice, {}),
    api.call(contractRoutes.listContracts, {}),
  ]);
  if (me.ok && answer.ok) {
    const owner = await confirmOwner(stateDir, me.value.certificate, device);
    if (!owner.ok) return err({ code: "NETWORK", detail: owner.error });
    const kept = answer.value.contracts.map(({ contractId, client, state, terms }) => ({
      contract: contractId,
      clientName: client.name,
      state,
      terms,
    }));
    await writeFileDurably(file, utf8ToBytes(JSON.stringify({ kept })));
    return ok(toAgreements(kept, owner.value));
  }
  const error = me.ok ? (answer.ok ? null : answer.error) : me.error;
  const saved = await readFile(file, "utf8").catch(() => null);
  // A server that does not answer, or cannot now, is survived; one that says no is believed.
  if (saved === null || error === null || !isTransient(error))
    return err(error ?? { code: "NETWORK", detail: "no answer" });
  const owner = await readOwner(stateDir);
  return owner === null ? err(error) : ok(toAgreements(JSON.parse(saved).kept, owner));
};

const toAgreements = (kept: readonly Kept[], owner: Owner): Agreements => {
  const checked = kept.flatMap(({ contract, clientName, state, terms }) => {
    const inForce = checkTerms(terms, { contract, owner });
    // The server's list names contracts by their ids.
    return inForce === null ? [] : [{ contract: contract as ContractId, clientName, state, terms: inForce }];
  });
  return {
    active: checked.filter(({ state }) => state === "active"),
    findTerms: (hash) => checked.find(({ terms }) => equalBytes(terms.hash, hash))?.terms ?? null,
  };
};

/**
 * The terms, if both sides signed them, they are about this contract, and the freelancer in them is our owner, with the
 * very key that certified this device: no server can make terms that this key signed.
 */
const checkTerms = (
  envelope: Envelope,
  expected: { readonly contract: string; readonly owner: Owner },
): TermsInForce | null => {
  const terms = readStatement(envelope, "terms");
  if (!terms.ok) return null;
  const body: StatementBody<"terms"> = terms.value.body;
  const keys = [body.client.sign, body.freelancer.sign].map((key) => base64UrlToBytes(key) ?? new Uint8Array());
  const isOurs = body.contract === expected.contract && body.freelancer.person === expected.owner.person;
  if (!isOurs || !areSound(body) || !keys.every(isAcceptablePublicKey) || !isSignedBy(terms.value, keys)) return null;
  if (keys[1] === undefined || keyIdOf(keys[1]) !== expected.owner.keyId) return null;
  return { hash: terms.value.hash, body };
};

export const agreementName = ({ contract, clientName }: Agreement): string => `${clientName} (${contract})`;
