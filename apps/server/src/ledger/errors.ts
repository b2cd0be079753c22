export type LedgerError =
  /** The account that falls has less than this, counting what is held. */
  | { readonly code: "INSUFFICIENT_FUNDS"; readonly accountId: string; readonly missingMinor: bigint }
  /** The id was used before, with other inputs. */
  | { readonly code: "COMMAND_REUSED"; readonly commandId: string }
  /** There is no such hold. */
  | { readonly code: "HOLD_UNKNOWN"; readonly holdId: string }
  /** Another command posted or voided this hold. */
  | { readonly code: "HOLD_SETTLED"; readonly holdId: string }
  /** More was to be posted than is held. */
  | { readonly code: "HOLD_TOO_SMALL"; readonly holdId: string };
