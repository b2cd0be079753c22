import { describe, expect, test } from "vitest";
import { describeDisplay } from "../src/sensors/display.ts";
import { openWindowsX11 } from "../src/sensors/windows-x11.ts";
import { startTestDesktop, unwrap, useDesktop } from "./desktop.ts";

const desktop = useDesktop();

describe("windows of a real display", () => {
  test("a terminal is listed with its title, program and a frame that has the title bar in it", async () => {
    const { window, close } = await desktop().openTerminal({ title: "plain title", geometry: "40x10+200+300" });
    expect(window).toMatchObject({ appNames: ["xterm", "XTerm"], visible: true, managed: true, transientFor: null });
    expect(window.pid).toBeGreaterThan(1);
    // The geometry places the frame; its title bar comes on top of ten rows of text.
    expect(window.frame).toMatchObject({ x: 200, y: 300 });
    const place = await desktop().xdotool("getwindowgeometry", "--shell", `${window.id}`);
    const client = Object.fromEntries(place.split("\n").map((line) => line.split("=")));
    expect(window.frame.height).toBeGreaterThan(Number(client.HEIGHT) + 10);
    expect(window.frame.width).toBeGreaterThanOrEqual(Number(client.WIDTH));
    expect(window.frame.y).toBeLessThan(Number(client.Y));
    await close();
    await desktop().until((all) => all.every((w) => w.title !== "plain title"));
  });

  test("the frame is what is really on the screen, border included", async () => {
    // Nothing else may stand where this one's frame ends.
    await desktop().until((all) => all.every(({ managed }) => !managed));
    const { window, close } = await desktop().openTerminal({ title: "frame", geometry: "30x5+100+100" });
    const { x, y, width, height } = window.frame;
    const at = async (left: number, top: number) => {
      await desktop().xdotool("mousemove", `${left}`, `${top}`);
      const place = await desktop().xdotool("getmouselocation", "--shell");
      return Number(/WINDOW=(\d+)/.exec(place)?.[1]);
    };
    const corners = [await at(x, y), await at(x + width - 1, y), await at(x, y + height - 1)];
    expect(new Set(corners).size).toBe(1);
    for (const outside of [await at(x - 1, y), await at(x, y - 1), await at(x + width, y + height)]) {
      expect(outside).not.toBe(corners[0]);
    }
    await close();
  });

  test.each([
    ["Gehälter — Übersicht", []],
    ["Зарплата — отдел", []],
    ["naïve café", ["-xrm", "*utf8Title: true"]],
  ])("a title in other letters is read: %s", async (title, args) => {
    const { close } = await desktop().openTerminal({ title, geometry: "20x3+10+10", args });
    await close();
  });

  test("a title in letters we cannot decode is known to be unreadable, not taken for empty", async () => {
    const { window, close } = await desktop().openTerminal({ title: "will change", geometry: "20x3+10+10" });
    await desktop().xdotool("set_window", "--name", "plain", `${window.id}`);
    await desktop().until((all) => all.some((w) => w.id === window.id && w.title === "plain"));
    await close();
    const args = ["-T", "給与"];
    const other = desktop().openTerminal({ title: "never shown", geometry: "20x3+10+10", args });
    other.catch(() => {});
    await desktop().until((all) => all.some((w) => w.managed && w.title === null));
  });

  test("a minimised window and one on another desktop are not visible, and are again when they come back", async () => {
    const { window, close } = await desktop().openTerminal({ title: "comes and goes", geometry: "20x3+400+400" });
    const seen = (visible: boolean) =>
      desktop().until((all) => all.some((w) => w.id === window.id && w.visible === visible));
    await desktop().xdotool("windowminimize", `${window.id}`);
    await seen(false);
    await desktop().xdotool("windowmap", `${window.id}`);
    await seen(true);
    await desktop().xdotool("set_desktop_for_window", `${window.id}`, "1");
    await seen(false);
    await desktop().xdotool("set_desktop_for_window", `${window.id}`, "0");
    await seen(true);
    await close();
  });

  test("stacking order and the active window follow what is raised", async () => {
    const a = await desktop().openTerminal({ title: "window a", geometry: "20x3+500+100" });
    const b = await desktop().openTerminal({ title: "window b", geometry: "20x3+520+120" });
    for (const [top, bottom] of [[a, b] as const, [b, a] as const]) {
      await desktop().xdotool("windowactivate", "--sync", `${top.window.id}`);
      await desktop().until((all) => {
        const place = (id: number) => all.findIndex((w) => w.id === id);
        return place(top.window.id) > place(bottom.window.id) && all[place(top.window.id)]?.active === true;
      });
    }
    await Promise.all([a.close(), b.close()]);
  });

  test("a menu that no manager knows is listed with what it covers", async () => {
    const { window, close } = await desktop().openTerminal({ title: "with a menu", geometry: "40x10+100+100" });
    const menu = await desktop().openMenu(window);
    await desktop().closeMenu();
    // It says neither whose it is nor what program: doubt that the deny list has to settle.
    expect(menu).toMatchObject({ appNames: [], pid: null, visible: true });
    await close();
  });

  test("idle time grows without input and starts again with it", async () => {
    const idleMs = async () => unwrap(await desktop().windows.readIdleMs()) ?? -1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await idleMs()).toBeGreaterThanOrEqual(250);
    await desktop().xdotool("mousemove_relative", "1", "1");
    expect(await idleMs()).toBeLessThan(250);
  });
});

describe("a display that is not there", () => {
  test.each([
    [{ display: undefined, waylandDisplay: undefined }, "NO_DISPLAY", "no display: set DISPLAY, or run with --xvfb"],
    [{ display: "", waylandDisplay: undefined }, "NO_DISPLAY", "no display: set DISPLAY, or run with --xvfb"],
    [{ display: ":4711", waylandDisplay: undefined }, "NO_DISPLAY", "set DISPLAY, or run with --xvfb"],
    [{ display: "nonsense", waylandDisplay: undefined }, "NO_DISPLAY", "set DISPLAY, or run with --xvfb"],
    [{ display: ":0", waylandDisplay: "wayland-0" }, "DISPLAY_UNSUPPORTED", "run with --xvfb"],
  ])("%j is an error with the remedy", async (settings, code, remedy) => {
    const described = await describeDisplay(settings);
    expect(described).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(remedy) } });
  });

  test("one that is there is described", async () => {
    const described = await describeDisplay({ display: desktop().display, waylandDisplay: undefined });
    expect(described).toMatchObject({ ok: true, value: { display: desktop().display } });
  });

  test("one that goes while we are connected is an error, not a wait", async () => {
    const other = await startTestDesktop();
    const windows = unwrap(await openWindowsX11(other.display));
    await other.stop();
    expect(await windows.listWindows()).toMatchObject({ ok: false, error: { code: "DISPLAY_LOST" } });
  });
});
