// What the tracker does, said line by line in its terminal.
import { faultSentences, type TrackerEvent } from "@underseal/tracker";

export const sayEvent = (event: TrackerEvent): void => {
  if (event.type === "captured") console.log(capturedLine(event.fallback));
  if (event.type === "capture-failed")
    console.log(`○ a capture failed, it counts as hidden: ${faultSentences[event.code]}`);
  if (event.type === "segment") console.log(`▪ segment: ${event.minutes} min, ${event.captures} captures`);
  if (event.type === "beacon-lost")
    console.log(`… no beacon (${event.detail}): draws are this machine's own until it is back`);
  if (event.type === "beacon-lied")
    console.log(`! false rounds of the beacon (${event.detail}): draws are this machine's own`);
  if (event.type === "beacon-back") console.log("▪ the beacon is back and draws again");
  if (event.type === "head-adopted")
    console.log(
      `! the server has newer records of this device (restored backup?): ${event.superseded} of ours are kept, not sent`,
    );
  if (event.type === "run-abandoned") console.log("! tracking began anew: the server had other records in its place");
  if (event.type === "alarm")
    console.log(`!! the server's answer cannot be true (${event.code}): it is kept as evidence`);
  if (event.type === "offline") console.log(`… offline: ${event.detail}`);
  if (event.type === "refused") console.log(`! the server refused a record: ${event.problem}`);
  if (event.type === "blob-refused") console.log(`! a sealed file cannot be sent: ${event.problem}`);
  if (event.type === "destroyed") console.log("▪ a dropped picture is destroyed");
  if (event.type === "disclose-failed") console.log(`! a disclosure failed: ${event.message}`);
};

const capturedLine = (fallback: Extract<TrackerEvent, { type: "captured" }>["fallback"]): string => {
  if (fallback === null) return "● captured (masked, committed and sealed)";
  const what = fallback.shows === "structure" ? "all text withheld" : "withheld as a whole";
  return `◐ captured, ${what}: ${faultSentences[fallback.code]}`;
};
