import { InvalidArgumentError } from "commander";

/** A reader for an option that takes a whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`it should be a whole number from ${min} to ${max}`);
  };
