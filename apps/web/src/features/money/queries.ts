import { queryOptions } from "@tanstack/react-query";
import { moneyRoutes } from "@underseal/api";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";

type Deps = Pick<Services, "api">;

export const weeksQuery = ({ api }: Deps, contractId: string) =>
  queryOptions({
    queryKey: ["weeks", contractId],
    queryFn: async () => valueOrThrow(await api.call(moneyRoutes.listWeeks, { params: { contractId } })).weeks,
  });

export const invoiceQuery = ({ api }: Deps, ids: { readonly contractId: string; readonly invoiceId: string }) =>
  queryOptions({
    queryKey: ["invoices", ids],
    queryFn: async () => valueOrThrow(await api.call(moneyRoutes.getInvoice, { params: ids })),
  });

export const ledgerQuery = ({ api }: Deps) =>
  queryOptions({
    queryKey: ["ledger"],
    queryFn: async () => valueOrThrow(await api.call(moneyRoutes.listLedgerAccounts, {})).accounts,
  });

export const cardsQuery = ({ api }: Deps) =>
  queryOptions({
    queryKey: ["cards"],
    queryFn: async () => valueOrThrow(await api.call(moneyRoutes.listCards, {})).cards,
  });
