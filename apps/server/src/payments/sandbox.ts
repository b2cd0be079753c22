import { err, type Money, ok, type Result, reveal } from "@underseal/foundation";
import { sql } from "kysely";
import { derivedId } from "../ledger/index.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { ChargeError, DeclineReason, PaymentProvider, RefundError } from "./provider.ts";
import { findSandboxCard, type SandboxBehaviour } from "./sandbox-cards.ts";

// A payment provider for demonstrations, tests and trying out: no money moves. It stands in for somebody else's
// server, so it keeps its own tables and its own transactions, never those of its caller.

/** Keeps cards and charges in the database, so that a restart forgets nothing that a real provider would know. */
export const createSandboxProvider = ({ database }: { readonly database: Database }): PaymentProvider => ({
  name: "sandbox",
  createCard: async ({ key, number }) => {
    const digits = reveal(number);
    const card = findSandboxCard(digits);
    if (card === null) return err({ code: "CARD_INVALID" });
    const token = `sandbox_card_${derivedId("sandbox-card", key)}`;
    const known = await transact(database, systemActor, (tx) => keepCard(tx, token, card.behaviour));
    if (known !== card.behaviour) return err({ code: "KEY_REUSED" });
    return ok({ token, brand: card.brand, last4: digits.slice(-4) });
  },
  charge: async (request) => {
    const { isFirst, outcome } = await transact(database, systemActor, (tx) => charge(tx, request));
    const losesReply = outcome.ok && outcome.value.behaviour === "loses_reply";
    if (losesReply && isFirst) return err({ code: "NO_ANSWER" });
    return outcome.ok ? ok({ chargeId: outcome.value.chargeId }) : outcome;
  },
  refund: (request) => transact(database, systemActor, (tx) => refund(tx, request)),
});

const keepCard = async (
  tx: Transaction,
  token: string,
  behaviour: SandboxBehaviour,
): Promise<SandboxBehaviour | null> => {
  await sql`insert into sandbox_card (token, behaviour) values (${token}, ${behaviour})
    on conflict (token) do nothing`.execute(tx);
  return findBehaviour(tx, token);
};

const findBehaviour = async (tx: Transaction, token: string): Promise<SandboxBehaviour | null> => {
  const { rows } = await sql<{ behaviour: SandboxBehaviour }>`
    select behaviour from sandbox_card where token = ${token}`.execute(tx);
  return rows[0]?.behaviour ?? null;
};

interface ChargeRow {
  readonly chargeId: string;
  readonly token: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly declineReason: DeclineReason | null;
}

const DECLINES: Readonly<Record<SandboxBehaviour, DeclineReason | null>> = {
  succeeds: null,
  loses_reply: null,
  declines: "declined",
  insufficient_funds: "insufficient_funds",
};

interface ChargeOutcome {
  /** Whether this call made the charge; otherwise it asked again for one that was there. */
  readonly isFirst: boolean;
  readonly outcome: Result<{ readonly chargeId: string; readonly behaviour: SandboxBehaviour }, ChargeError>;
}

const charge = async (
  tx: Transaction,
  request: { readonly key: string; readonly amount: Money; readonly card: string },
): Promise<ChargeOutcome> => {
  const { key, amount, card } = request;
  const behaviour = await findBehaviour(tx, card);
  if (behaviour === null) return { isFirst: true, outcome: err({ code: "CARD_UNKNOWN" }) };
  const added = await sql`
    insert into sandbox_charge (key, charge_id, token, currency, amount_minor, decline_reason)
    values (${key}, ${`sandbox_charge_${derivedId("sandbox-charge", key)}`}, ${card}, ${amount.currency},
      ${amount.amountMinor}, ${DECLINES[behaviour]})
    on conflict do nothing`.execute(tx);
  const isFirst = added.numAffectedRows === 1n;
  const row = await readCharge(tx, sql`key = ${key}`);
  const isSame = row?.token === card && row.currency === amount.currency && row.amountMinor === amount.amountMinor;
  if (row === null || !isSame) return { isFirst, outcome: err({ code: "KEY_REUSED" }) };
  if (row.declineReason !== null) {
    return { isFirst, outcome: err({ code: "CARD_DECLINED", reason: row.declineReason }) };
  }
  return { isFirst, outcome: ok({ chargeId: row.chargeId, behaviour }) };
};

const readCharge = async (tx: Transaction, condition: ReturnType<typeof sql>): Promise<ChargeRow | null> => {
  const { rows } = await sql<ChargeRow>`
    select charge_id as "chargeId", token, currency, amount_minor as "amountMinor", decline_reason as "declineReason"
    from sandbox_charge where ${condition} for update`.execute(tx);
  return rows[0] ?? null;
};

const refund = async (
  tx: Transaction,
  request: { readonly key: string; readonly chargeId: string; readonly amount: Money },
): Promise<Result<{ readonly refundId: string }, RefundError>> => {
  const { key, chargeId, amount } = request;
  const charged = await readCharge(tx, sql`charge_id = ${chargeId}`);
  if (charged === null || charged.declineReason !== null || charged.currency !== amount.currency) {
    return err({ code: "CHARGE_UNKNOWN" });
  }
  const refunds = await listRefunds(tx, key, chargeId);
  const earlier = refunds.find((each) => each.key === key);
  if (earlier !== undefined) {
    const isSame = earlier.chargeId === chargeId && earlier.amountMinor === amount.amountMinor;
    return isSame ? ok({ refundId: earlier.refundId }) : err({ code: "KEY_REUSED" });
  }
  const refundedMinor = refunds.reduce((sum, each) => sum + each.amountMinor, 0n);
  if (refundedMinor + amount.amountMinor > charged.amountMinor) return err({ code: "REFUND_TOO_LARGE" });
  const refundId = `sandbox_refund_${derivedId("sandbox-refund", key)}`;
  await sql`insert into sandbox_refund (key, refund_id, charge_id, amount_minor)
    values (${key}, ${refundId}, ${chargeId}, ${amount.amountMinor})`.execute(tx);
  return ok({ refundId });
};

interface RefundRow {
  readonly key: string;
  readonly refundId: string;
  readonly chargeId: string;
  readonly amountMinor: bigint;
}

/** The charge's refunds, and the one that has the key, whatever its charge. */
const listRefunds = async (tx: Transaction, key: string, chargeId: string): Promise<readonly RefundRow[]> => {
  const { rows } = await sql<RefundRow>`
    select key, refund_id as "refundId", charge_id as "chargeId", amount_minor as "amountMinor"
    from sandbox_refund where charge_id = ${chargeId} or key = ${key}`.execute(tx);
  return rows;
};
