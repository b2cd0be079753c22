// Why a drawn round has a picture that shows less than its terms allow, or none. A closed list: codes are kept and
// shown, and never what an error said, which might quote the screen. The client reads the coarser list of the protocol.
import type { FallbackReason } from "@underseal/evidence";
import type { RedactionError } from "@underseal/redaction";
import type { SensorError } from "../sensors/sensor.ts";

/** Of the process that looks for text and reads it. */
export type ReaderFault = "READER_FAILED" | "READER_TIMEOUT" | "READER_MEMORY";

export type FaultCode =
  | RedactionError["code"]
  | SensorError["code"]
  | ReaderFault
  | "SCREEN_TOO_LARGE"
  | "SCREEN_UNSETTLED"
  | "WORDS_UNREADABLE"
  | "REMEMBERED_UNREADABLE"
  | "VAULT_UNUSABLE"
  | "BAD_REQUEST"
  | "CAPTURE_FAILED"
  | "CHILD_FAILED"
  | "CHILD_TIMEOUT"
  | "CHILD_MEMORY";

/** What a capture shows where it could not show what its terms allow: everything but text, or no tile at all. */
export interface Fallback {
  readonly shows: "structure" | "nothing";
  readonly code: FaultCode;
}

/** Each completes "because …". */
export const faultSentences: Readonly<Record<FaultCode, string>> = {
  BAD_IMAGE: "the picture was not of the expected form",
  IMAGE_TOO_LARGE: "the screen has too many pixels to look for text",
  TOO_MANY_BOXES: "there were too many areas of text",
  MODEL_UNAVAILABLE: 'the text detection model cannot be loaded; run "npm ci"',
  DETECTION_FAILED: "looking for text failed",
  LANGUAGE_UNAVAILABLE: "what reads a language is not installed; install tesseract-ocr-eng and so on",
  READING_FAILED: "reading text failed or took too long; is tesseract-ocr installed?",
  BAD_TERMS: "a word list on this machine is not one; see underseal track terms",
  READER_FAILED: "the process that reads text broke or was killed",
  READER_TIMEOUT: "reading text took too long",
  READER_MEMORY: "reading text took too much memory",
  NO_DISPLAY: "the display could not be reached",
  DISPLAY_UNSUPPORTED: "this kind of display cannot be captured and masked",
  DISPLAY_LOST: "the display stopped answering",
  NO_WINDOW_LIST: "no window manager lists the windows",
  SCREEN_UNREADABLE: "the screen's pixels could not be read",
  INPUT_UNAVAILABLE: "the input counter was not running",
  SCREEN_TOO_LARGE: "the monitors have too many pixels together",
  SCREEN_UNSETTLED: "denied windows kept moving",
  WORDS_UNREADABLE: "a word list on this machine cannot be read; see underseal track terms",
  REMEMBERED_UNREADABLE: "what was hidden by hand on this machine cannot be read; see underseal track hide",
  VAULT_UNUSABLE: "the vault could not be written; free some disk space",
  BAD_REQUEST: "the request was not understood",
  CAPTURE_FAILED: "the capture failed in an unexpected way",
  CHILD_FAILED: "the capture's process broke or was killed",
  CHILD_TIMEOUT: "the capture took too long",
  CHILD_MEMORY: "the capture took too much memory",
};

/** What the client is told of it, in the capture's header. */
export const faultReasons: Readonly<Record<FaultCode, FallbackReason>> = {
  BAD_IMAGE: "screen",
  IMAGE_TOO_LARGE: "screen",
  TOO_MANY_BOXES: "detection",
  MODEL_UNAVAILABLE: "detection",
  DETECTION_FAILED: "detection",
  LANGUAGE_UNAVAILABLE: "reading",
  READING_FAILED: "reading",
  BAD_TERMS: "lists",
  READER_FAILED: "process",
  READER_TIMEOUT: "time",
  READER_MEMORY: "memory",
  NO_DISPLAY: "screen",
  DISPLAY_UNSUPPORTED: "screen",
  DISPLAY_LOST: "screen",
  NO_WINDOW_LIST: "screen",
  SCREEN_UNREADABLE: "screen",
  INPUT_UNAVAILABLE: "process",
  SCREEN_TOO_LARGE: "screen",
  SCREEN_UNSETTLED: "screen",
  WORDS_UNREADABLE: "lists",
  REMEMBERED_UNREADABLE: "lists",
  VAULT_UNUSABLE: "process",
  BAD_REQUEST: "process",
  CAPTURE_FAILED: "process",
  CHILD_FAILED: "process",
  CHILD_TIMEOUT: "time",
  CHILD_MEMORY: "memory",
};

export const isFaultCode = (code: unknown): code is FaultCode =>
  typeof code === "string" && Object.hasOwn(faultSentences, code);
