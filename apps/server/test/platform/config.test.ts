import { describe, expect, test } from "vitest";
import { describeSettings, readConfig } from "../../src/config.ts";

const person = { isRoot: false, homeDir: "/home/ada" };
const root = { isRoot: true, homeDir: "/root" };

test("without any variable there is a working configuration", () => {
  expect(readConfig({}, person)).toEqual({
    ok: true,
    value: {
      databaseUrl: null,
      dataDir: "/home/ada/.local/share/underseal",
      host: "127.0.0.1",
      port: 8420,
      publicUrl: null,
      logLevel: "info",
      origin: "underseal.local/log",
      signUp: "open",
      logPolicyFile: null,
      logIntervalSeconds: 5,
      tsaUrl: null,
      tsaCertificateFile: null,
      feePermille: 0,
      rateLimitPerMinute: 3_000,
    },
  });
});

test.each([
  [{}, root, "/var/lib/underseal"],
  [{ XDG_DATA_HOME: "/data" }, root, "/var/lib/underseal"],
  [{ XDG_DATA_HOME: "/data" }, person, "/data/underseal"],
  [{ XDG_DATA_HOME: "data" }, person, "/home/ada/.local/share/underseal"],
  [{ UNDERSEAL_DATA_DIR: " /srv/us/ " }, person, "/srv/us/"],
])("the data directory of %o for %o is %s", (env, starter, expected) => {
  const config = readConfig(env, starter);
  expect(config.ok && config.value.dataDir).toBe(expected);
});

test("all faults are told at once, each with its variable and a remedy", () => {
  const config = readConfig(
    {
      DATABASE_URL: "mysql://root:hunter2@db/us",
      UNDERSEAL_DATA_DIR: "data",
      UNDERSEAL_HOST: "no host",
      UNDERSEAL_PORT: "65536",
      UNDERSEAL_PUBLIC_URL: "https://underseal.example/app",
      UNDERSEAL_LOG_LEVEL: "loud",
      UNDERSEAL_ORIGIN: "a b",
      UNDERSEAL_LOG_POLICY: "policy",
      UNDERSEAL_LOG_INTERVAL: "11",
      UNDERSEAL_TSA_URL: "tsa.example",
      UNDERSEAL_TSA_CERTIFICATE: "ca.pem",
      UNDERSEAL_SIGN_UP: "maybe",
      UNDERSEAL_FEE_PERMILLE: "2.5",
      UNDERSEAL_RATE_LIMIT: "-1",
    },
    person,
  );
  const faults = config.ok ? [] : config.error;
  expect(faults.map(({ variable }) => variable)).toEqual(describeSettings().map(({ variable }) => variable));
  for (const { problem, remedy } of faults) expect([problem, remedy].join("|")).toMatch(/^.{10,}\|.{10,}\.$/s);
  expect(JSON.stringify(faults)).not.toContain("hunter2");
});

test("a timestamping authority is believed by its certificate only, so one is not set without the other", () => {
  const config = readConfig({ UNDERSEAL_TSA_URL: "https://tsa.example/tsr" }, person);
  expect(config).toMatchObject({
    ok: false,
    error: [{ variable: "UNDERSEAL_TSA_CERTIFICATE", problem: "is missing" }],
  });
  const both = { UNDERSEAL_TSA_URL: "https://tsa.example/tsr", UNDERSEAL_TSA_CERTIFICATE: "/etc/tsa.pem" };
  expect(readConfig(both, person)).toMatchObject({ ok: true, value: { tsaUrl: "https://tsa.example/tsr" } });
});

describe("boundaries", () => {
  test.each([
    ["UNDERSEAL_PORT", "0", true],
    ["UNDERSEAL_PORT", "65535", true],
    ["UNDERSEAL_PORT", "65536", false],
    ["UNDERSEAL_PORT", "80.5", false],
    ["UNDERSEAL_PORT", "", true],
    ["UNDERSEAL_PUBLIC_URL", "https://u.example", true],
    ["UNDERSEAL_PUBLIC_URL", "https://u.example/", true],
    ["UNDERSEAL_PUBLIC_URL", "https://ada@u.example/", false],
    ["UNDERSEAL_PUBLIC_URL", "ftp://u.example", false],
    ["UNDERSEAL_HOST", "::1", true],
    ["DATABASE_URL", "postgresql://a:b@c/d", true],
    ["DATABASE_URL", "postgres://", false],
  ])("%s=%s is accepted: %s", (variable, text, isAccepted) => {
    expect(readConfig({ [variable]: text }, person).ok).toBe(isAccepted);
  });
});
