import { describe, expect, test } from "vitest";
import { compoundTextToTitle, stringToTitle, utf8ToTitle } from "../src/sensors/x11-text.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const utf8 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

describe("titles", () => {
  test.each([
    ["plain", "payroll - vim", "payroll - vim"],
    ["a UTF-8 section", `payroll \u001b%G${utf8("—")}\u001b%@ vim`, "payroll — vim"],
    ["two sections", `\u001b%G${utf8("é")}\u001b%@/\u001b%G${utf8("你")}\u001b%@`, "é/你"],
    ["an open last section", `a\u001b%G${utf8("ß")}`, "aß"],
    ["Latin-1 by name", "caf\u001b-A\u00e9", "café"],
    ["Cyrillic and Greek by name", "\u001b-L\u00b7\u001b-F\u00e1", "Зα"],
    ["a set that holds beyond a UTF-8 section", `\u001b-L\u00b7\u001b%G${utf8("—")}\u001b%@\u00b7`, "З—З"],
    ["a one-byte set we do not know", "\u001b-Z\u00b7", null],
    ["a character set we do not know", "\u001b$(B%F%9%H", null],
    ["a broken UTF-8 section", "\u001b%G\u00ff\u001b%@", null],
    ["nothing", "", ""],
  ])("compound text: %s", (_, text, title) => {
    expect(compoundTextToTitle(bytes(text))).toBe(title);
  });

  test("a plain string is read as UTF-8 when it is that, else as Latin-1", () => {
    expect(stringToTitle(bytes(utf8("schön")))).toBe("schön");
    expect(stringToTitle(bytes("sch\u00f6n"))).toBe("schön");
  });

  test("what says it is UTF-8 and is not cannot be read", () => {
    expect(utf8ToTitle(bytes("\u00ff"))).toBeNull();
  });
});
