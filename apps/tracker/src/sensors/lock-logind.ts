// Whether the session's screen is locked, as logind knows it: the lock screens of the usual desktops tell it. Asked
// through `loginctl`, which comes with it, so that no bus needs to be spoken to here.
import { execFile } from "node:child_process";

export interface LockSettings {
  /** `PATH`, and `XDG_SESSION_ID`, which logind gives to every program of a session. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const ANSWER_MS = 2_000;
const ANSWER_BYTES_MAX = 1_024;

/** `null` where there is no logind, no session, or no answer. */
export const readLocked = ({ env }: LockSettings): Promise<boolean | null> => {
  const { XDG_SESSION_ID: session, PATH = "/usr/local/bin:/usr/bin:/bin" } = env;
  if (session === undefined || !/^[A-Za-z0-9]{1,32}$/.test(session)) return Promise.resolve(null);
  const args = ["show-session", session, "--property=LockedHint"];
  const options = { env: { PATH, LC_ALL: "C" }, timeout: ANSWER_MS, maxBuffer: ANSWER_BYTES_MAX };
  return new Promise((resolve) => {
    execFile("loginctl", args, options, (failure, stdout) => {
      const hint = failure === null ? /^LockedHint=(yes|no)$/m.exec(stdout)?.[1] : undefined;
      resolve(hint === undefined ? null : hint === "yes");
    });
  });
};
