// The daemon's server met by its enemies, over real sockets: web pages in the person's own browser, other ports of this
// machine, other users of it, and who sends what is no request.
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { MINUTE_MS } from "@underseal/foundation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startResident } from "../src/daemon/resident.ts";
import { PAGES } from "../src/loopback/guard.ts";
import { reviewCalls } from "../src/loopback/review-routes.ts";
import { temporaryFolder } from "./outbox-world.ts";
import { residentDeps, startTestResident, type TestResident } from "./resident.ts";

const folder = temporaryFolder();
let daemon: TestResident;
let own = "";
let secret = "";

beforeAll(async () => {
  daemon = await startTestResident(folder.path);
  own = `127.0.0.1:${daemon.port}`;
  secret = JSON.parse(readFileSync(endpointFile(), "utf8")).secret;
});

afterAll(async () => {
  await daemon.resident.close();
  folder[Symbol.dispose]();
});

const endpointFile = (): string => path.join(daemon.config.stateDir, "daemon.json");

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends these bytes, and gives what came until the other side hung up. */
const exchange = async (text: string): Promise<Answer> => {
  const socket = connect(daemon.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const [head = "", body = ""] = Buffer.concat(chunks).toString("utf8").split("\r\n\r\n", 2);
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(first.split(" ")[1]), headers, body };
};

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** A request of HTTP/1.1 with exactly these headers, `host` included. */
const request = ({ method = "GET", path = "/", headers = [["host", own]], body = "" }: Sent): Promise<Answer> => {
  const lines = [...headers, ["connection", "close"], ["content-length", String(Buffer.byteLength(body))]];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return exchange(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
};

const origin = (): readonly [string, string] => ["origin", `http://${own}`];
const host = (): readonly [string, string] => ["host", own];
const bearer = (): readonly [string, string] => ["authorization", `Bearer ${secret}`];
const json = ["content-type", "application/json"] as const;

/** As the page does it. */
const openSession = async (): Promise<readonly (readonly [string, string])[]> => {
  const token = await launch();
  const answer = await request({
    method: "POST",
    path: "/session",
    headers: [host(), origin(), json],
    body: JSON.stringify({ token }),
  });
  expect(answer.status).toBe(200);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return [
    ["cookie", cookie],
    ["underseal-key", JSON.parse(answer.body).key],
  ];
};

const launch = async (): Promise<string> => {
  const answer = await request({
    method: "POST",
    path: "/launch",
    headers: [host(), origin(), bearer(), json],
    body: "{}",
  });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body).token;
};

describe("a request with the owner's secret, from the right place", () => {
  test.each(["127.0.0.1", "localhost"])("is answered as %s", async (name) => {
    const headers = [["host", `${name}:${daemon.port}`], bearer()] as const;
    const answer = await request({ path: "/snapshot", headers });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ state: "stopped", contract: null });
  });

  test("and a command that cannot be carried out gets its reason", async () => {
    const headers = [host(), origin(), bearer(), json];
    const answer = await request({ method: "POST", path: "/commands", headers, body: '{"name":"start","memo":""}' });
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.body)).toEqual({ code: "COMMAND_REFUSED", message: "the server does not answer" });
  });
});

describe("the host", () => {
  test.each([
    ["of a name that was made to resolve here", () => [["host", `evil.example:${daemon.port}`]] as const],
    ["without the port", () => [["host", "127.0.0.1"]] as const],
    ["with another port", () => [["host", `127.0.0.1:${daemon.port + 1}`]] as const],
    ["with a name before ours", () => [["host", `evil.example@127.0.0.1:${daemon.port}`]] as const],
    ["with a dot at its end", () => [["host", `localhost.:${daemon.port}`]] as const],
    ["of another loopback address", () => [["host", `127.0.0.2:${daemon.port}`]] as const],
    ["empty", () => [["host", ""]] as const],
  ])("%s is refused", async (_, headers) => {
    for (const path of ["/", "/page.js", "/snapshot", "/daemon", "/nothing"]) {
      const answer = await request({ path, headers: [...headers(), bearer()] });
      expect([path, answer.status, JSON.parse(answer.body).code]).toEqual([path, 403, "FOREIGN_HOST"]);
    }
  });

  test("that is missing, or there twice, is refused", async () => {
    expect((await request({ headers: [] })).status).toBe(400);
    expect((await request({ headers: [host(), ["host", "evil.example"]] })).status).toBeGreaterThanOrEqual(400);
    expect((await exchange("GET / HTTP/1.0\r\n\r\n")).status).toBe(403);
    // An address with a host in it does not count as one.
    const answer = await exchange(`GET http://${own}/ HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`);
    expect(answer.status).toBe(403);
  });
});

describe("the origin", () => {
  const command = (headers: readonly (readonly [string, string])[]) =>
    request({
      method: "POST",
      path: "/commands",
      headers: [host(), json, bearer(), ...headers],
      body: '{"name":"stop"}',
    });

  test("of our own page is needed for whatever changes something", async () => {
    expect((await command([origin()])).status).toBe(409);
    expect((await command([])).status).toBe(403);
  });

  test.each([
    ["another site", () => "http://evil.example"],
    ["another port", () => `http://127.0.0.1:${daemon.port + 1}`],
    ["https", () => `https://${own}`],
    ["our other name", () => `http://localhost:${daemon.port}`],
    ["ours with something after it", () => `http://${own}.evil.example`],
    ["none that a browser would name (a file, a frame without an origin)", () => "null"],
  ])("%s is refused, reading included", async (_, value) => {
    expect((await command([["origin", value()]])).status).toBe(403);
    for (const path of ["/", "/snapshot", "/daemon", "/page.js"]) {
      const answer = await request({ path, headers: [host(), bearer(), ["origin", value()]] });
      expect([path, answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([path, 403, undefined]);
    }
  });

  test("twice is refused", async () => {
    expect((await command([origin(), origin()])).status).toBe(403);
  });
});

describe("where a browser says the request comes from", () => {
  const from = (site: string, path: string, more: readonly (readonly [string, string])[] = []) =>
    request({ path, headers: [host(), bearer(), ["sec-fetch-site", site], ...more] });
  const visit = [
    ["sec-fetch-mode", "navigate"],
    ["sec-fetch-dest", "document"],
  ] as const;

  test.each(["cross-site", "same-site", "anything"])("%s reads nothing", async (site) => {
    for (const path of ["/", "/snapshot", "/daemon", "/page.js", "/tracking.svg"]) {
      expect([path, (await from(site, path)).status]).toEqual([path, 403]);
    }
    expect((await from(site, "/snapshot", visit)).status).toBe(403);
  });

  test.each(PAGES)("a link from anywhere may lead to %s, which holds nothing; a frame may not", async (page) => {
    expect((await from("cross-site", page, visit)).status).toBe(200);
    const frame = [
      ["sec-fetch-mode", "navigate"],
      ["sec-fetch-dest", "iframe"],
    ] as const;
    expect((await from("cross-site", page, frame)).status).toBe(403);
  });

  test.each(["same-origin", "none"])("%s is answered", async (site) => {
    expect((await from(site, "/snapshot")).status).toBe(200);
  });
});

describe("a launch token", () => {
  const use = (token: unknown) =>
    request({ method: "POST", path: "/session", headers: [host(), origin(), json], body: JSON.stringify({ token }) });

  test("is 32 random bytes, opens one session, and no second one", async () => {
    const token = await launch();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const first = await use(token);
    expect(first.status).toBe(200);
    expect(first.headers.get("set-cookie")).toMatch(
      new RegExp(`^underseal-${daemon.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const second = await use(token);
    expect(second.status).toBe(401);
    expect(second.headers.get("set-cookie")).toBeUndefined();
  });

  test("is worth nothing after a minute", async () => {
    const [early, late] = [await launch(), await launch()];
    daemon.clock.advance(MINUTE_MS - 1);
    expect((await use(early)).status).toBe(200);
    daemon.clock.advance(1);
    expect((await use(late)).status).toBe(401);
  });

  test.each([
    ["an invented one", "A".repeat(43)],
    ["none", ""],
    ["what is no text", 7],
    ["the secret", null],
  ])("%s opens nothing", async (_, token) => {
    expect((await use(token ?? secret)).status).toBe(401);
  });

  test("is given to who knows the secret, not to a session", async () => {
    const session = await openSession();
    const headers = [host(), origin(), json, ...session];
    expect((await request({ method: "POST", path: "/launch", headers, body: "{}" })).status).toBe(401);
  });

  test("of many that were asked for, the newest eight count", async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 9; i += 1) tokens.push(await launch());
    expect((await use(tokens[0])).status).toBe(401);
    expect((await use(tokens[1])).status).toBe(200);
  });
});

describe("a session", () => {
  let session: readonly (readonly [string, string])[] = [];
  beforeEach(async () => {
    session = await openSession();
  });
  const look = async (...headers: readonly (readonly [string, string])[]) =>
    (await request({ path: "/snapshot", headers: [host(), ...headers] })).status;

  test("needs its cookie and its key, and both of one session", async () => {
    const [cookie, key] = session;
    const [otherCookie, otherKey] = await openSession();
    if (!cookie || !key || !otherCookie || !otherKey) return expect.fail("a session has two halves");
    expect(await look(cookie, key)).toBe(200);
    expect(await look(cookie)).toBe(401);
    expect(await look(key)).toBe(401);
    expect(await look(cookie, otherKey)).toBe(401);
    expect(await look(otherCookie, key)).toBe(401);
    expect(await look(["cookie", `${cookie[1]}x`], key)).toBe(401);
  });

  test("ends after a day", async () => {
    daemon.clock.advance(24 * 60 * MINUTE_MS - 1);
    expect(await look(...session)).toBe(200);
    daemon.clock.advance(1);
    expect(await look(...session)).toBe(401);
  });
});

describe("without session or secret", () => {
  test.each([
    ["nothing", []],
    ["an invented secret", [["authorization", `Bearer ${"A".repeat(43)}`]]],
    ["an empty one", [["authorization", "Bearer "]]],
    [
      "an invented session",
      [
        ["cookie", "underseal=A"],
        ["underseal-key", "B"],
      ],
    ],
  ] as const)("(%s) nothing is told or done", async (_, headers) => {
    for (const path of ["/snapshot", "/reviews"]) {
      const answer = await request({ path, headers: [host(), ...headers] });
      expect([path, answer.status, JSON.parse(answer.body).code]).toEqual([path, 401, "NOT_SIGNED_IN"]);
    }
    for (const path of ["/commands", "/launch", "/reviews/picture", ...Object.keys(reviewCalls)]) {
      const all = [host(), origin(), json, ...headers];
      expect((await request({ method: "POST", path, headers: all, body: '{"name":"stop"}' })).status).toBe(401);
    }
  });
});

describe("a call of the review", () => {
  const call = async (path: string, body: unknown) => {
    const headers = [host(), origin(), bearer(), json];
    const { status, body: answer } = await request({ method: "POST", path, headers, body: JSON.stringify(body) });
    return { status, answer: answer === "" ? null : JSON.parse(answer) };
  };

  test.each([
    ["/reviews/find", []],
    ["/reviews/edit", { capture: "x", hide: [0] }],
    ["/reviews/edit", { capture: "x", hide: [0.5], reveal: [], confirmLocked: false }],
    ["/reviews/edit", { capture: "x", hide: [], reveal: new Array(5_000).fill(1), confirmLocked: false }],
    ["/reviews/hide-in-day", { capture: "x", tiles: "all" }],
    ["/reviews/approve", { seen: [{ capture: "x" }] }],
    ["/reviews/approve", { seen: "all" }],
    ["/reviews/approve", { seen: [null] }],
  ])("of another form is not understood: %s %j", async (path, body) => {
    expect(await call(path, body)).toMatchObject({ status: 400, answer: { code: "NOT_UNDERSTOOD" } });
  });

  test.each(["find", "picture", "reset", "drop", "undo", "measure"])(
    "about an unknown capture is refused: %s",
    async (name) => {
      const message = "there is no such capture any more";
      const refused = { status: 409, answer: { code: "REVIEW_REFUSED", message } };
      for (const capture of ["", "A".repeat(43), 7, null]) {
        expect(await call(`/reviews/${name}`, { capture })).toEqual(refused);
      }
    },
  );
});

describe("every answer", () => {
  test.each([
    ["the page", "/", 200],
    ["the script", "/page.js", 200],
    ["the page of the review", "/review", 200],
    ["what is not told", "/snapshot", 401],
    ["what is not there", "/nothing", 404],
  ])("is kept by nobody, framed by nobody and runs nothing foreign: %s", async (_, path, status) => {
    const answer = await request({ path });
    expect(answer.status).toBe(status);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy).not.toMatch(/unsafe|\*|http|data:/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("the page has no script or style in it", async () => {
    const { body } = await request({});
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
  });
});

describe("what is asked", () => {
  test.each([
    "/page.html",
    "/page/",
    "/../server.ts",
    "/..%2fserver.ts",
    "/%2e%2e/server.ts",
    "//page.js",
    "/page.js?x",
    "/./page.js",
    "/PAGE.JS",
    "/daemon.json",
    "/snapshot/",
    "/__proto__",
    "*",
  ])("%s is no address of ours", async (path) => {
    expect((await request({ path, headers: [host(), bearer()] })).status).toBe(404);
  });

  test.each(["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])("%s is understood nowhere", async (method) => {
    for (const path of ["/", "/snapshot", "/commands"]) {
      const answer = await request({ method, path, headers: [host(), origin(), bearer()] });
      expect(answer.status).toBe(405);
    }
  });

  test("a route understands its own method only", async () => {
    const headers = [host(), origin(), bearer(), json];
    expect((await request({ method: "POST", path: "/snapshot", headers, body: "{}" })).status).toBe(405);
    expect((await request({ path: "/commands", headers: [host(), bearer()] })).status).toBe(405);
  });

  test.each([
    ["not JSON", json, "{", 400],
    ["a form, as any site could send it", ["content-type", "application/x-www-form-urlencoded"], "name=stop", 415],
    ["plain text, as any site could send it", ["content-type", "text/plain"], '{"name":"stop"}', 415],
    ["an unknown command", json, '{"name":"quit"}', 400],
    ["a command with more in it", json, '{"name":"stop","at":"once"}', 400],
    ["a list", json, "[]", 400],
    ["nothing", json, "", 400],
    ["a memo that is too long", json, JSON.stringify({ name: "start", memo: "x".repeat(1_001) }), 400],
    ["a switch to nowhere", json, '{"name":"switch"}', 400],
    ["too much", json, JSON.stringify({ name: "start", memo: "x".repeat(129 * 1024) }), 413],
  ] as const)("%s is refused", async (_, type, body, status) => {
    const headers = [host(), origin(), bearer(), type];
    expect((await request({ method: "POST", path: "/commands", headers, body })).status).toBe(status);
  });

  test("too much in pieces, whose length nobody said, is refused as well", async () => {
    const piece = `10800\r\n${"x".repeat(0x10800)}\r\n`;
    const head = [host(), origin(), bearer(), json, ["transfer-encoding", "chunked"] as const]
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    const answer = await exchange(`POST /commands HTTP/1.1\r\n${head}\r\n${piece}${piece}`);
    expect(answer.status).toBe(413);
  });

  test("headers that are too long, and what is no request, end the connection", async () => {
    const long = await request({ headers: [host(), ["x-long", "x".repeat(9_000)]] });
    expect(long.status).toBe(431);
    expect((await exchange("\x16\x03\x01 hello\r\n\r\n")).status).toBe(400);
    expect(await exchange(`CONNECT ${own} HTTP/1.1\r\nhost: ${own}\r\n\r\n`)).toMatchObject({ body: "" });
  });

  test("a request that does not come to its end is cut off", async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nhost: ${own}\r\n`);
    expect(answer.status).toBe(408);
  });
});

describe("another user of this machine", () => {
  const NOBODY = 65_534;
  // The system's own: ours may lie where nobody else may look.
  const NODE = "node";

  /** Not waiting for it by blocking: the server it asks runs here. */
  const runAsNobody = (command: string, args: readonly string[]) =>
    new Promise<{ readonly code: unknown; readonly stdout: string }>((resolve) => {
      execFile(command, args, { uid: NOBODY, gid: NOBODY, cwd: "/" }, (error, stdout) =>
        resolve({ code: error === null ? 0 : error.code, stdout }),
      );
    });

  test.runIf(process.getuid?.() === 0)(
    "can read neither the secret nor, without it, anything of the daemon",
    async () => {
      expect(statSync(endpointFile()).mode & 0o777).toBe(0o600);
      expect(statSync(daemon.config.stateDir).mode & 0o077).toBe(0);
      expect(await runAsNobody("cat", ["/etc/hostname"])).toMatchObject({ code: 0 });
      expect(await runAsNobody("cat", [endpointFile()])).toEqual({ code: 1, stdout: "" });
      const ask = `const answer = await fetch("http://${own}/snapshot"); console.log(answer.status)`;
      expect(await runAsNobody(NODE, ["--input-type=module", "-e", ask])).toEqual({ code: 0, stdout: "401\n" });
    },
  );

  test("finds us on the loopback address only", async () => {
    const outside = Object.values(os.networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => address);
    for (const address of [...outside, "127.0.0.2"]) {
      const socket = connect(daemon.port, address);
      const outcome = await new Promise((resolve) => {
        socket.on("connect", () => resolve("connected")).on("error", (error) => resolve("code" in error && error.code));
      });
      socket.destroy();
      expect([address, outcome]).toEqual([address, "ECONNREFUSED"]);
    }
  });
});

test("a second daemon for the same state directory does not begin, and leaves the first one's file", async () => {
  const before = readFileSync(endpointFile(), "utf8");
  const second = await startResident(daemon.config, residentDeps(daemon.clock));
  expect(second).toMatchObject({ ok: false, error: { code: "OUTBOX_IN_USE" } });
  expect(readFileSync(endpointFile(), "utf8")).toBe(before);
});
