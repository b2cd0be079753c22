import { describe, expect, it } from "vitest";
import {
  explainFailure,
  type VerificationCode,
  verificationCodes,
  verificationStages,
  verifyBundle,
} from "../src/index.ts";
import { DEVICE } from "./builders.ts";
import { LIES_OF_PARTIES } from "./lies-of-parties.ts";
import { LIES_OF_PROOFS } from "./lies-of-proofs.ts";
import { LIES_OF_RECORDS } from "./lies-of-records.ts";
import { codeOf, encode, withFinish, withOnline } from "./lying.ts";

/** One liar for each code: whoever adds a code adds a liar. */
const lies: { readonly [Code in Exclude<VerificationCode, "BUNDLE_TOO_LARGE">]: () => Uint8Array } = {
  ...LIES_OF_PARTIES,
  ...LIES_OF_RECORDS,
  ...LIES_OF_PROOFS,
};

describe("each way to lie is refused by its own code", () => {
  it("and the bundle without a lie is not", () => {
    expect(codeOf(withFinish({}))).toBe("ok");
    expect(codeOf(withOnline({}))).toBe("ok");
    expect(codeOf(encode((bundle) => bundle))).toBe("ok");
  });

  it.each(Object.entries(lies))("%s", (code, lie) => {
    const verdict = verifyBundle(lie());
    expect(verdict.ok).toBe(false);
    if (verdict.ok) return;
    expect(verdict.error.code).toBe(code);
    expect(verificationStages).toContain(verdict.error.stage);
    expect(verdict.error.sentence).toMatch(/\.$/);
  });

  it("BUNDLE_TOO_LARGE, before anything is read", () => {
    // A length without memory behind it: only `length` may be looked at.
    const huge = { length: 512 * 1024 * 1024 + 1 } as Uint8Array;
    expect(codeOf(huge)).toBe("BUNDLE_TOO_LARGE");
  });

  it("the statement at fault is named by its hash", () => {
    const verdict = verifyBundle(lies.SEGMENT_MANUAL_FORBIDDEN());
    if (verdict.ok) throw new Error("a lie");
    expect(verdict.error.statement).toMatch(/^[\w-]{43}$/);
    expect(verdict.error.statement).not.toBe(DEVICE);
  });
});

describe("explainFailure", () => {
  it.each(verificationCodes)("has a sentence and a remedy for %s", (code) => {
    const text = explainFailure({ code });
    expect(text.match(/[.;:]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toContain("undefined");
  });
});
