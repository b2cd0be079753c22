import { type ContractId, money, type PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { InvoiceSums, PaidLine } from "./rules.ts";

// The columns of invoices. They are only ever added.

export interface Invoice extends InvoiceSums {
  readonly contractId: ContractId;
  readonly id: string;
  readonly weekStart: string;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  readonly currency: string;
  readonly lines: readonly PaidLine[];
  readonly issuedAt: Date;
}

export const insertInvoice = async (tx: Transaction, invoice: Invoice): Promise<void> => {
  await sql`
    insert into invoice (contract_id, id, week_start, client_id, freelancer_id, currency, total_minor, paid_minor,
      fee_minor, unpaid_minor, issued_at)
    values (${invoice.contractId}, ${invoice.id}, ${invoice.weekStart}, ${invoice.clientId}, ${invoice.freelancerId},
      ${invoice.currency}, ${invoice.total.amountMinor}, ${invoice.paid.amountMinor}, ${invoice.fee.amountMinor},
      ${invoice.unpaid.amountMinor}, ${invoice.issuedAt})`.execute(tx);
  await sql`
    insert into invoice_line (contract_id, invoice_id, number, day, rate_minor, fee_permille, minutes, amount_minor,
      paid_minor, fee_minor)
    select ${invoice.contractId}::uuid, ${invoice.id}::uuid, l.number, l.day, l.rate_minor::bigint, l.fee_permille,
      l.minutes, l.amount_minor::bigint, l.paid_minor::bigint, l.fee_minor::bigint
    from jsonb_to_recordset(${JSON.stringify(invoice.lines.map(lineRow))}::jsonb)
      as l (number int, day date, rate_minor text, fee_permille int, minutes int, amount_minor text, paid_minor text,
        fee_minor text)`.execute(tx);
};

const lineRow = (line: PaidLine, index: number) => ({
  number: index + 1,
  day: line.day,
  rate_minor: line.rate.amountMinor.toString(),
  fee_permille: line.feePermille,
  minutes: line.minutes,
  amount_minor: line.amountMinor.toString(),
  paid_minor: line.paidMinor.toString(),
  fee_minor: line.feeMinor.toString(),
});

interface InvoiceRow {
  readonly weekStart: string;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly feeMinor: bigint;
  readonly unpaidMinor: bigint;
  readonly issuedAt: Date;
}

/** `null` where there is none, or the transaction's actor may not see it. */
export const findInvoice = async (tx: Transaction, contractId: ContractId, id: string): Promise<Invoice | null> => {
  const { rows } = await sql<InvoiceRow>`
    select week_start as "weekStart", client_id as "clientId", freelancer_id as "freelancerId", currency,
      total_minor as "totalMinor", paid_minor as "paidMinor", fee_minor as "feeMinor",
      unpaid_minor as "unpaidMinor", issued_at as "issuedAt"
    from invoice where contract_id = ${contractId} and id = ${id}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  const { weekStart, clientId, freelancerId, currency, issuedAt } = row;
  return {
    contractId,
    id,
    weekStart,
    clientId,
    freelancerId,
    currency,
    issuedAt,
    total: money(row.totalMinor, currency),
    paid: money(row.paidMinor, currency),
    unpaid: money(row.unpaidMinor, currency),
    fee: money(row.feeMinor, currency),
    lines: await listLines(tx, { contractId, id, currency }),
  };
};

interface LineRow extends Omit<PaidLine, "rate"> {
  readonly rateMinor: bigint;
}

const listLines = async (
  tx: Transaction,
  invoice: Pick<Invoice, "contractId" | "id" | "currency">,
): Promise<readonly PaidLine[]> => {
  const { rows } = await sql<LineRow>`
    select day, rate_minor as "rateMinor", fee_permille as "feePermille", minutes, amount_minor as "amountMinor",
      paid_minor as "paidMinor", fee_minor as "feeMinor"
    from invoice_line where contract_id = ${invoice.contractId} and invoice_id = ${invoice.id}
    order by number`.execute(tx);
  return rows.map(({ rateMinor, ...line }) => ({ ...line, rate: money(rateMinor, invoice.currency) }));
};
