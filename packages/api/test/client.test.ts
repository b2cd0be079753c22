import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createApi, problemCodes, problems, route } from "../src/index.ts";

const item = route({
  method: "GET",
  path: "/v1/things/:thingId/parts/:part",
  summary: "One part",
  access: "anyone",
  params: z.object({ thingId: z.string(), part: z.string() }),
  query: z.object({ week: z.string(), page: z.number().optional() }),
  answer: z.object({ name: z.string() }),
  problems: ["NOT_FOUND"],
});
const create = route({
  method: "POST",
  path: "/v1/things",
  summary: "Create",
  access: "anyone",
  body: z.object({ name: z.string() }),
  answer: z.object({ id: z.string() }),
  status: 201,
  problems: [],
});
const upload = route({
  method: "PUT",
  path: "/v1/files/:digest",
  summary: "Upload",
  access: "anyone",
  params: z.object({ digest: z.string() }),
  body: "bytes",
  answer: z.object({}),
  problems: [],
});
const download = route({
  method: "GET",
  path: "/v1/files/:digest",
  summary: "Download",
  access: "anyone",
  params: z.object({ digest: z.string() }),
  answer: "bytes",
  problems: [],
});

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: unknown;
  readonly body: string | null;
}

/** An API whose server gives one answer, and what was sent to it. */
const createTestApi = (answer: () => Response | Promise<Response>) => {
  const sent: Sent[] = [];
  const signed: unknown[] = [];
  const api = createApi({
    baseUrl: "http://127.0.0.1:8420",
    timeoutMs: 1_000,
    headersFor: (request) => {
      signed.push(request);
      return { "x-signed": request.path };
    },
    fetch: async (url, init) => {
      const body = init?.body instanceof Blob ? await init.body.text() : null;
      sent.push({ url: String(url), method: init?.method, headers: init?.headers, body });
      return answer();
    },
  });
  return { api, sent, signed };
};

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });

describe("the address of a call", () => {
  it("has its parameters escaped, so that none of them can name another address", async () => {
    const { api, sent } = createTestApi(() => json({ name: "a" }));
    await api.call(item, { params: { thingId: "a/b?c#d", part: "ü %" }, query: { week: "2026-11-16" } });
    expect(sent[0]?.url).toBe("http://127.0.0.1:8420/v1/things/a%2Fb%3Fc%23d/parts/%C3%BC%20%25?week=2026-11-16");
  });

  it("carries every part of the query", async () => {
    const { api, sent } = createTestApi(() => json({ name: "a" }));
    await api.call(item, { params: { thingId: "1", part: "2" }, query: { week: "a b&c=d", page: 3 } });
    expect(sent[0]?.url).toMatch(/\?week=a\+b%26c%3Dd&page=3$/);
  });

  it("is what is signed, with the query", async () => {
    const { api, sent, signed } = createTestApi(() => json({ name: "a" }));
    await api.call(item, { params: { thingId: "1", part: "2" }, query: { week: "w" } });
    expect(signed[0]).toEqual({ method: "GET", path: "/v1/things/1/parts/2?week=w", body: null });
    expect(sent[0]?.headers).toEqual({ "x-signed": "/v1/things/1/parts/2?week=w" });
  });
});

describe("a body", () => {
  it("is sent as JSON and signed as the bytes that are sent", async () => {
    const { api, sent, signed } = createTestApi(() => json({ id: "1" }, 201));
    expect(await api.call(create, { body: { name: "ü" } })).toEqual({ ok: true, value: { id: "1" } });
    expect(sent[0]).toMatchObject({
      method: "POST",
      body: '{"name":"ü"}',
      headers: { "content-type": "application/json" },
    });
    expect(signed[0]).toMatchObject({ body: new TextEncoder().encode('{"name":"ü"}') });
  });

  it("of bytes is streamed, and its digest in the path is what is signed", async () => {
    const { api, sent, signed } = createTestApi(() => json({}));
    await api.call(upload, { params: { digest: "d" }, body: Uint8Array.of(104, 105) });
    expect(sent[0]).toMatchObject({ body: "hi", headers: { "content-type": "application/octet-stream" } });
    expect(signed[0]).toEqual({ method: "PUT", path: "/v1/files/d", body: null });
  });
});

describe("an answer", () => {
  const input = { params: { thingId: "1", part: "2" }, query: { week: "w" } };

  it("of bytes comes as bytes", async () => {
    const { api } = createTestApi(() => new Response(Uint8Array.of(1, 2)));
    expect(await api.call(download, { params: { digest: "d" } })).toEqual({ ok: true, value: Uint8Array.of(1, 2) });
  });

  it("that is a problem comes as that problem", async () => {
    const code = problemCodes[0];
    if (code === undefined) throw new Error("there are codes");
    const { status, title, remedy } = problems[code];
    const problem = { type: "about:blank", title, status, code, remedy, detail: "d", requestId: "r", instance: "i" };
    const { api } = createTestApi(() => json(problem, status));
    const answer = await api.call(item, input);
    expect(answer).toMatchObject({ ok: false, error: { code } });
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["of another form", () => json({ name: 1 })],
    ["that is no JSON", () => new Response("<html>", { status: 502 })],
    ["that is empty", () => new Response(null, { status: 500 })],
    ["that is not UTF-8", () => new Response(Uint8Array.of(0xff))],
    ["that never came", () => Promise.reject(new TypeError("fetch failed"))],
  ])("%s is a network error: the request may be sent again", async (_, answer) => {
    const { api } = createTestApi(answer);
    expect(await api.call(item, input)).toMatchObject({ ok: false, error: { code: "NETWORK" } });
  });
});
