// Who signed: the keys of both parties, their signatures under the terms, and the devices the freelancer certified.
import { isSignedBy, readStatement, type Statement, type StatementBody } from "@underseal/evidence";
import { base64UrlToBytes, err, ok, type Result } from "@underseal/foundation";
import { type Fault, fault } from "./checks.ts";

type Terms = StatementBody<"terms">;
type Party = Terms["client"];

/** Certified devices by device id. */
export type DevicesById = ReadonlyMap<string, StatementBody<"device">>;

export const keyBytes = (text: string): Uint8Array => base64UrlToBytes(text) ?? new Uint8Array();

export interface VerifiedParties {
  readonly devices: DevicesById;
  /**
   * Whether both parties' account statements were there. They add nothing to keys that both sides signed into the
   * terms and compared by phrase; one that contradicts the terms is a fault.
   */
  readonly areAnnounced: boolean;
}

export const checkParties = (
  evidence: { readonly accounts: readonly unknown[]; readonly devices: readonly unknown[] },
  statement: Statement<"terms">,
): Result<VerifiedParties, Fault> => {
  const { client, freelancer } = statement.body;
  if (!isSignedBy(statement, [keyBytes(client.sign), keyBytes(freelancer.sign)])) {
    return err(fault("terms", "TERMS", "the terms are not signed by the two keys they name"));
  }
  const announced = checkAccounts(evidence.accounts, [client, freelancer]);
  if (!announced.ok) return announced;
  const devices = checkDevices(evidence.devices, freelancer);
  return devices.ok ? ok({ devices: devices.value, areAnnounced: announced.value }) : devices;
};

/** Whether each party has announced its key: signed by the key it announces, and that key is the one in the terms. */
const checkAccounts = (envelopes: readonly unknown[], parties: readonly Party[]): Result<boolean, Fault> => {
  const accounts: Statement<"account">[] = [];
  for (const envelope of envelopes) {
    const account = readStatement(envelope, "account");
    if (!account.ok || !isSignedBy(account.value, [keyBytes(account.value.body.sign)])) {
      return err(fault("accounts", "ACCOUNT", "an account statement is not signed by the key it announces"));
    }
    accounts.push(account.value);
  }
  const announcedBy = ({ person, generation }: Party) =>
    accounts.find(({ body }) => body.person === person && body.generation === generation)?.body;
  for (const party of parties) {
    const announced = announcedBy(party);
    if (announced === undefined) return ok(false);
    if (announced.sign !== party.sign || announced.seal !== party.seal) {
      return err(fault("accounts", "ACCOUNT", "a key in the terms is not the one that its account announces"));
    }
  }
  return ok(true);
};

const checkDevices = (envelopes: readonly unknown[], freelancer: Party): Result<DevicesById, Fault> => {
  const devices = new Map<string, StatementBody<"device">>();
  for (const envelope of envelopes) {
    const device = readStatement(envelope, "device");
    if (!device.ok || !isSignedBy(device.value, [keyBytes(freelancer.sign)])) {
      return err(fault("device", "DEVICE", "a device is not certified by the freelancer's key"));
    }
    if (device.value.body.person !== freelancer.person) {
      return err(fault("device", "DEVICE", "a device is certified for somebody else"));
    }
    devices.set(device.value.body.device, device.value.body);
  }
  return ok(devices);
};
