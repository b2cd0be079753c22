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
      beacon: { kind: "own", period: 3 },
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
      UNDERSEAL_BEACON: "moon",
      UNDERSEAL_BEACON_PERIOD: "0",
      UNDERSEAL_BEACON_URL: "drand",
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

describe("the beacon", () => {
  const beaconOf = (env: Readonly<Record<string, string>>) => {
    const config = readConfig(env, person);
    return config.ok ? config.value.beacon : config.error.map(({ variable }) => variable);
  };
  const quicknet = { UNDERSEAL_BEACON: "quicknet" };

  test("is the platform's own with the period that is set", () => {
    expect(beaconOf({ UNDERSEAL_BEACON_PERIOD: "60" })).toEqual({ kind: "own", period: 60 });
    expect(beaconOf({ UNDERSEAL_BEACON_PERIOD: "61" })).toEqual(["UNDERSEAL_BEACON_PERIOD"]);
  });

  test("is quicknet by the relays that are named, one at least and five at most", () => {
    const urls = ["https://api.drand.sh", "https://drand.example/relay"];
    const text = "https://api.drand.sh/, https://drand.example/relay";
    expect(beaconOf({ ...quicknet, UNDERSEAL_BEACON_URL: text })).toEqual({ kind: "quicknet", urls });
    expect(beaconOf(quicknet)).toEqual(["UNDERSEAL_BEACON_URL"]);
    const six = Array.from({ length: 6 }, () => "https://api.drand.sh").join(",");
    expect(beaconOf({ ...quicknet, UNDERSEAL_BEACON_URL: six })).toEqual(["UNDERSEAL_BEACON_URL"]);
  });

  test.each(["api.drand.sh", "ftp://api.drand.sh", "https://ada@drand.example", "https://drand.example/?x=1", ","])(
    "takes no relay %s",
    (url) => {
      expect(beaconOf({ ...quicknet, UNDERSEAL_BEACON_URL: url })).toEqual(["UNDERSEAL_BEACON_URL"]);
    },
  );
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
