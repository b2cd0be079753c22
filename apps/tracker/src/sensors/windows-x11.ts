// Lists the windows of an X11 display by talking to the server directly. What the usual libraries answer is not good
// enough to mask by: they give the client's area without the title bar around it, and lose old-style titles.
import { err, ok, type Result } from "@underseal/foundation";
import { boundingRect, type Rect } from "@underseal/redaction";
import type { DesktopWindow, SensorError, WindowSensor } from "./sensor.ts";
import { connectX11, isGone, type X11Connection } from "./x11-connection.ts";
import { compoundTextToTitle, stringToTitle, utf8ToTitle } from "./x11-text.ts";

export const WINDOWS_MAX = 4_096;

/** Those whose pixels the screen sensor can read. */
const DEPTHS: readonly number[] = [16, 24, 32];

const PROPERTY_WORDS_MAX = 16_384;
const ANY_TYPE = 0;
const VIEWABLE = 2;
const INPUT_ONLY = 2;
const ALL_DESKTOPS = 0xffff_ffff;
// Frames nest a window once or twice; more than this is a loop.
const ANCESTORS_MAX = 32;
const DESCRIBE_ATTEMPTS = 3;

export const openWindowsX11 = async (display: string): Promise<Result<WindowSensor, SensorError>> => {
  const connected = await connectX11(display);
  if (!connected.ok) return connected;
  const x = connected.value;
  if (!DEPTHS.includes(x.depth)) {
    x.close();
    const message = `the display has ${x.depth} bits a pixel, which cannot be captured: set it to a depth of 24`;
    return err({ code: "DISPLAY_UNSUPPORTED", message });
  }
  return ok({
    listWindows: () => orLost(() => listWindows(x)),
    readIdleMs: () => orLost(async () => ok(await readIdleMs(x))),
    close: x.close,
  });
};

const orLost = async <T>(look: () => Promise<Result<T, SensorError>>): Promise<Result<T, SensorError>> => {
  try {
    return await look();
  } catch (cause) {
    return err({ code: "DISPLAY_LOST", message: "the display stopped answering", cause });
  }
};

interface Desktop {
  readonly active: number | undefined;
  readonly current: number | undefined;
  readonly topLevels: ReadonlySet<number>;
}

const listWindows = async (x: X11Connection): Promise<Result<readonly DesktopWindow[], SensorError>> => {
  const tree = await x.ask<{ readonly children: readonly number[] }>((reply) => x.client.QueryTree(x.root, reply));
  const managed = await numbers(x, x.root, "_NET_CLIENT_LIST_STACKING");
  if ((await numbers(x, x.root, "_NET_SUPPORTING_WM_CHECK")).length === 0) {
    return err({ code: "NO_WINDOW_LIST", message: "no window manager runs on the display: start one, or use --xvfb" });
  }
  if (managed.length + tree.children.length > WINDOWS_MAX) {
    return err({ code: "NO_WINDOW_LIST", message: `more than ${WINDOWS_MAX} windows are open` });
  }
  const desktop: Desktop = {
    active: (await numbers(x, x.root, "_NET_ACTIVE_WINDOW"))[0],
    current: (await numbers(x, x.root, "_NET_CURRENT_DESKTOP"))[0],
    topLevels: new Set(tree.children),
  };
  const described = await Promise.all(managed.map((id) => orGone(x, id, () => describeManaged(x, id, desktop))));
  const frames = new Set(described.map((window) => window?.frameId));
  const clients = new Set(managed);
  const others = tree.children.filter((id) => !frames.has(id) && !clients.has(id));
  const popups = await Promise.all(others.map((id) => orGone(x, id, () => describePopup(x, id))));
  return ok([...described, ...popups].flatMap((found) => found?.window ?? []));
};

/**
 * A window may go between the list and the question: it is left out then. When only its frame went (it was just
 * framed or unframed), it is asked about again. Everything else is a failure.
 */
const orGone = async <T>(x: X11Connection, id: number, describe: () => Promise<T>): Promise<T | null> => {
  for (let attempt = 0; attempt < DESCRIBE_ATTEMPTS; attempt += 1) {
    try {
      return await describe();
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    const exists = await readGeometry(x, id).then(
      () => true,
      (error: unknown) => !isGone(error),
    );
    if (!exists) return null;
  }
  throw new Error(`window ${id} exists but cannot be described`);
};

interface Described {
  readonly frameId: number;
  readonly window: DesktopWindow;
}

const describeManaged = async (x: X11Connection, id: number, desktop: Desktop): Promise<Described> => {
  const frameId = await topLevelOf(x, id, desktop.topLevels);
  const [names, client, outer, attributes, states, [on]] = await Promise.all([
    readNames(x, id),
    readClientFrame(x, id),
    readRect(x, frameId),
    readAttributes(x, frameId),
    numbers(x, id, "_NET_WM_STATE"),
    numbers(x, id, "_NET_WM_DESKTOP"),
  ]);
  const [hidden, shaded] = [await x.atom("_NET_WM_STATE_HIDDEN"), await x.atom("_NET_WM_STATE_SHADED")];
  const minimised = states.includes(hidden) && !states.includes(shaded);
  const here = on === undefined || on === ALL_DESKTOPS || desktop.current === undefined || on === desktop.current;
  const window = {
    ...names,
    id,
    // The announced frame and the real outer window should agree; where they do not, both are covered.
    frame: boundingRect(client, outer),
    visible: attributes.mapState === VIEWABLE && !minimised,
    onCurrentDesktop: here,
    active: id === desktop.active,
    managed: true,
  };
  return { frameId, window };
};

const POPUP = { visible: true, onCurrentDesktop: true, active: false, managed: false };

/** Menus and tooltips are children of the root that nobody manages. Windows that take input but draw nothing are not. */
const describePopup = async (x: X11Connection, id: number): Promise<Described | null> => {
  const attributes = await readAttributes(x, id);
  if (attributes.mapState !== VIEWABLE || attributes.klass === INPUT_ONLY) return null;
  const [names, frame] = await Promise.all([readNames(x, id), readRect(x, id)]);
  return { frameId: id, window: { ...names, ...POPUP, id, frame } };
};

const topLevelOf = async (x: X11Connection, id: number, topLevels: ReadonlySet<number>): Promise<number> => {
  let window = id;
  for (let depth = 0; depth < ANCESTORS_MAX && !topLevels.has(window); depth += 1) {
    const above = window;
    const { parent } = await x.ask<{ readonly parent: number }>((reply) => x.client.QueryTree(above, reply));
    // The tree may have changed since the list of top levels was taken.
    if (parent === x.root || parent === 0) return window;
    window = parent;
  }
  return window;
};

const readAttributes = (x: X11Connection, id: number) =>
  x.ask<{ readonly mapState: number; readonly klass: number }>((reply) => x.client.GetWindowAttributes(id, reply));

const readGeometry = (x: X11Connection, id: number) =>
  x.ask<{ xPos: number; yPos: number; width: number; height: number; borderWidth: number }>((reply) =>
    x.client.GetGeometry(id, reply),
  );

/** Of a child of the root, border included. */
const readRect = async (x: X11Connection, id: number): Promise<Rect> => {
  const { xPos, yPos, width, height, borderWidth } = await readGeometry(x, id);
  return { x: xPos, y: yPos, width: width + 2 * borderWidth, height: height + 2 * borderWidth };
};

/** The client's own area plus what its manager says it drew around it. */
const readClientFrame = async (x: X11Connection, id: number): Promise<Rect> => {
  const [{ width, height }, place, extents] = await Promise.all([
    readGeometry(x, id),
    x.ask<{ destX: number; destY: number }>((reply) => x.client.TranslateCoordinates(id, x.root, 0, 0, reply)),
    numbers(x, id, "_NET_FRAME_EXTENTS"),
  ]);
  const [left = 0, right = 0, top = 0, bottom = 0] = extents;
  return { x: place.destX - left, y: place.destY - top, width: width + left + right, height: height + top + bottom };
};

const readNames = async (x: X11Connection, id: number) => {
  const [title, appClass, [pid], [transientFor]] = await Promise.all([
    readTitle(x, id),
    readProperty(x, id, "WM_CLASS"),
    numbers(x, id, "_NET_WM_PID"),
    numbers(x, id, "WM_TRANSIENT_FOR"),
  ]);
  const appNames = stringToTitle(appClass.data)
    .split("\0")
    .filter((name) => name !== "");
  return { title, appNames, pid: pid ?? null, transientFor: transientFor || null };
};

const readTitle = async (x: X11Connection, id: number): Promise<string | null> => {
  const modern = await readProperty(x, id, "_NET_WM_NAME");
  if (modern.data.length > 0) return utf8ToTitle(modern.data);
  const old = await readProperty(x, id, "WM_NAME");
  if (old.type === (await x.atom("COMPOUND_TEXT"))) return compoundTextToTitle(old.data);
  return stringToTitle(old.data);
};

const readProperty = async (x: X11Connection, id: number, name: string) => {
  const property = await x.atom(name);
  return x.ask<{ readonly type: number; readonly data: Buffer }>((reply) =>
    x.client.GetProperty(0, id, property, ANY_TYPE, 0, PROPERTY_WORDS_MAX, reply),
  );
};

const numbers = async (x: X11Connection, id: number, name: string): Promise<readonly number[]> => {
  const { data } = await readProperty(x, id, name);
  return Array.from({ length: data.length >> 2 }, (_, index) => data.readUInt32LE(index * 4));
};

const readIdleMs = async (x: X11Connection): Promise<number | null> => {
  const { promise, resolve } = Promise.withResolvers<Parameters<Parameters<typeof x.client.require>[1]>[1] | null>();
  x.client.require("screen-saver", (error, extension) => resolve(error ? null : extension));
  const saver = await promise;
  if (saver === null) return null;
  return (await x.ask<{ readonly idle: number }>((reply) => saver.QueryInfo(x.root, reply))).idle;
};
