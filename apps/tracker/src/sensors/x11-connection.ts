// Requests to the X server as promises. The protocol library never answers what is still open when the connection
// goes, so every request races against that, and against a time limit.
import { err, ok, type Result } from "@underseal/foundation";
import { type Client, createClient, type Display } from "x11";
import type { SensorError } from "./sensor.ts";

const ANSWER_TIMEOUT_MS = 5_000;

export interface X11Connection {
  readonly client: Client;
  readonly root: number;
  /** Bits a pixel. */
  readonly depth: number;
  /**
   * Sends one request: `ask((reply) => client.QueryTree(window, reply))`. Rejects with the server's error, with
   * `DisplayLost` when the connection is gone or does not answer in time.
   */
  ask<T>(send: (reply: (error: Error | null, value: T) => void) => void): Promise<T>;
  /** The number of a name, asked for once. */
  atom(name: string): Promise<number>;
  close(): void;
}

export class DisplayLost extends Error {}

/** Whether the server says that a window asked about does not exist (any more). */
export const isGone = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "error" in error &&
  (error.error === BAD_WINDOW || error.error === BAD_DRAWABLE);

const BAD_WINDOW = 3;
const BAD_DRAWABLE = 9;

export const connectX11 = async (display: string): Promise<Result<X11Connection, SensorError>> => {
  try {
    if (!isDisplayName(display)) throw new DisplayLost("that is no display's name");
    const { promise, resolve, reject } = Promise.withResolvers<Display>();
    const client = createClient({ display, shm: false }, (error, ready) => (error ? reject(error) : resolve(ready)));
    const lost = watchLoss(client);
    const ready = await withinTime(promise, lost);
    const screen = ready.screen[0];
    if (screen === undefined) throw new DisplayLost("the display has no screen");
    return ok(makeConnection(ready.client, screen, lost));
  } catch (cause) {
    return err({
      code: "NO_DISPLAY",
      message: `no answer from display ${display}: set DISPLAY, or run with --xvfb`,
      cause,
    });
  }
};

/** Display `n` listens on port 6000 + n. The protocol library ends the process when there is no such port. */
const NUMBER_MAX = 65_535 - 6_000;

const isDisplayName = (text: string): boolean => {
  const [, number] = /:(\d{1,5})(\.\d+)?$/.exec(text) ?? [];
  return number !== undefined && Number(number) <= NUMBER_MAX;
};

const makeConnection = (
  client: Client,
  { root, root_depth: depth }: Display["screen"][number],
  lost: Promise<never>,
): X11Connection => {
  const atoms = new Map<string, Promise<number>>();
  const ask: X11Connection["ask"] = (send) => {
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Parameters<typeof send>[0]>[1]>();
    send((error, value) => {
      if (error) reject(error);
      else resolve(value);
      // Tells the library that the error was dealt with.
      return true;
    });
    return withinTime(promise, lost);
  };
  return {
    client,
    root,
    depth,
    ask,
    atom: (name) => {
      const known = atoms.get(name) ?? ask<number>((reply) => client.InternAtom(false, name, reply));
      atoms.set(name, known);
      return known;
    },
    close: () => client.terminate(),
  };
};

const watchLoss = (client: Client): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>();
  client.on("end", () => reject(new DisplayLost("the display ended")));
  client.on("error", (cause) => reject(new DisplayLost("the connection to the display failed", { cause })));
  // Nobody may be waiting when it happens.
  promise.catch(() => {});
  return promise;
};

const withinTime = async <T>(answer: Promise<T>, lost: Promise<never>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DisplayLost("the display does not answer")), ANSWER_TIMEOUT_MS);
  try {
    return await Promise.race([answer, lost, late]);
  } finally {
    clearTimeout(timer);
  }
};
