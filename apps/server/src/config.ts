import os from "node:os";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import type { BeaconSettings } from "./beacon/index.ts";
import type { LogLevel } from "./platform/logger.ts";

// The only place that reads the environment. Every fault is found at once, each with what to do about it; the same
// table is printed by `--help` and in docs/operating.md.

export type SignUp = "open" | "closed";

export interface Config {
  /** `null`: the embedded PostgreSQL in the data directory. Holds a password: never print it. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a slash at the end; `null`: the address that the server listens on. */
  readonly publicUrl: string | null;
  readonly logLevel: LogLevel;
  /** The name under which the log signs (C2SP: a host name with an optional path). */
  readonly origin: string;
  /** Whose public randomness draws the captures; terms pin it. */
  readonly beacon: BeaconSettings;
  /** A tlog-policy file that names the witnesses of the log; `null`: there are none. */
  readonly logPolicyFile: string | null;
  /** While busy, the log publishes a checkpoint at most so often. */
  readonly logIntervalSeconds: number;
  /** Where a day's checkpoint gets its timestamp (RFC 3161); `null`: nowhere. */
  readonly tsaUrl: string | null;
  /** The certificates, in PEM, by which that authority is believed. */
  readonly tsaCertificateFile: string | null;
  readonly signUp: SignUp;
  /** The platform's share of what a deposit pays, in permille. */
  readonly feePermille: number;
  /** Requests per minute and address; 0: no limit. */
  readonly rateLimitPerMinute: number;
}

export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
  readonly remedy: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Who starts the server decides where its data is kept by default. */
export interface Starter {
  readonly isRoot: boolean;
  readonly homeDir: string;
}

const currentStarter = (): Starter => ({ isRoot: process.getuid?.() === 0, homeDir: os.homedir() });

const logLevels = ["silent", "fatal", "error", "warn", "info", "debug"] as const;
const beacons = ["own", "quicknet"] as const;
const signUps = ["open", "closed"] as const;
const PORT_MAX = 65_535;
const RATE_LIMIT_MAX = 1_000_000;
/** Longer ones would leave tier A, which has a minute, too little time. */
const LOG_INTERVAL_MAX = 10;
/** What the schema of terms allows. */
const FEE_PERMILLE_MAX = 500;
const BEACON_PERIOD_MAX_SECONDS = 60;
const BEACON_RELAYS_MAX = 5;

/** Empty variables count as unset, as in most shells' scripts and container files. */
export const readConfig = (
  env: Environment,
  starter: Starter = currentStarter(),
): Result<Config, readonly ConfigFault[]> => {
  const faults: ConfigFault[] = [];
  const read: Read = (variable, parse, fallback) => {
    const text = env[variable]?.trim() ?? "";
    if (text === "") return fallback;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    faults.push({ variable, ...parsed.error });
    return fallback;
  };
  const config: Config = {
    databaseUrl: read<string | null>("DATABASE_URL", parseDatabaseUrl, null),
    dataDir: read("UNDERSEAL_DATA_DIR", parsePath, defaultDataDir(env, starter)),
    host: read("UNDERSEAL_HOST", parseHost, "127.0.0.1"),
    port: read("UNDERSEAL_PORT", wholeNumberUpTo(PORT_MAX, "8420"), 8420),
    publicUrl: read<string | null>("UNDERSEAL_PUBLIC_URL", parsePublicUrl, null),
    logLevel: read<LogLevel>("UNDERSEAL_LOG_LEVEL", oneOf(logLevels), "info"),
    origin: read("UNDERSEAL_ORIGIN", parseOrigin, "underseal.local/log"),
    beacon: readBeacon(read, faults),
    logPolicyFile: read<string | null>("UNDERSEAL_LOG_POLICY", parsePath, null),
    logIntervalSeconds: read("UNDERSEAL_LOG_INTERVAL", wholeNumberUpTo(LOG_INTERVAL_MAX, "5"), 5),
    tsaUrl: read<string | null>("UNDERSEAL_TSA_URL", parseAddress, null),
    tsaCertificateFile: read<string | null>("UNDERSEAL_TSA_CERTIFICATE", parsePath, null),
    signUp: read<SignUp>("UNDERSEAL_SIGN_UP", oneOf(signUps), "open"),
    feePermille: read("UNDERSEAL_FEE_PERMILLE", wholeNumberUpTo(FEE_PERMILLE_MAX, "50"), 0),
    rateLimitPerMinute: read("UNDERSEAL_RATE_LIMIT", wholeNumberUpTo(RATE_LIMIT_MAX, "3000"), 3_000),
  };
  if (config.tsaUrl !== null && config.tsaCertificateFile === null && !isFaulty(faults, "UNDERSEAL_TSA_CERTIFICATE")) {
    const remedy = "Name the file with the authority's certificates: without it, its timestamps could be anyone's.";
    faults.push({ variable: "UNDERSEAL_TSA_CERTIFICATE", problem: "is missing", remedy });
  }
  return faults.length === 0 ? ok(config) : err(faults);
};

type Read = <T>(variable: string, parse: (text: string) => Parsed<T>, fallback: T) => T;

const readBeacon = (read: Read, faults: ConfigFault[]): BeaconSettings => {
  const kind = read<BeaconSettings["kind"]>("UNDERSEAL_BEACON", oneOf(beacons), "own");
  const period = read("UNDERSEAL_BEACON_PERIOD", parsePeriod, 3);
  const urls = read<readonly string[]>("UNDERSEAL_BEACON_URL", parseRelays, []);
  if (kind === "own") return { kind, period };
  if (urls.length === 0 && !isFaulty(faults, "UNDERSEAL_BEACON_URL")) {
    faults.push({
      variable: "UNDERSEAL_BEACON_URL",
      problem: "names no relay of quicknet",
      remedy: "Write one or more addresses, such as https://api.drand.sh,https://drand.cloudflare.com.",
    });
  }
  return { kind, urls };
};

const isFaulty = (faults: readonly ConfigFault[], variable: string): boolean =>
  faults.some((fault) => fault.variable === variable);

export interface SettingDescription {
  readonly variable: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** All settings, for `--help` and docs/operating.md. */
export const describeSettings = (): readonly SettingDescription[] => [
  {
    variable: "DATABASE_URL",
    fallback: "the embedded PostgreSQL",
    meaning: "PostgreSQL 15 or newer, as postgres://user:password@host:5432/database",
  },
  {
    variable: "UNDERSEAL_DATA_DIR",
    fallback: "/var/lib/underseal for root, else ~/.local/share/underseal",
    meaning: "where the database, blobs and the server's own keys are kept; back it up",
  },
  { variable: "UNDERSEAL_HOST", fallback: "127.0.0.1", meaning: "the address to listen on" },
  { variable: "UNDERSEAL_PORT", fallback: "8420", meaning: "the port to listen on; 0 takes any free one" },
  {
    variable: "UNDERSEAL_PUBLIC_URL",
    fallback: "the address it listens on",
    meaning: "where browsers find the server, such as https://underseal.example; https turns on secure cookies",
  },
  { variable: "UNDERSEAL_LOG_LEVEL", fallback: "info", meaning: logLevels.join(", ") },
  {
    variable: "UNDERSEAL_ORIGIN",
    fallback: "underseal.local/log",
    meaning: "the name of the evidence log; terms pin it, so choose it once",
  },
  {
    variable: "UNDERSEAL_BEACON",
    fallback: "own",
    meaning: "own: a chain of this platform; quicknet: drand's, by relays; terms pin it, so choose it once",
  },
  {
    variable: "UNDERSEAL_BEACON_PERIOD",
    fallback: "3",
    meaning: "seconds between two rounds of the platform's own chain, 1 to 60; terms pin it",
  },
  {
    variable: "UNDERSEAL_BEACON_URL",
    fallback: "none",
    meaning: "relays of quicknet, such as https://api.drand.sh; up to five, with commas between them",
  },
  {
    variable: "UNDERSEAL_LOG_POLICY",
    fallback: "no witnesses",
    meaning: "the file (C2SP tlog-policy) that names the log's witnesses, their addresses and the quorum",
  },
  {
    variable: "UNDERSEAL_LOG_INTERVAL",
    fallback: "5",
    meaning: "seconds between two published checkpoints while the log is busy; 0 to 10",
  },
  {
    variable: "UNDERSEAL_TSA_URL",
    fallback: "no timestamps",
    meaning: "the timestamping authority (RFC 3161) that is sent one checkpoint a day",
  },
  {
    variable: "UNDERSEAL_TSA_CERTIFICATE",
    fallback: "needed with UNDERSEAL_TSA_URL",
    meaning: "the file (PEM) with the certificates by which that authority is believed",
  },
  { variable: "UNDERSEAL_SIGN_UP", fallback: "open", meaning: "open: people make accounts themselves; closed" },
  {
    variable: "UNDERSEAL_FEE_PERMILLE",
    fallback: "0",
    meaning: "the platform's share of what a deposit pays, in permille; terms name it",
  },
  {
    variable: "UNDERSEAL_RATE_LIMIT",
    fallback: "3000",
    meaning: "requests per minute that one address may make; 0 for no limit",
  },
];

type Parsed<T> = Result<T, { readonly problem: string; readonly remedy: string }>;

const refuse = (problem: string, remedy: string): Parsed<never> => err({ problem, remedy });

const defaultDataDir = (env: Environment, { isRoot, homeDir }: Starter): string => {
  if (isRoot) return "/var/lib/underseal";
  const dataHome = env.XDG_DATA_HOME ?? "";
  return path.join(path.isAbsolute(dataHome) ? dataHome : path.join(homeDir, ".local/share"), "underseal");
};

/** What was given is not repeated in the fault: it may hold a password. */
const parseDatabaseUrl = (text: string): Parsed<string> =>
  /^postgres(ql)?:\/\/\S+$/.test(text)
    ? ok(text)
    : refuse(
        "is not a PostgreSQL address",
        "Write postgres://user:password@host:5432/database, or leave it out to use the embedded PostgreSQL.",
      );

const parsePath = (text: string): Parsed<string> =>
  path.isAbsolute(text)
    ? ok(path.normalize(text))
    : refuse(`is the relative path "${text}"`, "Write the whole path, beginning with a slash.");

const parseHost = (text: string): Parsed<string> =>
  /^[A-Za-z0-9.:_-]+$/.test(text)
    ? ok(text)
    : refuse(`"${text}" is neither an IP address nor a host name`, "Write 127.0.0.1, 0.0.0.0 or ::, for example.");

const wholeNumberUpTo =
  (max: number, example: string) =>
  (text: string): Parsed<number> =>
    /^\d{1,9}$/.test(text) && Number(text) <= max
      ? ok(Number(text))
      : refuse(`"${text}" is not a whole number from 0 to ${max}`, `Write ${example}, for example.`);

const parsePeriod = (text: string): Parsed<number> => {
  const period = wholeNumberUpTo(BEACON_PERIOD_MAX_SECONDS, "3")(text);
  return period.ok && period.value === 0
    ? refuse("is 0, so rounds would have no time between them", "Write 3, for example.")
    : period;
};

const parseRelays = (text: string): Parsed<readonly string[]> => {
  const urls = text.split(",").map((url) => url.trim().replace(/\/$/, ""));
  const isAddress = (url: string) => URL.canParse(url) && /^https?:\/\/[^?#@]+$/.test(url);
  return urls.length <= BEACON_RELAYS_MAX && urls.every(isAddress)
    ? ok(urls)
    : refuse(
        `is not one to ${BEACON_RELAYS_MAX} addresses of relays`,
        "Write https://api.drand.sh,https://drand.cloudflare.com, for example.",
      );
};

const parsePublicUrl = (text: string): Parsed<string> => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/" && !url.search && !url.hash;
  if (!isOrigin || url.username !== "") {
    return refuse(`"${text}" is not the address of a site`, "Write https://underseal.example, without a path.");
  }
  return ok(url.origin);
};

const parseAddress = (text: string): Parsed<string> =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? ok(text)
    : refuse(`"${text}" is not an address`, "Write the whole address, beginning with https://.");

const parseOrigin = (text: string): Parsed<string> =>
  /^[a-z0-9.-]+(\/[A-Za-z0-9._-]+)*$/.test(text) && text.length <= 100
    ? ok(text)
    : refuse(`"${text}" cannot name a log`, "Write a host name with an optional path, such as underseal.example/log.");

const oneOf =
  <T extends string>(values: readonly T[]) =>
  (text: string): Parsed<T> => {
    const found = values.find((value) => value === text);
    return found === undefined
      ? refuse(`"${text}" is not one of its values`, `Write one of ${values.join(", ")}.`)
      : ok(found);
  };
