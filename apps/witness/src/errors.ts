/** Why a witness cannot begin. The message says what to do about it. */
export interface WitnessStartError {
  readonly code:
    | "NAME_INVALID"
    | "LOGS_INVALID"
    | "DATA_DIR_UNUSABLE"
    | "DATA_DIR_IN_USE"
    | "KEY_DAMAGED"
    | "KEY_OF_ANOTHER_NAME"
    | "KEY_MISSING"
    | "STATE_DAMAGED"
    | "CANNOT_LISTEN";
  readonly message: string;
  readonly cause?: unknown;
}
