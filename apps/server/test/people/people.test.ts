import { rm } from "node:fs/promises";
import { accountKeysOf, encodeCanonical } from "@underseal/evidence";
import { bytesToBase64Url, createSystemRandom, type PersonId, redact } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { transact } from "../../src/platform/postgres/transact.ts";
import type { RunningServer } from "../../src/start.ts";
import { announceKeys, newId } from "../devices/support.ts";
import { createTestDatabase, createTestDir, type TestDatabase } from "../support/database.ts";
import { type Browser, createBrowser, startTestServer, testConfig } from "../support/server.ts";

const random = createSystemRandom();
const PASSWORD = "correct horse battery";
let db: TestDatabase;
let dataDir: string;
let server: RunningServer;

beforeAll(async () => {
  db = await createTestDatabase();
  dataDir = await createTestDir();
  server = await startTestServer(testConfig({ databaseUrl: db.url, dataDir }));
});
afterAll(async () => {
  await server.stop();
  await db.stop();
  await rm(dataDir, { recursive: true });
});

let people = 0;
const newPerson = (kind = "client") => {
  people += 1;
  return { email: `Person${people}@example.org`, password: PASSWORD, name: `Person ${people}`, kind };
};
const signIn = async (browser: Browser, { email, password }: { readonly email: string; readonly password: string }) =>
  await browser.send("POST", "/api/auth/sign-in/email", { email, password });
const signedIn = async (kind = "client") => {
  const [browser, person] = [createBrowser(server.url), newPerson(kind)];
  const made = await browser.send("POST", "/v1/sign-up", person);
  expect((await signIn(browser, person)).status).toBe(200);
  return { browser, person, personId: String(made.json.personId) };
};

/** Keys of a person's own, with the statement that announces them. */
const newKeys = (personId: string, { generation = 1, keys = accountKeysOf(redact(random.bytes(32)), 1) } = {}) => ({
  published: {
    personId,
    generation,
    sign: bytesToBase64Url(keys.signing.publicKey),
    seal: keys.sealing.recipient,
  },
  body: {
    account: announceKeys(personId, keys, generation),
    seedBoxes: [{ opensWith: "recovery", box: "sealed-box" }],
  },
});

describe("sign-up, sign-in and sign-out", () => {
  test("a person signs up, signs in with any spelling of their address, is known, and signs out", async () => {
    const [browser, person] = [createBrowser(server.url), newPerson("freelancer")];
    const made = await browser.send("POST", "/v1/sign-up", person);
    expect(made).toMatchObject({ status: 201, json: { name: person.name, kind: "freelancer" } });
    expect((await browser.send("GET", "/v1/me")).json.code).toBe("NOT_SIGNED_IN");
    expect((await signIn(browser, { ...person, email: person.email.toUpperCase() })).status).toBe(200);
    expect((await browser.send("GET", "/v1/me")).json).toEqual({
      personId: made.json.personId,
      name: person.name,
      kind: "freelancer",
      email: person.email.toLowerCase(),
      keys: null,
    });
    expect((await browser.send("POST", "/api/auth/sign-out", {})).status).toBe(200);
    expect((await browser.send("GET", "/v1/me")).json.code).toBe("NOT_SIGNED_IN");
  });

  test("the session's cookies are out of reach for scripts and other sites", async () => {
    const person = newPerson();
    const browser = createBrowser(server.url);
    await browser.send("POST", "/v1/sign-up", person);
    const cookies = (await signIn(browser, person)).headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/^underseal\..*HttpOnly; SameSite=Lax/);
  });

  test("https makes the cookies secure", async () => {
    const config = testConfig({ databaseUrl: db.url, dataDir, publicUrl: "https://u.example" });
    const secure = await startTestServer({ ...config, host: "127.0.0.1", port: 18_420 + (process.pid % 1_000) });
    const person = newPerson();
    const local = createBrowser(`http://127.0.0.1:${18_420 + (process.pid % 1_000)}`);
    const headers = { origin: "https://u.example" };
    await local.send("POST", "/v1/sign-up", person, headers);
    const answer = await local.send("POST", "/api/auth/sign-in/email", person, headers);
    for (const cookie of answer.headers.getSetCookie()) expect(cookie).toMatch(/^__Secure-underseal\..*; Secure/);
    expect(answer.headers.getSetCookie().length).toBeGreaterThan(0);
    await secure.stop();
  });

  test("a wrong password and an unknown address are told apart by nobody", async () => {
    const { person } = await signedIn();
    const wrong = await signIn(createBrowser(server.url), { ...person, password: "wrong horse battery" });
    const unknown = await signIn(createBrowser(server.url), { ...person, email: "nobody@example.org" });
    const withoutId = ({ requestId: _, ...rest }: Readonly<Record<string, unknown>>) => rest;
    expect(wrong.json.code).toBe("SIGN_IN_FAILED");
    expect(withoutId(unknown.json)).toEqual(withoutId(wrong.json));
  });

  test.each([
    ["a short password", { password: "elevenchars" }, "INVALID_REQUEST"],
    ["no address", { email: "nobody" }, "INVALID_REQUEST"],
    ["no name", { name: "  " }, "INVALID_REQUEST"],
    ["the operator's kind", { kind: "operator" }, "INVALID_REQUEST"],
  ])("sign-up with %s is refused", async (_name, change, code) => {
    const answer = await createBrowser(server.url).send("POST", "/v1/sign-up", { ...newPerson(), ...change });
    expect(answer.json.code).toBe(code);
  });

  test("of two who sign up at once with one address, one has it and no half account stays", async () => {
    const person = newPerson();
    const racers = await Promise.all([1, 2].map(() => createBrowser(server.url).send("POST", "/v1/sign-up", person)));
    expect(racers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { rows } = await sql`select 1 from auth_user where email = ${person.email.toLowerCase()}`.execute(
      db.database.kysely,
    );
    expect(rows).toHaveLength(1);
    const odd = await sql`select id from auth_user where id not in (select auth_user_id from person)`.execute(
      db.database.kysely,
    );
    expect(odd.rows).toEqual([]);
  });

  test("the library's own sign-up and what we do not offer cannot be reached", async () => {
    const browser = createBrowser(server.url);
    for (const path of ["sign-up/email", "delete-user", "update-user", "sign-in/social"]) {
      expect((await browser.send("POST", `/api/auth/${path}`, newPerson())).json.code).toBe("NOT_FOUND");
    }
  });

  test("no password is kept in clear, and the database holds none of our sessions' cookies", async () => {
    const { browser } = await signedIn();
    const { rows } = await sql<{ text: string }>`select password as text from auth_account`.execute(db.database.kysely);
    for (const { text } of rows) expect(text).not.toContain(PASSWORD);
    expect(browser.cookies.size).toBeGreaterThan(0);
  });
});

describe("another site's request", () => {
  test("is refused although the browser sends the cookie along", async () => {
    const { browser, personId } = await signedIn();
    const evil = { origin: "https://evil.example" };
    expect((await browser.send("PUT", "/v1/me/keys", newKeys(personId).body, evil)).json.code).toBe("FOREIGN_ORIGIN");
    expect((await browser.send("POST", "/api/auth/sign-out", {}, evil)).json.code).toBe("FOREIGN_ORIGIN");
    expect((await browser.send("GET", "/v1/me")).status).toBe(200);
  });
  test("cannot sign a person in either", async () => {
    const person = newPerson();
    await createBrowser(server.url).send("POST", "/v1/sign-up", person);
    const answer = await createBrowser(server.url).send("POST", "/api/auth/sign-in/email", person, { origin: "null" });
    expect(answer.json.code).toBe("FOREIGN_ORIGIN");
  });
});

describe("public keys", () => {
  test("are published once, answered again for the same keys, and refused for others", async () => {
    const { browser, personId } = await signedIn();
    const { published, body } = newKeys(personId);
    expect((await browser.send("PUT", "/v1/me/keys", body)).json).toEqual(published);
    expect((await browser.send("PUT", "/v1/me/keys", body)).status).toBe(200);
    expect((await browser.send("PUT", "/v1/me/keys", newKeys(personId).body)).json.code).toBe("KEYS_EXIST");
    expect((await browser.send("GET", "/v1/me")).json.keys).toEqual({ ...published, seedBoxes: body.seedBoxes });
  });

  test("are seen by everybody who is signed in, the sealed seed by nobody else", async () => {
    const [ada, bob] = [await signedIn(), await signedIn("freelancer")];
    const { published, body } = newKeys(ada.personId);
    await ada.browser.send("PUT", "/v1/me/keys", body);
    const seen = await bob.browser.send("GET", `/v1/people/${ada.personId}/keys`);
    expect(seen.json).toEqual(published);
    expect((await bob.browser.send("GET", `/v1/people/${bob.personId}/keys`)).json.code).toBe("NOT_FOUND");
    expect((await createBrowser(server.url).send("GET", `/v1/people/${ada.personId}/keys`)).json.code).toBe(
      "NOT_SIGNED_IN",
    );
  });

  test("belong to one person only", async () => {
    const [ada, eve] = [await signedIn(), await signedIn()];
    const keys = accountKeysOf(redact(random.bytes(32)), 1);
    await ada.browser.send("PUT", "/v1/me/keys", newKeys(ada.personId, { keys }).body);
    const taken = await eve.browser.send("PUT", "/v1/me/keys", newKeys(eve.personId, { keys }).body);
    expect(taken.json.code).toBe("KEYS_EXIST");
  });

  test.each([
    ["announced by another key", async (id: string) => resigned(newKeys(id).body), "SIGNATURE_INVALID"],
    ["another person's", async () => newKeys((await signedIn()).personId).body, "NOT_ALLOWED"],
    ["of a generation that nobody makes yet", async (id: string) => newKeys(id, { generation: 2 }).body, "KEYS_EXIST"],
    ["the neutral element", async (id: string) => announcing(id, { sign: NEUTRAL_ELEMENT }), "PUBLIC_KEY_INVALID"],
    [
      "of 31 bytes",
      async (id: string) => announcing(id, { sign: bytesToBase64Url(new Uint8Array(31)) }),
      "SCHEMA_INVALID",
    ],
    ["of the older kind", async (id: string) => announcing(id, { seal: `age1${"q".repeat(58)}` }), "SCHEMA_INVALID"],
    [
      "in a box too large",
      async (id: string) => boxed(id, { opensWith: "recovery", box: "x".repeat(16_385) }),
      "INVALID_REQUEST",
    ],
    [
      "in a box that the password opens",
      async (id: string) => boxed(id, { opensWith: "password", box: "x" }),
      "INVALID_REQUEST",
    ],
  ])("that are %s are refused", async (_name, makeBody, code) => {
    const { browser, personId } = await signedIn();
    expect((await browser.send("PUT", "/v1/me/keys", await makeBody(personId))).json.code).toBe(code);
    expect((await browser.send("GET", "/v1/me")).json.keys).toBeNull();
  });
});

const NEUTRAL_ELEMENT = bytesToBase64Url(Uint8Array.from([1, ...Array(31).fill(0)]));

/** The same statement, signed by a key that it does not announce. */
const resigned = (body: ReturnType<typeof newKeys>["body"]) => {
  const other = newKeys(newId()).body.account.signatures;
  return { ...body, account: { ...body.account, signatures: other } };
};

/** A statement with other keys in it; its signature no longer fits, but that is looked at last. */
const announcing = (personId: string, change: Record<string, string>) => {
  const { body } = newKeys(personId);
  const statement = JSON.parse(Buffer.from(body.account.payload, "base64").toString("utf8"));
  const payload = Buffer.from(encodeCanonical({ ...statement, ...change })).toString("base64");
  return { ...body, account: { ...body.account, payload } };
};

const boxed = (personId: string, box: Record<string, string>) => ({ ...newKeys(personId).body, seedBoxes: [box] });

test("in the database, too, a person sees only their own row and seed, and can change nobody's keys", async () => {
  const [ada, eve] = [await signedIn(), await signedIn()];
  await ada.browser.send("PUT", "/v1/me/keys", newKeys(ada.personId).body);
  // The id comes from the server's own answer.
  const asEve = <T>(statement: ReturnType<typeof sql<T>>) =>
    transact(db.database, { kind: "person", personId: eve.personId as PersonId }, (t) => statement.execute(t));
  expect((await asEve(sql`select id from person`)).rows).toEqual([{ id: eve.personId }]);
  expect((await asEve(sql`select id from auth_user`)).rows).toEqual([{ id: eve.personId }]);
  expect((await asEve(sql`select 1 from seed_box`)).rows).toEqual([]);
  expect((await asEve(sql`select 1 from account_key where person_id = ${ada.personId}`)).rows).toHaveLength(1);
  for (const forbidden of [
    sql`update account_key set seal = 'x'`,
    sql`delete from account_key`,
    sql`update person set name = 'x'`,
    sql`select password from auth_account`,
    sql`select token from auth_session`,
    sql`insert into account_key values (${ada.personId}, 2, ${new Uint8Array(32)}, 'x', '{}', now())`,
    sql`insert into person values (${ada.personId}, ${ada.personId}, 'x', 'client', now())`,
  ]) {
    await expect(asEve(forbidden)).rejects.toMatchObject({ code: "42501" });
  }
});

test("passwords cannot be guessed quickly: the twenty-first try of a minute is refused", async () => {
  const limited = await startTestServer(testConfig({ databaseUrl: db.url, dataDir, rateLimitPerMinute: 3_000 }));
  const browser = createBrowser(limited.url);
  const codes = new Map<unknown, number>();
  for (let tries = 0; tries < 21; tries += 1) {
    const { code } = (await browser.send("POST", "/api/auth/sign-in/email", { email: "nobody", password: "x" })).json;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect(Object.fromEntries(codes)).toEqual({ INVALID_REQUEST: 20, RATE_LIMITED: 1 });
  await limited.stop();
});

test("where sign-up is closed, nobody signs up", async () => {
  const closed = await startTestServer(testConfig({ databaseUrl: db.url, dataDir, signUp: "closed" }));
  expect((await createBrowser(closed.url).send("POST", "/v1/sign-up", newPerson())).json.code).toBe("SIGN_UP_CLOSED");
  await closed.stop();
});

// Last, because it makes the one operator of this database.
test("the set-up link works once, only the newest, and is not made again", async () => {
  const tokenOf = (running: RunningServer) => running.setupUrl?.split("#")[1] ?? "";
  const olderToken = tokenOf(server);
  await server.stop();
  server = await startTestServer(testConfig({ databaseUrl: db.url, dataDir }));
  const token = tokenOf(server);
  expect(server.setupUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/);
  const { kind: _, ...ada } = newPerson();
  const setUp = (withToken: string, person = ada) =>
    createBrowser(server.url).send("POST", "/v1/setup", { ...person, token: withToken });

  expect((await setUp(olderToken)).json.code).toBe("SETUP_LINK_INVALID");
  expect((await setUp(bytesToBase64Url(random.bytes(32)))).json.code).toBe("SETUP_LINK_INVALID");
  const racers = await Promise.all([setUp(token), setUp(token, { ...ada, email: "other@example.org" })]);
  expect(racers.map(({ status }) => status).sort()).toEqual([201, 403]);
  expect((await setUp(token, { ...ada, email: "third@example.org" })).json.code).toBe("SETUP_LINK_INVALID");

  const browser = createBrowser(server.url);
  const winner = racers[0]?.status === 201 ? ada : { ...ada, email: "other@example.org" };
  await signIn(browser, winner);
  expect((await browser.send("GET", "/v1/me")).json.kind).toBe("operator");
  const stored = await sql`select * from setup_link`.execute(db.database.kysely);
  expect(stored.rows).toEqual([]);

  await server.stop();
  server = await startTestServer(testConfig({ databaseUrl: db.url, dataDir }));
  expect(server.setupUrl).toBeNull();
});
