export { addCard, cardsOf } from "./cards.ts";
export type { PaymentError } from "./errors.ts";
export {
  chargeFunding,
  type FundDeposit,
  type FundingFault,
  finishFundings,
  fundDeposit,
  postFunding,
  requestFunding,
} from "./fundings.ts";
export type { ContractParties, PartiesOf, PaymentsDeps } from "./ports.ts";
export type { PaymentProvider } from "./provider.ts";
export { createPaymentsFeature, type PaymentsFeatureDeps } from "./routes.ts";
export { createSandboxProvider } from "./sandbox.ts";
export type { Card, Funding } from "./store.ts";
