// What the resident tracker is doing:
//
//              start                    pause
//   stopped ──────────► tracking ◄────────────────► paused
//      ▲                │   ▲  │       resume         │ │
//      │   stop, fail   │   └──┘                      │ │
//      ├────────────────┘  switch ◄── switch ─────────┘ │
//      │               mode, conceal                    │
//      └──────────────────────── stop ──────────────────┘
//
//              idle, lock
//   tracking ──────────────► idle, locked ── pause ──► paused
//      ▲                        │    │
//      └ return, resume, switch ┘    └── stop ──► stopped
//
// Idle: there was no input for a while. Locked: the screen is. Both go on by themselves when somebody is there again, with
// a run of its own; the time between counts nowhere.
// Concealing changes no state: captures go on and show nothing.
// Paused is a stop that remembers what it goes on with: each stretch of tracking is a run of its own. Whether a run is
// drawn by the beacon or offline is no state of its own: it is tracked and recorded either way.

export const daemonStates = ["stopped", "tracking", "paused", "idle", "locked"] as const;
export type DaemonState = (typeof daemonStates)[number];

/** `fail`: the run could not go on (a full disk, for example). `mode`: what is declared to be done. */
export const daemonEvents = [
  "start",
  "pause",
  "resume",
  "switch",
  "mode",
  "conceal",
  "stop",
  "fail",
  "idle",
  "lock",
  "return",
] as const;
export type DaemonEvent = (typeof daemonEvents)[number];

const AWAY = { return: "tracking", resume: "tracking", switch: "tracking", pause: "paused", stop: "stopped" } as const;

const MOVES: Readonly<Record<DaemonState, Readonly<Partial<Record<DaemonEvent, DaemonState>>>>> = {
  stopped: { start: "tracking" },
  tracking: {
    ...{ pause: "paused", switch: "tracking", mode: "tracking", stop: "stopped", fail: "stopped" },
    conceal: "tracking",
    ...{ idle: "idle", lock: "locked" },
  },
  paused: { resume: "tracking", switch: "tracking", conceal: "paused", stop: "stopped" },
  idle: { ...AWAY, conceal: "idle" },
  locked: { ...AWAY, conceal: "locked" },
};

/** `null` where the state does not allow the event. */
export const nextDaemonState = (state: DaemonState, event: DaemonEvent): DaemonState | null =>
  MOVES[state][event] ?? null;
