/** A parser of bytes from outside, with what it may cost. */
export interface FuzzTarget {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Runs the parser: whether it took the bytes. Throws where the answer is neither a value nor a coded refusal. */
  readonly accepts: (bytes: Uint8Array) => boolean;
  readonly timeMaxMs: number;
  /** What one input may allocate, garbage included. */
  readonly allocationMaxBytes: number;
}

const CODE = /^[A-Z][A-Z0-9_]+$/;

/** A `Result` is a value or a refusal with a code; `null` is a refusal where there is one reason only. */
export const isTaken = (answer: unknown): boolean => {
  if (answer === null) return false;
  if (typeof answer !== "object" || !("ok" in answer)) return answer !== undefined;
  if (answer.ok === true) return true;
  const error: unknown = "error" in answer ? answer.error : undefined;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : error;
  if (typeof code === "string" && CODE.test(code)) return false;
  // A witness answers with the status of HTTP.
  if (typeof error === "object" && error !== null && "status" in error && typeof error.status === "number")
    return false;
  throw new Error(`a refusal without a code: ${JSON.stringify(answer)}`);
};

const MIB = 1024 * 1024;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Costs {
  readonly timeMaxMs?: number;
  readonly allocationMaxBytes?: number;
}

const DEFAULT_COSTS = { timeMaxMs: 50, allocationMaxBytes: 8 * MIB };

export const textTarget = (
  name: string,
  samples: readonly string[],
  parse: (text: string) => unknown,
  costs: Costs = {},
): FuzzTarget => bytesTarget(name, samples.map(bytesOf), (bytes) => parse(textOf(bytes)), costs);

export const bytesTarget = (
  name: string,
  samples: readonly Uint8Array[],
  parse: (bytes: Uint8Array) => unknown,
  costs: Costs = {},
): FuzzTarget => ({ ...DEFAULT_COSTS, ...costs, name, samples, accepts: (bytes) => isTaken(parse(bytes)) });

/** For what is parsed as JSON first: the parser must also stand whatever JSON there is. */
export const jsonTarget = (
  name: string,
  samples: readonly unknown[],
  parse: (value: unknown) => unknown,
  costs: Costs = {},
): FuzzTarget =>
  textTarget(
    name,
    samples.map((sample) => JSON.stringify(sample)),
    (text) => {
      const value = jsonOf(text);
      return value === undefined ? null : parse(value);
    },
    costs,
  );

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
