// The sandbox's cards, told apart by their numbers. Any other number is refused, so that nobody's real card is ever
// typed into it with success.

export type SandboxBehaviour = "succeeds" | "declines" | "insufficient_funds" | "loses_reply";

interface SandboxCard {
  readonly brand: string;
  readonly behaviour: SandboxBehaviour;
}

const CARDS: Readonly<Record<string, SandboxCard>> = {
  "4242424242424242": { brand: "visa", behaviour: "succeeds" },
  "5555555555554444": { brand: "mastercard", behaviour: "succeeds" },
  "4000000000000002": { brand: "visa", behaviour: "declines" },
  "4000000000009995": { brand: "visa", behaviour: "insufficient_funds" },
  // Charges, and then the first answer does not arrive.
  "4000000000000085": { brand: "visa", behaviour: "loses_reply" },
};

/** `null` where the sandbox has no such card. */
export const findSandboxCard = (number: string): SandboxCard | null =>
  Object.hasOwn(CARDS, number) ? (CARDS[number] ?? null) : null;
