// `underseal demo`: the product's main job, end to end, on real parts. The steps are those of the README.
import { mkdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { evidenceRoutes } from "@underseal/api";
import { dateOf, reveal, slotStartMs, weekStartOf } from "@underseal/foundation";
import { aborted } from "../console.ts";
import { searchEverything } from "./canary-places.ts";
import type { CanaryReport } from "./canary-search.ts";
import { type CheckedBundle, exportAndVerify } from "./check-bundle.ts";
import { readDiary, type ShownDiary } from "./diary-in-browser.ts";
import { agreeOnTerms, createParty, type DemoContract, fundDeposit, type Party } from "./parties.ts";
import { fromHere, printLedger, printSummary } from "./report.ts";
import { DemoError, must, type Session } from "./session.ts";
import { createOperator, type SettledWeek, settleWeek } from "./settle-week.ts";
import { type Screen, type Stage, startScreen, startStage } from "./stage.ts";
import { enrolTracker, type TrackedWork, trackWork } from "./tracked-week.ts";
import type { TrackerSettings } from "./tracker-process.ts";
import { createWorkDir } from "./work-dir.ts";

export interface DemoOptions {
  /** Leave it running until the signal. */
  readonly keep: boolean;
  readonly outDir: string;
  /** The machine's own display, if somebody agreed to it. */
  readonly display: string | null;
  readonly signal: AbortSignal;
}

const MEMO = "Poster for the spring campaign: colours and layers";

export const runDemo = async (options: DemoOptions): Promise<void> => {
  await using running = new AsyncDisposableStack();
  const play = await openPlay(options, running);
  const stage = await raiseServer(play);
  const cast = await makePeople(play, stage);
  const screen = await setUpTracker(play, stage, cast);
  const work = await trackOnScreen(play, screen);
  const shown = await openDiary(play, stage, cast, work);
  const settled = await settle(play, stage, cast);
  const bundle = await verifyWeek(play, stage, cast);
  const canaries = await searchWords(play, stage, { screen, cast });
  const canaryCount = screen.canaries.length;
  printSummary({ work, shown, settled, bundle, canaries, canaryCount, seconds: play.seconds() });
  if (options.keep) await keepRunning(play, stage, cast);
};

/** What every step needs: where things go, how to speak, when to stop, and what to tear down at the end. */
interface Play {
  readonly options: DemoOptions;
  readonly running: AsyncDisposableStack;
  readonly outDir: string;
  readonly workDir: string;
  seconds(): number;
  /** Announces a step, unless somebody stopped the demo before it. */
  begin(step: string): void;
  say(text: string): void;
}

const openPlay = async (options: DemoOptions, running: AsyncDisposableStack): Promise<Play> => {
  const startedMs = performance.now();
  const outDir = path.resolve(options.outDir);
  await mkdir(outDir, { recursive: true }).catch((cause) => {
    throw new DemoError(`cannot make the folder ${outDir} (${cause.code}): name one that can be written with --out`);
  });
  const workDir = await createWorkDir(os.tmpdir());
  running.defer(() => rm(workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const seconds = () => (performance.now() - startedMs) / 1000;
  const print = (text: string) => console.log(`[${seconds().toFixed(0).padStart(3)} s] ${text}`);
  const begin = (step: string) => {
    if (options.signal.aborted) throw new DemoError("stopped");
    print(step);
  };
  return { options, running, outDir, workDir, seconds, begin, say: (text) => print(`  ${text}`) };
};

const raiseServer = async ({ begin, say, workDir, running }: Play): Promise<Stage> => {
  const isEmbedded = (process.env.DATABASE_URL ?? "") === "";
  begin(`1 Starting the server on ${isEmbedded ? "its embedded PostgreSQL" : "the PostgreSQL of DATABASE_URL"}`);
  const stage = await startStage(workDir, running);
  say(`running at ${stage.baseUrl}; three witnesses cosign its log`);
  return stage;
};

interface Cast {
  readonly operator: Session;
  readonly client: Party;
  readonly freelancer: Party;
  readonly contract: DemoContract;
  /** The date of the Monday of the week in which the demo's work is done. */
  readonly week: string;
}

const makePeople = async ({ begin, say }: Play, stage: Stage): Promise<Cast> => {
  begin("2 Making a client and a freelancer with keys of their own, a signed contract, and a funded deposit");
  const operator = await createOperator(stage);
  const client = await createParty(stage, { name: "Northwind Campaigns", kind: "client" });
  const freelancer = await createParty(stage, { name: "Amara Diallo", kind: "freelancer" });
  const contract = await agreeOnTerms(stage, { client, freelancer });
  const card = await fundDeposit(stage, client, contract);
  say(`terms signed by both; both apps show: ${contract.phrase}`);
  say(`deposit of EUR ${(contract.terms.depositMinor / 100).toFixed(2)} charged to ${card}`);
  return { operator, client, freelancer, contract, week: dateOf(weekStartOf(stage.clock.now())) };
};

interface TrackedScreen extends Screen {
  readonly tracker: TrackerSettings;
}

const setUpTracker = async (play: Play, stage: Stage, { freelancer }: Cast): Promise<TrackedScreen> => {
  play.begin("3 Opening real windows on a real screen, and enrolling the tracker");
  const { workDir } = play;
  const screen = await startScreen(play.options.display, { workDir, random: stage.random }, play.running);
  const tracker = {
    serverUrl: stage.baseUrl,
    stateDir: path.join(workDir, "tracker"),
    clock: stage.clockSettings,
    display: screen.display,
  };
  await enrolTracker(stage, freelancer, tracker);
  return { ...screen, tracker };
};

const trackOnScreen = async ({ begin, say, options }: Play, screen: TrackedScreen): Promise<TrackedWork> => {
  begin("4 Tracking: capture, mask, commit, seal, disclose (the demo clock: ten minutes pass in twenty seconds)");
  const work = await trackWork(screen.tracker, { memo: MEMO, work: screen.work, signal: options.signal });
  say(
    `${work.segments.length} segments, ${work.minutes} minutes, ${work.captures} captures, ${work.disclosed} disclosed`,
  );
  say(`${work.stored} sealed blobs stored`);
  return work;
};

const openDiary = async (play: Play, stage: Stage, cast: Cast, work: TrackedWork): Promise<ShownDiary> => {
  play.begin("5 Opening the diary in a browser as the client");
  const { client, contract, week } = cast;
  const { contractId } = contract;
  const diary = await must(client.session.api, evidenceRoutes.getDiary, { params: { contractId }, query: { week } });
  const shown = await readDiary({
    baseUrl: stage.baseUrl,
    email: client.email,
    password: client.password,
    recoveryCode: reveal(client.recoveryCode),
    contractId,
    week,
    slot: diary.segments.find(({ captures }) => captures.length > 0)?.slot ?? 0,
    outDir: play.outDir,
    signal: play.options.signal,
  });
  play.say(`${shown.verified} of ${work.captures} captures decrypted and verified in the worker`);
  play.say(
    `a segment opened in ${(shown.openedInMs / 1000).toFixed(1)} s; pictures: ${shown.files.map(fromHere).join(", ")}`,
  );
  for (const { slot, minutes, coverage } of diary.segments) {
    const time = new Date(slotStartMs(slot)).toISOString().slice(11, 16);
    play.say(`${time}  ${minutes} min  ${coverage.covered}: ${coverage.reasons[0]?.sentence ?? ""}`);
  }
  return shown;
};

const settle = async ({ begin, say }: Play, stage: Stage, cast: Cast): Promise<SettledWeek> => {
  begin("6 Moving the clock past Monday noon, the end of the review, and Wednesday");
  const settled = await settleWeek(stage, { ...cast, contractId: cast.contract.contractId });
  for (const { atMs, state } of settled.steps) {
    say(`${new Date(atMs).toISOString().slice(0, 16)}Z  the week is ${state}`);
  }
  printLedger(settled);
  return settled;
};

const verifyWeek = async (play: Play, stage: Stage, cast: Cast): Promise<CheckedBundle> => {
  play.begin(
    "7 Checking as an outsider: the exported week, offline, then with one byte changed; log, beacon, an opening",
  );
  const { week, contract } = cast;
  const bundle = await exportAndVerify(stage, cast, { contractId: contract.contractId, week, outDir: play.outDir });
  play.say(bundle.verdict.split("\n")[0] ?? "");
  play.say(bundle.refusal);
  for (const { command, verdict } of bundle.others) play.say(`${command}: ${verdict}`);
  return bundle;
};

const searchWords = async (
  { begin, say }: Play,
  stage: Stage,
  { screen, cast }: { readonly screen: Screen; readonly cast: Cast },
): Promise<readonly CanaryReport[]> => {
  begin("8 Searching for the words on the screen in everything the server side has");
  const reports = await searchEverything(stage, { canaries: screen.canaries, control: cast.freelancer.personId });
  if (screen.canaries.length === 0) say("not searched: what is on your own display, nobody but you knows");
  else
    for (const { place, bytes, found } of reports)
      say(`${place}: ${found.length} of ${screen.canaries.length} words found in ${bytes} bytes`);
  const leaks = reports.flatMap(({ place, found }) => found.map((word) => `${word} in ${place}`));
  if (leaks.length > 0) throw new DemoError(`words from the screen leaked: ${leaks.join(", ")}`);
  return reports;
};

const keepRunning = async ({ options }: Play, { baseUrl }: Stage, { client, freelancer }: Cast): Promise<void> => {
  console.log(`\nStill running at ${baseUrl} (Ctrl-C ends it and removes everything).`);
  for (const [kind, party] of Object.entries({ client, freelancer })) {
    console.log(`  ${kind}: ${party.email}  ${party.password}\n    24 words: ${reveal(party.recoveryCode)}`);
  }
  await aborted(options.signal);
};
