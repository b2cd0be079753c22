import { expect, test } from "vitest";
import { parseCommand } from "../src/loopback/bodies.ts";

test.each([
  { name: "start", memo: "" },
  { name: "start", contract: "Acme", memo: "the parser" },
  { name: "switch", contract: "Acme", memo: "" },
  { name: "mode", mode: "call" },
  { name: "mode", mode: "working" },
  { name: "conceal" },
  { name: "pause" },
  { name: "resume" },
  { name: "stop" },
])("a command: %j", (command) => {
  expect(parseCommand(command)).toEqual(command);
});

test.each([
  { name: "mode" },
  { name: "mode", mode: "" },
  { name: "mode", mode: "sleeping" },
  { name: "mode", mode: ["call"] },
  { name: "mode", mode: "call", memo: "x" },
  { name: "mode", mode: "call", contract: "Acme" },
  { name: "mode", mode: "call", more: 1 },
  { name: "start", memo: "", mode: "call" },
  { name: "stop", mode: "working" },
  { name: "pause", memo: "x" },
  { name: "switch", memo: "" },
  { name: "else" },
])("no command: %j", (value) => {
  expect(parseCommand(value)).toBeNull();
});
