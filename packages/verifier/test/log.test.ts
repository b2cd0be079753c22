import { bytesToBase64Url } from "@underseal/foundation";
import { encodeTlogProof, parseTlogProof } from "@underseal/tlog";
import { describe, expect, it } from "vitest";
import { createWorld, type Finish, policyOf, proveAll, SLOT, termsOf } from "./builders.ts";
import { codeOf, encode, honest, seed, terms, verdictOf, withChain, withFinish, world } from "./lying.ts";
import { revocationOf, weekStatementOf } from "./people.ts";
import { bytesOfWeek, writeHonestWeek } from "./weeks.ts";

const { records } = honest.chain;
const [first, second, ...others] = [terms, ...records];

describe("a log with several checkpoints", () => {
  it("is of one history", () => {
    const { log, proven } = verdictOf(withFinish({ log: { published: [1, 3, 4] } }));
    expect(log).toMatchObject({ origin: world.log.name, checkpoints: 4 });
    expect(proven.join()).toContain("The log's 4 checkpoints here are of one history");
  });

  it("holds revocations and the week statement too", () => {
    const finish = { revocations: [revocationOf(world)], weekStatement: weekStatementOf(world, records) };
    expect(codeOf(withFinish({ ...finish, log: { published: [2] } }))).toBe("ok");
    const misproven = (field: "revocations" | "weekStatements" | "terms") =>
      codeOf(
        encode(
          (bundle) => ({
            ...bundle,
            [field]: bundle[field].map((each) => ({ ...each, proof: bundle.records[0]?.proof })),
          }),
          finish,
        ),
      );
    expect(misproven("revocations")).toBe("LOG_PROOF_INVALID");
    expect(misproven("weekStatements")).toBe("LOG_PROOF_INVALID");
    expect(misproven("terms")).toBe("LOG_PROOF_INVALID");
  });

  it.each([
    ["left out", (proofs: Proofs) => proofs.slice(1)],
    ["there twice", (proofs: Proofs) => [...proofs, ...proofs.slice(-1)]],
    ["in another order", (proofs: Proofs) => proofs.toReversed()],
    ["over two steps at once", (proofs: Proofs) => [{ ...proofs[0], newSize: 4 }, ...proofs.slice(1)]],
    [
      "to a size that no proof here leads to",
      (proofs: Proofs) => [...proofs.slice(0, -1), { ...proofs.at(-1), newSize: 99 }],
    ],
  ])("has one consistency proof from each to the next: one %s", (_, change) => {
    const bytes = encode((bundle) => ({ ...bundle, consistency: change(bundle.consistency) }), {
      log: { published: [1, 3] },
    });
    expect(codeOf(bytes)).toBe("LOG_CONSISTENCY_MISSING");
  });

  it("has consistency proofs that hold", () => {
    const wrong = bytesToBase64Url(new Uint8Array(32));
    const change = (proofs: Proofs) => proofs.map((proof) => ({ ...proof, hashes: proof.hashes.map(() => wrong) }));
    const bytes = encode((bundle) => ({ ...bundle, consistency: change(bundle.consistency) }), {
      log: { published: [3] },
    });
    expect(codeOf(bytes)).toBe("LOG_INCONSISTENT");
  });
});

type Proofs = ReturnType<typeof proveAll>["consistency"];

describe("a log with two histories", () => {
  if (first === undefined || second === undefined) throw new Error("terms and records");

  it("is caught where it signed two trees of one size (equivocation)", () => {
    const prove = (entries: Parameters<typeof proveAll>[1]) => {
      const { proofs, consistency } = proveAll(world, entries);
      const forked = proveAll(world, [first, ...others, second]);
      return { proofs: proofs.with(1, forked.proofs.at(-1) ?? ""), consistency };
    };
    expect(codeOf(withFinish({ prove }))).toBe("LOG_INCONSISTENT");
  });

  it("is caught where a larger tree does not continue a smaller one (fork)", () => {
    const prove = (entries: Parameters<typeof proveAll>[1]) => {
      const { proofs, consistency } = proveAll(world, entries, { published: [3] });
      // Another log of three, with the same entries in another order: both checkpoints are signed.
      const [a, b, c] = entries;
      if (a === undefined || b === undefined || c === undefined) throw new Error("three entries");
      const forked = proveAll(world, [a, c, b]);
      const [ofA = "", ofC = "", ofB = ""] = forked.proofs;
      return { proofs: [ofA, ofB, ofC, ...proofs.slice(3)], consistency };
    };
    expect(codeOf(withFinish({ prove }))).toBe("LOG_INCONSISTENT");
  });

  it("is caught where a place is taken twice (rollback)", () => {
    const prove = (entries: Parameters<typeof proveAll>[1]) => {
      const { proofs, consistency } = proveAll(world, entries, { published: [3] });
      // The log forgot what came after its second entry, and gave the third place again.
      const again = proveAll(world, [...entries.slice(0, 2), ...entries.slice(3, 5)]);
      return { proofs: proofs.with(3, again.proofs[2] ?? ""), consistency };
    };
    expect(codeOf(withFinish({ prove }))).toBe("LOG_INCONSISTENT");
  });

  it("is not excused by an index beyond its checkpoint", () => {
    const beyond = (text: string) => {
      const proof = parseTlogProof(text);
      if (!proof.ok) throw new Error(proof.error.code);
      return encodeTlogProof({ ...proof.value, index: records.length + 1 });
    };
    expect(codeOf(withFinish({ proofOf: (text, i) => (i === 0 ? beyond(text) : text) }))).toBe("LOG_PROOF_INVALID");
  });
});

describe("witnesses that the terms ask for", () => {
  const watched = writeHonestWeek({ terms: { log: policyOf(world, "separate") } });
  const time = SLOT * 600;
  const [one, two, three] = watched.world.witnesses;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three witnesses");

  it.each([
    ["none", [], "LOG_QUORUM_MISSING"],
    ["one", [one], "LOG_QUORUM_MISSING"],
    ["two", [one, three], "ok"],
    ["three", [one, two, three], "ok"],
    ["one and a stranger", [one, { ...two, seed: createWorld(5).log.seed }], "LOG_QUORUM_MISSING"],
    [
      "two and a stranger",
      [one, two, { name: "other.example", seed: createWorld(5).log.seed }],
      "LOG_PROOF_NOT_MINIMAL",
    ],
    ["one twice", [one, one], "LOG_QUORUM_MISSING"],
    ["two and one of them twice", [one, two, two], "LOG_PROOF_NOT_MINIMAL"],
  ])("cosigned: %s", (_, witnesses, code) => {
    const cosign = () => witnesses.map((witness) => ({ witness, time }));
    expect(codeOf(bytesOfWeek(watched, { log: { cosign } }))).toBe(code);
  });

  it("are missing on one checkpoint of two", () => {
    const cosign = (size: number) => (size === 3 ? [] : [one, two].map((witness) => ({ witness, time })));
    expect(codeOf(bytesOfWeek(watched, { log: { cosign, published: [3] } }))).toBe("LOG_QUORUM_MISSING");
  });

  it("may change with the terms, in the same log", () => {
    const previous = bytesToBase64Url(terms.hash);
    const next = termsOf(world, {
      version: 2,
      previous,
      log: policyOf(world, "separate"),
      validFrom: (SLOT + 1) * 600,
    });
    // Entries: both terms, a start and a segment under the first, a segment under the second. Each proof carries the
    // cosignatures that its own terms know.
    const prove = (entries: Parameters<typeof proveAll>[1]) => {
      const cosigned = proveAll(world, entries, { cosign: () => [one, two].map((witness) => ({ witness, time })) });
      const plain = proveAll(world, entries);
      return {
        ...plain,
        proofs: plain.proofs.map((proof, i) => (i === 1 || i === 4 ? (cosigned.proofs[i] ?? "") : proof)),
      };
    };
    const codeWith = (finish: Finish) =>
      codeOf(
        withChain(
          (chain) => {
            chain.start(seed, SLOT * 600);
            chain.segment(SLOT);
            chain.segment(SLOT + 1, { terms: bytesToBase64Url(next.hash) });
          },
          { terms: [terms, next], ...finish },
        ),
      );
    expect(codeWith({ prove })).toBe("ok");
    expect(codeWith({})).toBe("LOG_QUORUM_MISSING");
    const everywhere = () => [one, two].map((witness) => ({ witness, time }));
    expect(codeWith({ log: { cosign: everywhere } })).toBe("LOG_PROOF_NOT_MINIMAL");
  });
});
