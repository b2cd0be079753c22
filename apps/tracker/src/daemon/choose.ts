import { err, ok, type Result } from "@underseal/foundation";
import { type Agreement, agreementName } from "../session/agreements.ts";

export interface ChoiceError {
  readonly message: string;
  /** What could have been chosen. */
  readonly choices: readonly string[];
}

/** By its id, or by the client's name where only one has it; the only one where none is named. */
export const chooseAgreement = (
  active: readonly Agreement[],
  wanted: string | undefined,
): Result<Agreement, ChoiceError> => {
  const [first, second] = wanted === undefined ? active : active.filter((agreement) => isNamed(agreement, wanted));
  if (first !== undefined && second === undefined) return ok(first);
  if (active.length === 0) {
    return err({ message: "there is no active contract: both sides sign its terms in the web app first", choices: [] });
  }
  return err({ message: "say which contract:", choices: active.map(agreementName) });
};

const isNamed = ({ contract, clientName }: Agreement, wanted: string): boolean =>
  contract === wanted.toLowerCase() || clientName.toLowerCase() === wanted.trim().toLowerCase();
