// What a client signs, whatever the server says about the client's own keys.
import { createApi } from "@underseal/api";
import { accountKeysOf, QUICKNET, readStatement } from "@underseal/evidence";
import { bytesToBase64Url, createTestClock, createTestRandom, money, redact } from "@underseal/foundation";
import { expect, it } from "vitest";
import { propose } from "../src/features/contracts/propose.ts";

const random = createTestRandom(11);
const keysOfSomebody = () => accountKeysOf(redact(random.bytes(32)), 1);
const [own, freelancer, servers] = [keysOfSomebody(), keysOfSomebody(), keysOfSomebody()];

const publicKeysOf = (personId: string, keys: typeof own) => ({
  personId,
  generation: 1,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

const CLIENT = "019a9f00-0000-7000-8000-000000000021";
const FREELANCER = "019a9f00-0000-7000-8000-000000000022";

it("names the client's own recipient in the terms, not one that the server calls theirs", async () => {
  const sent: unknown[] = [];
  const answerTo = (url: string, body: BodyInit | null | undefined): unknown => {
    if (url.includes("/v1/people/lookup")) return { ...publicKeysOf(FREELANCER, freelancer), name: "Freda" };
    if (url.endsWith("/v1/platform")) {
      const beacon = { publicKey: bytesToBase64Url(QUICKNET.publicKey), genesis: QUICKNET.genesis, period: 3 };
      return { name: "p", log: "log x\nquorum none\n", beacon, platform: "A".repeat(43), feePermille: 0, nowMs: 0 };
    }
    if (body instanceof Blob) sent.push(body);
    return {};
  };
  const api = createApi({
    baseUrl: "",
    timeoutMs: 1_000,
    fetch: async (url, init) => Response.json(answerTo(String(url), init?.body)),
  });
  const me = {
    personId: CLIENT,
    name: "Clara",
    kind: "client" as const,
    email: "clara@example.org",
    // The signing key is the client's own, so that the browser finds its keys; the recipient is the server's.
    keys: { ...publicKeysOf(CLIENT, own), seal: servers.sealing.recipient, seedBoxes: [] },
  };
  const draft = {
    freelancerEmail: "freda@example.org",
    rate: money(6_000n, "EUR"),
    weeklyLimitHours: 10,
    deposit: money(100n, "EUR"),
    manualTime: false,
    redaction: "strict" as const,
  };
  // The answer is not of the documented form; what counts is what was sent before it.
  await propose({ api, random, clock: createTestClock(0) }, { me, keys: own, draft }).catch(() => {});
  const [body] = sent;
  if (!(body instanceof Blob)) throw new Error("nothing was proposed");
  const terms = readStatement(JSON.parse(await body.text()).terms, "terms");
  if (!terms.ok) throw new Error(terms.error.detail);
  expect(terms.value.body.draw).toMatchObject({ odds: 100, beacon: { genesis: QUICKNET.genesis, period: 3 } });
  expect(terms.value.body.redaction).toBe("strict");
  expect(terms.value.body.client.sign).toBe(bytesToBase64Url(own.signing.publicKey));
  expect(terms.value.body.client.seal === own.sealing.recipient).toBe(true);
});
