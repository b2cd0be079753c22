// A real timestamping authority: `openssl ts` behind HTTP, which can be told to answer wrongly.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { createTestDir } from "../support/database.ts";

const run = promisify(execFile);

const CONFIG = `
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
certs = ./ca.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
[timestamps]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[signing]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
`;

export interface Authority {
  /** Trusts what this authority signs. */
  readonly certificateFile: string;
  /** The answer to a request in DER. */
  reply(request: Uint8Array): Promise<Uint8Array>;
  /** The same, signed by a certificate of the same CA that is for signing programs. */
  replyWithWrongPurpose(request: Uint8Array): Promise<Uint8Array>;
  /** Whether OpenSSL itself believes the answer. */
  verify(files: { readonly data: Uint8Array; readonly response: Uint8Array }): Promise<boolean>;
}

export interface AuthoritySettings {
  readonly key?: "rsa:2048" | "ec:prime256v1";
}

export const createAuthority = async (settings: AuthoritySettings = {}): Promise<Authority> => {
  const cwd = await createTestDir();
  const openssl = (...args: readonly string[]) => run("openssl", args, { cwd });
  const [kind = "", detail = ""] = (settings.key ?? "rsa:2048").split(":");
  const newKey =
    kind === "ec" ? ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${detail}`] : ["-newkey", `rsa:${detail}`];
  await writeFile(path.join(cwd, "config"), CONFIG);
  await writeFile(path.join(cwd, "serial"), "01\n");
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-nodes",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Test CA",
    "-days",
    "3650",
  );
  await openssl("req", ...newKey, "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA");
  for (const [purpose, file] of [
    ["timestamps", "tsa.pem"],
    ["signing", "signing.pem"],
  ] as const) {
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650"];
    await openssl("x509", "-req", "-in", "tsa.csr", "-out", file, "-extfile", "config", "-extensions", purpose, ...by);
  }
  let place = 0;
  const write = async (name: string, bytes: Uint8Array): Promise<string> => {
    place += 1;
    await writeFile(path.join(cwd, `${place}.${name}`), bytes);
    return `${place}.${name}`;
  };
  const reply = async (request: Uint8Array, ...options: readonly string[]): Promise<string> => {
    const query = await write("tsq", request);
    await openssl("ts", "-reply", "-config", "config", "-queryfile", query, "-out", `${query}.tsr`, ...options);
    return `${query}.tsr`;
  };
  const readBytes = async (name: string) => new Uint8Array(await readFile(path.join(cwd, name)));
  return {
    certificateFile: path.join(cwd, "ca.pem"),
    reply: async (request) => readBytes(await reply(request)),
    replyWithWrongPurpose: async (request) => {
      const token = await reply(request, "-token_out");
      await openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", token, "-out", `${token}.info`);
      const signing = ["-signer", "signing.pem", "-inkey", "tsa.key", "-md", "sha256", "-nodetach", "-binary"];
      const type = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-outform", "DER"];
      await openssl("cms", "-sign", "-in", `${token}.info`, ...signing, ...type, "-out", `${token}.forged`);
      // PKIStatusInfo "granted", and the token.
      const content = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00, ...(await readBytes(`${token}.forged`)));
      return Uint8Array.of(0x30, 0x82, content.length >> 8, content.length & 0xff, ...content);
    },
    verify: async ({ data, response }) => {
      const files = [await write("data", data), await write("tsr", response)] as const;
      return openssl("ts", "-verify", "-data", files[0], "-in", files[1], "-CAfile", "ca.pem").then(
        ({ stdout }) => stdout.includes("Verification: OK"),
        () => false,
      );
    },
  };
};

export interface AuthorityServer {
  readonly url: string;
  /** How often it was asked. */
  count: number;
  /** `null`: no answer at all. */
  answer: (request: Uint8Array) => Promise<{ readonly status: number; readonly body: Uint8Array } | null>;
  stop(): Promise<void>;
}

export const serveAuthority = async (answer: AuthorityServer["answer"]): Promise<AuthorityServer> => {
  const server = createServer((request, response) => {
    void read(request).then(
      async (body) => {
        authority.count += 1;
        const isQuery = request.headers["content-type"] === "application/timestamp-query";
        const answered = isQuery ? await authority.answer(body) : { status: 415, body: new Uint8Array() };
        if (answered === null) return void response.destroy();
        response.writeHead(answered.status, { "content-type": "application/timestamp-reply" }).end(answered.body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const authority: AuthorityServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`,
    count: 0,
    answer,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return authority;
};

const read = async (request: IncomingMessage): Promise<Uint8Array> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
};
