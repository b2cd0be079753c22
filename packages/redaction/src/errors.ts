/**
 * The last three are about reading, and leave all text hidden; whoever gets one of the others does not know where the
 * text is, and must hide the whole picture.
 * - `BAD_IMAGE`: the buffer is not `width × height × 3` bytes.
 * - `IMAGE_TOO_LARGE`: more than `IMAGE_PIXELS_MAX` pixels.
 * - `TOO_MANY_BOXES`: more than `BOXES_MAX` areas of text.
 * - `MODEL_UNAVAILABLE`: the model or its library cannot be loaded.
 * - `DETECTION_FAILED`: the library failed while looking.
 * - `LANGUAGE_UNAVAILABLE`: there are no words or no reading data for one of the languages.
 * - `BAD_TERMS`: the contract's list of terms is not one; the message says what to change.
 * - `READING_FAILED`: the reader failed, took too long, or answered what is no table of all lines.
 */
export interface RedactionError {
  readonly code:
    | "BAD_IMAGE"
    | "IMAGE_TOO_LARGE"
    | "TOO_MANY_BOXES"
    | "MODEL_UNAVAILABLE"
    | "DETECTION_FAILED"
    | "LANGUAGE_UNAVAILABLE"
    | "BAD_TERMS"
    | "READING_FAILED";
  readonly message: string;
  readonly cause?: unknown;
}
