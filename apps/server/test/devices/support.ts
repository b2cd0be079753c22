import {
  type AccountKeys,
  accountKeysOf,
  type Envelope,
  type StatementBody,
  signingKeyOf,
  signStatement,
} from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  createId,
  createSystemRandom,
  createTestClock,
  DAY_MS,
  type DeviceId,
  type PersonId,
  redact,
  reveal,
  SECOND_MS,
} from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { addAccount, addAccountKey, findAccountKey } from "../../src/people/store.ts";
import type { Feature, PersonKind } from "../../src/platform/feature.ts";
import type { Authenticators } from "../../src/platform/http/authenticate.ts";
import { createHttpApp } from "../../src/platform/http/http-app.ts";
import { createLogger } from "../../src/platform/logger.ts";
import type { Database } from "../../src/platform/postgres/database.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";

// People with real keys in the real tables, and the server's HTTP side around the routes under test.

export const NOW_MS = Date.UTC(2026, 10, 23, 9, 0, 0);
export const clock = createTestClock(NOW_MS);
export const random = createSystemRandom();
export const newId = <Id extends string>(): Id => createId({ clock, random });
export const toSeconds = (ms: number): number => Math.floor(ms / SECOND_MS);

export interface TestPerson {
  readonly personId: PersonId;
  readonly kind: PersonKind;
  readonly email: string;
  readonly name: string;
  readonly keys: AccountKeys;
}

/** The statement in which a person announces their keys. */
export const announceKeys = (person: string, keys: AccountKeys, generation = 1): Envelope =>
  signStatement(
    "account",
    {
      person,
      generation,
      sign: bytesToBase64Url(keys.signing.publicKey),
      seal: keys.sealing.recipient,
      at: toSeconds(clock.now()),
    },
    [reveal(keys.signing.secretKey)],
  ).envelope;

/** `hasKeys: false`: the keys exist, but were not published. */
export const addPerson = async (
  database: Database,
  kind: PersonKind,
  { hasKeys = true }: { readonly hasKeys?: boolean } = {},
): Promise<TestPerson> => {
  const personId = newId<PersonId>();
  const email = `${personId}@example.org`;
  const keys = accountKeysOf(redact(random.bytes(32)), 1);
  const person = { personId, kind, email, name: `The ${kind}`, keys };
  const createdAt = new Date(clock.now());
  await transact(database, systemActor, (transaction) =>
    addAccount(transaction, { ...person, passwordHash: "none", createdAt }),
  );
  if (hasKeys) {
    await transact(database, { kind: "person", personId }, (transaction) =>
      addAccountKey(
        transaction,
        {
          personId,
          generation: 1,
          sign: keys.signing.publicKey,
          seal: keys.sealing.recipient,
          envelope: announceKeys(personId, keys),
        },
        createdAt,
      ),
    );
  }
  return person;
};

export const people = { keysOf: findAccountKey };

/** The session is a header here; everything else is as in the running server. */
export const createTestHttp = (
  features: readonly Feature[],
  findDevice: Authenticators["findDevice"],
): Promise<FastifyInstance> =>
  createHttpApp({
    clock,
    random,
    logger: createLogger({ level: "silent" }),
    authenticators: {
      findPerson: async (headers) => {
        const [personId, personKind] = String(headers["x-test-person"] ?? "").split(" ");
        return personId === ""
          ? null
          : { kind: "person", personId: personId as PersonId, personKind: personKind as PersonKind };
      },
      findDevice,
    },
    features,
    isReady: async () => true,
    origins: () => ["http://127.0.0.1"],
    isHttps: false,
    rateLimitPerMinute: 100_000,
    webDir: import.meta.dirname,
  });

export interface TestRequest {
  readonly method?: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly by?: Pick<TestPerson, "personId" | "kind">;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status and the answer; of a problem only its code and detail. */
export const ask = async (http: FastifyInstance, { method, url, by, body, headers }: TestRequest) => {
  const answer = await http.inject({
    method: method ?? (body === undefined ? "GET" : "POST"),
    url,
    headers: { ...headers, ...(by === undefined ? {} : { "x-test-person": `${by.personId} ${by.kind}` }) },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  const json = answer.json();
  return answer.statusCode < 400 ? json : { code: json.code, ...(json.detail ? { detail: json.detail } : {}) };
};

export interface TestDevice {
  readonly deviceId: DeviceId;
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export const newDevice = (): TestDevice => {
  const secretKey = random.bytes(32);
  return { deviceId: newId(), publicKey: signingKeyOf(secretKey).publicKey, secretKey };
};

/** A good certificate, or one that differs in the fields given. */
export const certify = (
  owner: TestPerson,
  device: TestDevice,
  changes: Partial<StatementBody<"device">> = {},
  secretKey: Uint8Array = reveal(owner.keys.signing.secretKey),
): Envelope =>
  signStatement(
    "device",
    {
      person: owner.personId,
      generation: 1,
      device: device.deviceId,
      sign: bytesToBase64Url(device.publicKey),
      notBefore: toSeconds(clock.now()),
      notAfter: toSeconds(clock.now() + 90 * DAY_MS),
      ...changes,
    },
    [secretKey],
  ).envelope;

/** A good revocation, or one that differs in the fields given. */
export const revocationOf = (
  owner: TestPerson,
  device: Pick<TestDevice, "deviceId">,
  changes: Partial<StatementBody<"revocation">> = {},
  secretKey: Uint8Array = reveal(owner.keys.signing.secretKey),
): Envelope =>
  signStatement(
    "revocation",
    {
      person: owner.personId,
      generation: 1,
      device: device.deviceId,
      at: toSeconds(clock.now()),
      nonce: bytesToBase64Url(random.bytes(32)),
      ...changes,
    },
    [secretKey],
  ).envelope;

export const announce = async (http: FastifyInstance, owner: TestPerson, device: TestDevice) => {
  const made = await ask(http, { method: "POST", url: "/v1/device-codes", by: owner });
  assert(typeof made.code === "string", "a code was made");
  const body = { code: made.code, deviceId: device.deviceId, sign: bytesToBase64Url(device.publicKey) };
  return { body, answer: await ask(http, { url: "/v1/device-enrolments", body }) };
};

export const enrol = async (http: FastifyInstance, owner: TestPerson): Promise<TestDevice> => {
  const device = newDevice();
  await announce(http, owner, device);
  const enrolled = await ask(http, { url: "/v1/devices", by: owner, body: { certificate: certify(owner, device) } });
  assert(enrolled.deviceId === device.deviceId, `the device is enrolled (${JSON.stringify(enrolled)})`);
  return device;
};
