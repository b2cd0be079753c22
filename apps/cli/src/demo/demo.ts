// `underseal demo`: the product's main job, end to end, on real parts. The steps are those of the README.
import { mkdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { evidenceRoutes } from "@underseal/api";
import { dateOf, reveal, weekStartOf } from "@underseal/foundation";
import { aborted } from "../console.ts";
import { searchEverything } from "./canary-places.ts";
import { exportAndVerify } from "./check-bundle.ts";
import { readDiary } from "./diary-in-browser.ts";
import { agreeOnTerms, createParty, fundDeposit } from "./parties.ts";
import { fromHere, printLedger, printSummary } from "./report.ts";
import { DemoError, must } from "./session.ts";
import { createOperator, settleWeek } from "./settle-week.ts";
import { startScreen, startStage } from "./stage.ts";
import { enrolTracker, trackWork } from "./tracked-week.ts";
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
  const startedMs = performance.now();
  const say = (text: string) =>
    console.log(`[${((performance.now() - startedMs) / 1000).toFixed(0).padStart(3)} s] ${text}`);
  const outDir = path.resolve(options.outDir);
  await mkdir(outDir, { recursive: true }).catch((cause) => {
    throw new DemoError(`cannot make the folder ${outDir} (${cause.code}): name one that can be written with --out`);
  });
  const workDir = await createWorkDir(os.tmpdir());
  running.defer(() => removeWorkDir(workDir));

  say("1 Starting the server on its embedded PostgreSQL");
  const stage = await startStage(workDir, running);
  say(`  running at ${stage.baseUrl}`);
  throwIfStopped(options.signal);

  say("2 Making a client and a freelancer with keys of their own, a signed contract, and a funded deposit");
  const deps = { clock: stage.clock, random: stage.random, baseUrl: stage.baseUrl };
  const operator = await createOperator(stage);
  const client = await createParty(deps, { name: "Northwind Campaigns", kind: "client" });
  const freelancer = await createParty(deps, { name: "Amara Diallo", kind: "freelancer" });
  const contract = await agreeOnTerms(deps, { client, freelancer });
  const card = await fundDeposit(deps, client, contract);
  say(`  terms signed by both; both apps show: ${contract.phrase}`);
  say(`  deposit of EUR ${(contract.terms.depositMinor / 100).toFixed(2)} charged to ${card}`);
  throwIfStopped(options.signal);

  say("3 Opening real windows on a real screen, and enrolling the tracker");
  const screen = await startScreen(options.display, { workDir, random: stage.random }, running);
  const tracker: TrackerSettings = {
    serverUrl: stage.baseUrl,
    stateDir: path.join(workDir, "tracker"),
    clock: stage.clockSettings,
    display: screen.display,
  };
  await enrolTracker(deps, freelancer, tracker);
  throwIfStopped(options.signal);

  say("4 Tracking: capture, mask, commit, seal, disclose (the demo clock: ten minutes pass in ten seconds)");
  const work = await trackWork(tracker, { memo: MEMO, work: screen.work, signal: options.signal });
  const minutes = work.segments.reduce((sum, segment) => sum + segment.minutes, 0);
  say(
    `  ${work.segments.length} segments, ${minutes} minutes, ${work.captures} captures, ${work.disclosed} disclosed, ${work.stored} sealed blobs stored`,
  );

  say("5 Opening the diary in a browser as the client");
  const week = dateOf(weekStartOf(stage.clock.now()));
  const { segments } = await must(client.session.api, evidenceRoutes.getDiary, {
    params: { contractId: contract.contractId },
    query: { week },
  });
  const shown = await readDiary({
    baseUrl: stage.baseUrl,
    email: client.email,
    password: client.password,
    recoveryCode: reveal(client.recoveryCode),
    contractId: contract.contractId,
    week,
    slot: segments.find(({ captures }) => captures.length > 0)?.slot ?? 0,
    outDir,
    signal: options.signal,
  });
  say(
    `  ${shown.verified} of ${work.captures} captures verified in the worker; pictures: ${shown.files.map(fromHere).join(", ")}`,
  );
  for (const segment of segments) {
    const [reason] = segment.coverage.reasons;
    say(
      `  ${new Date(segment.slot * 600_000).toISOString().slice(11, 16)}  ${segment.minutes} min  ${segment.coverage.covered}: ${reason?.sentence ?? ""}`,
    );
  }

  say("6 Moving the clock past Monday noon, the end of the review, and Wednesday");
  const settled = await settleWeek(stage, { client, operator, contractId: contract.contractId });
  for (const { atMs, state } of settled.steps)
    say(`  ${new Date(atMs).toISOString().slice(0, 16)}Z  the week is ${state}`);
  printLedger(settled);

  say("7 Exporting the week and verifying it offline, then with one byte changed");
  const bundle = await exportAndVerify(client, { contractId: contract.contractId, week, outDir, random: stage.random });
  say(`  ${bundle.verdict.split("\n")[0]}`);
  say(`  ${bundle.refusal}`);

  say("8 Searching for the words on the screen in everything the server side has");
  const canaries = await searchEverything(stage, { canaries: screen.canaries, control: freelancer.personId });
  for (const { place, bytes, found } of canaries)
    say(`  ${place}: ${found.length} of ${screen.canaries.length} words found in ${bytes} bytes`);
  const leaks = canaries.flatMap(({ place, found }) => found.map((word) => `${word} in ${place}`));
  if (leaks.length > 0) throw new DemoError(`words from the screen leaked: ${leaks.join(", ")}`);

  printSummary({
    work,
    minutes,
    shown,
    settled,
    bundle,
    canaries,
    canaryCount: screen.canaries.length,
    seconds: (performance.now() - startedMs) / 1000,
  });
  if (options.keep) {
    console.log(`\nStill running at ${stage.baseUrl} (Ctrl-C ends it and removes everything).`);
    console.log(`  client:     ${client.email}  ${client.password}\n  24 words:   ${reveal(client.recoveryCode)}`);
    console.log(
      `  freelancer: ${freelancer.email}  ${freelancer.password}\n  24 words:   ${reveal(freelancer.recoveryCode)}`,
    );
    await aborted(options.signal);
  }
};

const throwIfStopped = (signal: AbortSignal): void => {
  if (signal.aborted) throw new DemoError("stopped");
};

const removeWorkDir = (workDir: string): Promise<void> =>
  rm(workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
